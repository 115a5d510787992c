// Which events a measure read for a window: the rule of the processor, for one reverse scan of the log.
import { cityDayStart, isoTime } from '../../../infra/time.ts'
import { exactInstant } from '../../../processor/contract/run-facts.ts'
import type { Measure } from '../../../producers/contract/measures.ts'
import { TICK_TYPE } from '../../../producers/contract/records.ts'
import { tickTimeProblem } from '../../../producers/contract/ticks.ts'
import type { ShownKpi, ShownRun } from '../state/run.ts'

export type LineageQuestion = {
  kpi: ShownKpi
  /** Start of a final window, ms. */
  start: number
  kind: 'window' | 'day'
  scope: string
  /** Whose events to list; default the one in which most entered. */
  partition?: number
}

/** For events in log order: the time of one that the measure read for this window, or null. */
export type WindowEvents = (event: Record<string, unknown>) => string | null

/** What comes after the tick that closed the window went to `late`; a second copy counts once. */
export function windowEvents(
  { descriptor, city, facts }: ShownRun,
  { kpi, start, kind, scope }: LineageQuestion,
): WindowEvents {
  const { measure, declaration } = kpi
  const types = declaration.events.filter((e) => measure.on.includes(e.name)).map((e) => e.type)
  const end = start + descriptor.window
  const from = isoTime(oldest(measure, kind, start, end))
  const to = isoTime(end)
  const closing = isoTime(end + descriptor.allowedLateness)
  const source = `/huacheng/${descriptor.run}/`
  const seen = new Set<string>()
  let isClosed = false
  return (event) => {
    if (!String(event.source).startsWith(source)) return null
    const time = String(event.time)
    const isTick = event.type === TICK_TYPE && tickTimeProblem(facts, exactInstant(time)) === null
    if (isTick && time >= closing) isClosed = true
    const fits =
      !isClosed &&
      types.includes(String(event.type)) &&
      time >= from &&
      time < to &&
      (scope === city.code || event.district === scope) &&
      (measure.asset === undefined || event.subject === measure.asset)
    const id = String(event.id)
    if (!fits || seen.has(id)) return null
    seen.add(id)
    return time
  }
}

/** share, gauge and level look at each asset's latest event, as far back as it is fresh; the others at the sum's span. */
function oldest({ freshForMs }: Measure, kind: 'window' | 'day', start: number, end: number) {
  if (freshForMs !== undefined) return end - freshForMs
  return kind === 'day' ? cityDayStart(end - 1) : start
}
