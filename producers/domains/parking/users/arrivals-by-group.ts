// When cars come to each lot by themselves: every group of its users by its own curve, each from a stream of its own.
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../../simulation/streams.ts'
import type { LotType } from './lot-types.ts'

export class ArrivalsByGroup {
  readonly #types: readonly LotType[]
  readonly #groups: number
  readonly #streams: AssetStreams[]
  /** Cars per ms where the curve is 1, and the next arrival: by lot and group. */
  readonly #ratePerMs: Float64Array
  readonly #at: Float64Array
  /** The earliest of each lot's. */
  readonly #next: Float64Array

  constructor(context: SimulationContext, types: readonly LotType[]) {
    this.#types = types
    this.#groups = types.reduce((most, { groups }) => Math.max(most, groups.length), 1)
    const purposes = Array.from({ length: this.#groups }, (_, g) => `arrival-${g}`)
    const streams = createStreams(context, purposes)
    this.#streams = purposes.map((purpose) => streams[purpose])
    this.#ratePerMs = new Float64Array(types.length * this.#groups)
    this.#at = new Float64Array(types.length * this.#groups).fill(Number.POSITIVE_INFINITY)
    this.#next = new Float64Array(types.length).fill(Number.POSITIVE_INFINITY)
  }

  /** Lot `i` opens at `from` for `size` spaces of mean popularity; groups that need shared spaces stay away from others. */
  open(i: number, from: number, size: number, shared: boolean): void {
    this.#types[i].groups.forEach(({ perMs, sharedOnly }, g) => {
      this.#ratePerMs[i * this.#groups + g] = sharedOnly && !shared ? 0 : perMs * size
      this.#draw(i, g, from)
    })
    this.#findNext(i)
  }

  /** Cars of group `g` per ms that want into lot `i` where the curve is 1. */
  rate(i: number, g: number): number {
    return this.#ratePerMs[i * this.#groups + g]
  }

  next(i: number): number {
    return this.#next[i]
  }

  /** Group of the car that arrives at lot `i` at `time`, or -1; draws when the next one of its group comes. */
  take(i: number, time: number): number {
    if (this.#next[i] > time) return -1
    const first = i * this.#groups
    let g = 0
    while (this.#at[first + g] > time) g++
    this.#draw(i, g, time)
    this.#findNext(i)
    return g
  }

  state(walk: StateWalk): void {
    walk.parts(this.#streams)
    walk.numbers(this.#ratePerMs)
    walk.numbers(this.#at)
    walk.numbers(this.#next)
  }

  #draw(i: number, g: number, time: number): void {
    const { nextCar } = this.#types[i].groups[g]
    const at = i * this.#groups + g
    this.#at[at] = nextCar(this.#streams[g], i, time, this.#ratePerMs[at])
  }

  #findNext(i: number): void {
    const first = i * this.#groups
    let next = Number.POSITIVE_INFINITY
    for (let at = first; at < first + this.#groups; at++) {
      if (this.#at[at] < next) next = this.#at[at]
    }
    this.#next[i] = next
  }
}
