// What happens in a recording: how many events when, by its index alone, and each incident and alert with the time at which it shows.
import type { Alert } from '../../../processor/contract/types.ts'
import type { IncidentRecord } from '../../../producers/contract/records.ts'
import type { ControlBook } from '../../control/control-book.ts'
import type { Positions, Span } from '../positions.ts'
import type { ReplayedRun } from '../replayed-run.ts'

/** Steps over the whole recording: as many as a bar is wide. */
const STEPS = 240

type Moment = {
  kind: 'incident' | 'alert'
  id: string
  /** Sim ms at which a page hears of it, and of its end. */
  at: number
  to: number | null
  what: string
  scope: string | null
}

/** Everything there is, in the order of the times. */
export async function timelineOf({ positions, book }: ReplayedRun, span: Span) {
  const { tick } = book.descriptor
  const stepMs = Math.max(1, Math.ceil((span.to - span.from) / STEPS / tick)) * tick
  return {
    ...{ from: span.from, to: span.to, stepMs, counts: countsOf(positions, span, stepMs) },
    moments: (await momentsOf(book)).filter(({ at }) => at >= span.from && at <= span.to),
  }
}

/** A member's events are taken to lie evenly between its first and its last. */
function countsOf({ members }: Positions, { from, to }: Span, stepMs: number): number[] {
  const counts = new Array<number>(Math.max(1, Math.ceil((to - from) / stepMs))).fill(0)
  for (const { entry } of members) {
    const { minTime, maxTime, events } = entry
    if (minTime === null || minTime > to || maxTime! < from) continue
    const begin = Math.max(minTime, from)
    const length = Math.max(1, Math.min(maxTime!, to) - begin)
    for (let step = Math.floor((begin - from) / stepMs); step < counts.length; step++) {
      const stepAt = from + step * stepMs
      const shared = Math.min(begin + length, stepAt + stepMs) - Math.max(begin, stepAt)
      if (shared <= 0) break
      counts[step] += (events * shared) / length
    }
  }
  return counts.map(Math.round)
}

/** Incidents and alerts of the run, each once. */
export async function momentsOf(book: ControlBook): Promise<Moment[]> {
  const found = new Map<string, Moment>()
  const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const
  const take = (moment: Moment) => {
    const known = found.get(`${moment.kind} ${moment.id}`)
    if (known) known.to = moment.at
    else found.set(`${moment.kind} ${moment.id}`, moment)
  }
  for (const { time, record } of await book.between('incident', ...all)) {
    const { id, kind } = JSON.parse(record.value!.toString()) as IncidentRecord
    take({ ...{ kind: 'incident', id, at: time, to: null, what: kind, scope: null } })
  }
  for (const kind of ['alert', 'twin'] as const) {
    for (const { time, record } of await book.between(kind, ...all)) {
      const alert = JSON.parse(record.value!.toString()) as Partial<Alert>
      const { id, kpi, scope } = alert
      // Of a twin there are readings besides.
      if (id === undefined || kpi === undefined || scope === undefined) continue
      take({ ...{ kind: 'alert', id, at: time, to: null, what: kpi, scope } })
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at)
}
