// Second pass of an audit over one topic-partition: simulates it again from the seeds, names what differs, explains truth − reading.
import type { LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { cityDayStart } from '../../infra/time.ts'
import type { FaultKind } from '../../seeds/contract.ts'
import type { CellDifference } from '../compare/published.ts'
import { OracleLane, type OracleLaneOptions } from '../oracle/lane.ts'
import { isZero, minusOf, NOTHING, type Sum, sumOf } from '../oracle/sums.ts'
import { isSummed } from '../oracle/terms.ts'
import type { AuditPlace } from '../place.ts'
import { type Explanation, explain } from './explain.ts'
import { ChangeLocator } from './locate-changes.ts'

export type LaneSimulation = {
  /** What the producers write: faults applied, ticks and marker included. */
  written: Iterable<NewRecord[]>
  /** What happened in the city: the same without faults. */
  happened: Iterable<NewRecord[]>
  /** The fault of an event; to be asked once for every event, in order. */
  faultOf(id: string, time: number): FaultKind | null
}

export type ResimulateOptions = {
  lane: OracleLaneOptions
  topic: string
  records: Iterable<LogRecord[]> | AsyncIterable<LogRecord[]>
  simulation: LaneSimulation
  /** See ChangeLocatorOptions. */
  upToTick: number | null
  /** Copies right behind their originals count as doubled, not as retried. */
  strict: boolean
  /** Cells in which the truth differs from the oracle, to be explained. */
  untrue: CellDifference[]
}

export type Resimulated = {
  places: AuditPlace[]
  /** Of `untrue`, the cells whose difference no set of lost and late events explains exactly. */
  unexplained: CellDifference[]
  explanations: Explanation[]
}

const FATES: Record<Exclude<FaultKind, 'duplicate'>, string> = {
  drop: 'dropped',
  corrupt: 'cut in half',
  late: 'held back',
  'gateway-outage': 'held back behind a gateway',
}

export async function resimulate(options: ResimulateOptions): Promise<Resimulated> {
  const { simulation, untrue, topic } = options
  const watched = new Set(untrue.map((d) => `${d.start}|${d.measure}`))
  const lane: OracleLaneOptions = {
    ...options.lane,
    watch: (start, measure) => watched.has(`${start}|${measure}`),
  }
  const { partition } = lane
  const locator = new ChangeLocator({
    topic,
    partition,
    expected: simulation.written,
    upToTick: options.upToTick,
    strict: options.strict,
  })
  const arrived = new OracleLane(lane)
  /** Offset by `subject:seq`. */
  const lateAt = new Map<string, bigint>()
  let isStarted = false
  reading: for await (const batch of options.records) {
    for (const record of batch) {
      const verdict = arrived.record(record)
      if (verdict.is === 'over') break reading
      isStarted ||= verdict.is === 'run-started'
      if (!isStarted) continue
      if (verdict.is === 'late') {
        lateAt.set(`${verdict.event.subject}:${verdict.event.seq}`, record.offset)
      }
      locator.record(record, verdict)
    }
  }
  const places = locator.places()
  if (untrue.length === 0) return { places, unexplained: [], explanations: [] }

  const happened = new OracleLane(lane)
  const faults = letHappen(happened, simulation)
  const named = new Map(places.map((p) => [`${p.asset}:${p.seq}`, p]))
  const fateOf = (id: string) => {
    const late = lateAt.get(id)
    if (late !== undefined) return `late at offset ${late}`
    const found = named.get(id)
    if (found)
      return found.kind === 'missing' ? 'missing' : `${found.kind} at offset ${found.offset}`
    const fault = faults.get(id)
    return fault && fault !== 'duplicate' ? FATES[fault] : null
  }
  const explanations = [...watched].flatMap((key) => {
    const [start, name] = key.split('|')
    const measure = lane.declaration.measures.find((m) => m.name === name)!
    const before = happened.bearings.get(key) ?? new Map()
    const after = arrived.bearings.get(key) ?? new Map()
    return explain(measure, Number(start), before, after, fateOf)
  })
  return { places, unexplained: unexplainedOf(lane, untrue, explanations), explanations }
}

/** Feeds the city as it was; returns the fault of every event that has one. */
function letHappen(lane: OracleLane, simulation: LaneSimulation): Map<string, FaultKind> {
  const faults = new Map<string, FaultKind>()
  let offset = 0n
  for (const batch of simulation.happened) {
    for (const record of batch) {
      const verdict = lane.record({ ...record, offset: offset++ })
      if (verdict.is !== 'folded') continue
      const { subject, seq, time } = verdict.event
      const fault = simulation.faultOf(subject, time)
      if (fault) faults.set(`${subject}:${seq}`, fault)
    }
  }
  return faults
}

/** A cell counts as explained when its explanation is complete and says exactly what the truth says; a day's, when its windows do. */
function unexplainedOf(
  lane: OracleLaneOptions,
  untrue: CellDifference[],
  explanations: Explanation[],
): CellDifference[] {
  const cell = (d: { measure: string; scope: string; start: number }) =>
    `${d.start}|${d.measure}|${d.scope}`
  const complete = new Map(explanations.filter((e) => e.isComplete).map((e) => [cell(e), e]))
  const isSame = (a: Sum, b: Sum) => isZero(minusOf(a, b))
  const right = (d: CellDifference) => {
    const e = complete.get(cell(d))
    return e !== undefined && isSame(e.difference, d.difference)
  }
  const windows = untrue.filter((d) => d.kind === 'window').sort((a, b) => a.start - b.start)
  const summed = new Set(lane.declaration.measures.flatMap((m) => (isSummed(m) ? [m.name] : [])))
  const dayOf = (start: number) => cityDayStart(start + lane.windowMs - 1)
  return untrue.filter((d) => {
    if (d.kind === 'window' || !summed.has(d.measure)) return !right(d)
    const parts = windows.filter(
      (w) =>
        w.measure === d.measure &&
        w.scope === d.scope &&
        w.start <= d.start &&
        dayOf(w.start) === dayOf(d.start),
    )
    const total = parts.reduce((sum, w) => sumOf(sum, w.difference), NOTHING)
    return !(parts.every(right) && isSame(total, d.difference))
  })
}
