// The newest final reading of each KPI's day: published when it changes, and again now and then.
import { cityDate } from '../../../infra/time.ts'
import type { KpiReading } from '../../contract/types.ts'

/** A process that lost the merge without noticing may have written older days since: they are published again. */
const AGAIN_MS = 30_000

export class DayReadings {
  readonly #byKpi = new Map<string, KpiReading>()
  #due = 0

  clear(): void {
    this.#byKpi.clear()
  }

  /**
   * What is to be published now that `reading` is its KPI's newest. Days go from window to window: while old windows are
   * merged again only a day's end is published, for what is left of an old day may be less than was published before.
   */
  take(reading: KpiReading, isRebuilding: boolean): KpiReading[] {
    const before = this.#byKpi.get(reading.kpi)
    this.#byKpi.set(reading.kpi, reading)
    if (!isRebuilding) return [reading]
    return before && endsItsDay(before) ? [before] : []
  }

  isDue(now: number): boolean {
    return now >= this.#due
  }

  /** All of them, published at `now`. */
  again(now: number): Iterable<KpiReading> {
    this.#due = now + AGAIN_MS
    return this.#byKpi.values()
  }
}

function endsItsDay({ window }: KpiReading): boolean {
  const end = Date.parse(window.end)
  return cityDate(end) !== cityDate(end - 1)
}
