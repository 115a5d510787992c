// Cars that a crowd brings besides the usual ones: a Poisson process with a stream of its own, its rate constant within each minute.
import { HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../../simulation/streams.ts'

/** It is looked so far ahead for the next car; then again. */
const AHEAD_MS = HOUR_MS

/** Cars per ms that usually want into lot `i` at `time`. */
type UsualRate = (i: number, time: number) => number

export class CrowdArrivals {
  readonly #conditions: SimulationContext['conditions']
  readonly #usual: UsualRate
  readonly #stream: AssetStreams
  readonly #next: Float64Array
  /** Who brings the next car; undefined = nobody comes until then, look on. */
  readonly #cause: (string | undefined)[]

  constructor(context: SimulationContext, usual: UsualRate) {
    const { length } = context.assets
    this.#conditions = context.conditions
    this.#usual = usual
    this.#stream = createStreams(context, ['crowd']).crowd
    this.#next = new Float64Array(length).fill(Number.POSITIVE_INFINITY)
    this.#cause = new Array(length)
  }

  state(walk: StateWalk): void {
    walk.part(this.#stream)
    walk.numbers(this.#next)
    walk.texts(this.#cause)
  }

  /** When to take from lot `i` next; Infinity while there is no crowd. */
  next(i: number): number {
    return this.#next[i]
  }

  /** Draws the next car after `from` anew: an exponential has no memory, so conditions may change at any time. */
  look(i: number, from: number): void {
    this.#next[i] = Number.POSITIVE_INFINITY
    this.#cause[i] = undefined
    const last = from + AHEAD_MS
    let at = from
    while (at < last) {
      const crowd = this.#conditions.at('crowd', at, i)
      if (crowd === null) return
      const perMs = crowd.value * this.#usual(i, at)
      const end = Math.min((Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS, last)
      const gap = perMs > 0 ? this.#stream.exponential(i, 1 / perMs) : Number.POSITIVE_INFINITY
      if (at + gap < end) {
        this.#next[i] = Math.floor(at + gap) + 1
        this.#cause[i] = crowd.cause
        return
      }
      at = end
    }
    this.#next[i] = last
  }

  /** Who brings the car that arrives at lot `i` at `time`; undefined = there is none. Draws the next one. */
  take(i: number, time: number): string | undefined {
    const cause = this.#cause[i]
    this.look(i, time)
    return cause
  }
}
