// What the looks of a domain's dots depend on and what changes slowly: measured anew every two seconds.
import type { AssetRange } from '../../store/assets/asset-range.ts'
import type { EntityStore } from '../../store/assets/entities.ts'

const MEASURE_EVERY_S = 2

/** `high` is the value that most assets stay below at their busiest so far, `tones` their number by tone. */
export type RangeMeasure = { high: number; tones: number[]; at: number }

export class RangeMeasures {
  readonly #store: Pick<EntityStore, 'highValue' | 'toneCounts'>
  readonly #known = new Map<AssetRange, RangeMeasure>()

  constructor(store: Pick<EntityStore, 'highValue' | 'toneCounts'>) {
    this.#store = store
  }

  /** `now` in seconds; `least` is a value that is high at any hour. */
  of(range: AssetRange, now: number, least = 0): RangeMeasure {
    const known = this.#known.get(range)
    if (known && now - known.at <= MEASURE_EVERY_S) return known
    const { domain } = range
    const made = {
      // Never lower than it was: what is quiet at night has to look quiet.
      high: Math.max(least, known?.high ?? 0, this.#store.highValue(range)),
      tones: this.#store.toneCounts(domain),
      at: now,
    }
    this.#known.set(range, made)
    return made
  }
}
