// What comes beside the usual while it rains, water stands, mains are lost or a crowd is there: a second Poisson process with
// streams of its own, so that the usual items stay what they are. In: conditions, demand. Out: when, what, and whose doing.
import { DAY_MS } from '../../../infra/time.ts'
import { createLocalDemand, type LocalDemand } from '../../simulation/local-demand.ts'
import type { SimulationContext, StateWalk } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { CATEGORIES, type Category, type HotlineReceived } from './event.ts'
import { ASKING, type HotlineParameters } from './parameters.ts'

/** Without the unit's own: what is known of an item when it comes. */
export type AskedItem = Omit<HotlineReceived, 'waiting'> & { cause: string }

export class Asking {
  readonly #context: SimulationContext
  readonly #parameters: HotlineParameters
  readonly #demand: LocalDemand
  readonly #streams: Record<'asking' | 'asked', AssetStreams>
  /** Next proposal by unit; Infinity while nothing holds there. */
  readonly #nextAt: Float64Array
  /** Highest rate there can be, in units of the usual one where the curves are 1. */
  readonly #peak: number
  /** By condition, as `#look` found it. Not saved: it looks before it takes. */
  readonly #added = new Float64Array(ASKING.length)
  /** Not saved: likewise. */
  readonly #causes: string[] = ASKING.map(() => '')

  constructor(context: SimulationContext) {
    const p = context.parameters as HotlineParameters
    this.#context = context
    this.#parameters = p
    this.#demand = createLocalDemand(context)
    this.#streams = createStreams(context, ['asking', 'asked'])
    this.#nextAt = new Float64Array(context.assets.length).fill(Number.POSITIVE_INFINITY)
    const most = ASKING.reduce((sum, kind) => sum + p.asking[kind].most, 0)
    const { phone, internet } = p.curves
    const peak = this.#demand.peak(phone) * (1 - p.internet)
    this.#peak = most * (peak + this.#demand.peak(internet) * p.internet)
  }

  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    walk.numbers(this.#nextAt)
  }

  nextAt(i: number): number {
    return this.#nextAt[i]
  }

  /** Conditions at unit `i` may have changed: begins to propose where one holds. */
  begin(i: number, time: number): void {
    if (this.#nextAt[i] === Number.POSITIVE_INFINITY && this.#look(i, time) > 0) {
      this.#nextAt[i] = this.#propose(i, time)
    }
  }

  /** The item that comes to unit `i` at `time`, when `nextAt` has come; null = none does after all. */
  take(i: number, time: number): AskedItem | null {
    const added = this.#look(i, time)
    if (added === 0) {
      this.#nextAt[i] = Number.POSITIVE_INFINITY
      return null
    }
    this.#nextAt[i] = this.#propose(i, time)
    const { curves, internet } = this.#parameters
    const byPhone = this.#demand.level(curves.phone, time, i) * (1 - internet)
    const online = this.#demand.level(curves.internet, time, i) * internet
    const { asking, asked } = this.#streams
    if (asking.uniform(i) * this.#peak >= (byPhone + online) * added) return null
    const channel = asked.uniform(i) * (byPhone + online) < byPhone ? 'phone' : 'internet'
    return { ...this.#what(i, added), channel }
  }

  #propose(i: number, time: number): number {
    const perMs = (this.#parameters.itemsPerDay / DAY_MS) * this.#peak
    if (!(perMs > 0)) return Number.POSITIVE_INFINITY
    return Math.floor(time + this.#streams.asking.exponential(i, 1 / perMs)) + 1
  }

  /** What all conditions add to the usual demand, which is 1. */
  #look(i: number, time: number): number {
    let sum = 0
    ASKING.forEach((kind, k) => {
      const { perUnit, most } = this.#parameters.asking[kind]
      const found = this.#context.conditions.at(kind, time, i)
      this.#added[k] = found === null ? 0 : Math.min(most, perUnit * found.value)
      this.#causes[k] = found?.cause ?? ''
      sum += this.#added[k]
    })
    return sum
  }

  /** About which of the conditions, and what about it. */
  #what(i: number, added: number): Omit<AskedItem, 'channel'> {
    const { asked } = this.#streams
    const { asking, answered } = this.#parameters
    let left = asked.uniform(i) * added
    let k = 0
    while (k < ASKING.length - 1 && left >= this.#added[k]) left -= this.#added[k++]
    const about = asking[ASKING[k]]
    const category = pickCategory(asked.uniform(i), about.categories)
    const urgent = asked.uniform(i) < about.urgent
    const atOnce = asked.uniform(i) < answered
    return { category, urgent, answered: !urgent && atOnce, cause: this.#causes[k] }
  }
}

/** By weight, with a number in [0, 1). */
function pickCategory(u: number, weights: Partial<Record<Category, number>>): Category {
  let left = u * CATEGORIES.reduce((sum, name) => sum + (weights[name] ?? 0), 0)
  for (const name of CATEGORIES) {
    left -= weights[name] ?? 0
    if (left < 0) return name
  }
  return 'other'
}
