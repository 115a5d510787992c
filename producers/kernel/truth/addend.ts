// What one event adds to a measure's sums, as whole numbers: its terms, scaled by the measure's decimals.
import type { Measure } from '../../contract/measures.ts'
import { type ExprReading, readingOf } from './interpret.ts'

export type EventFields = Record<string, unknown>

/** Read anew for each event, into the same two numbers: a list for each would be a tenth of all garbage. */
export class Addend {
  /** Not saved: the event's that was read last. */
  numerator = 0
  /** Where the measure divides. Not saved: likewise. */
  denominator = 0
  readonly isDivided: boolean
  readonly #scale: number
  readonly #counts: ExprReading | null
  readonly #value: ExprReading | null
  readonly #of: ExprReading | null

  constructor(measure: Measure) {
    const { kind } = measure
    const reading = (term: Measure['used']) => (term === undefined ? null : readingOf(term))
    this.isDivided = kind === 'ratio' || kind === 'gauge'
    this.#scale = 10 ** measure.decimals
    this.#counts = kind === 'share' ? reading(measure.counts) : null
    this.#value = reading(this.isDivided ? measure.used : measure.value)
    this.#of = this.isDivided ? reading(measure.of) : null
  }

  /** Does this event enter the measure? Then the numbers are its. */
  read(data: EventFields): boolean {
    if (this.#counts !== null) {
      this.numerator = this.#scale
      return this.#counts(data) === true
    }
    if (this.#of !== null) {
      this.denominator = Math.round((this.#of(data) as number) * this.#scale)
      if (this.denominator === 0) return false
    }
    this.numerator = Math.round((this.#value!(data) as number) * this.#scale)
    return true
  }
}
