// The cars inside: most are there as usual, and some by somebody's doing; those are remembered one by one, with whose it is.
import { MINUTE_MS } from '../../../../infra/time.ts'
import type { StateWalk } from '../../../simulation/simulator.ts'
import { createDepartures, type Departures } from '../departures.ts'

type MovedCar = { leavesAt: number; stayMs: number; cause: string }

const NO_CAR: MovedCar = { leavesAt: 0, stayMs: 0, cause: '' }

export class ParkedCars {
  /** Whose doing it was that the car was there that left last; undefined = nobody's. */
  leftBy: string | undefined
  readonly #usual: Departures
  /** Per lot in order of leaving. */
  readonly #moved: (MovedCar[] | undefined)[]
  readonly #movedCount: Uint32Array
  readonly #movedNext: Float64Array

  constructor(capacities: ArrayLike<number>, origin: number) {
    const { length } = capacities
    this.#usual = createDepartures(capacities, origin)
    this.#moved = new Array(length)
    this.#movedCount = new Uint32Array(length)
    this.#movedNext = new Float64Array(length).fill(Number.POSITIVE_INFINITY)
  }

  state(walk: StateWalk): void {
    this.leftBy = walk.maybe(this.leftBy)
    walk.part(this.#usual)
    walk.numbers(this.#movedCount)
    walk.numbers(this.#movedNext)
    for (let i = 0; i < this.#moved.length; i++) {
      const cars = this.#movedCount[i] === 0 ? undefined : (this.#moved[i] ?? [])
      this.#moved[i] = cars
      if (!cars) continue
      walk.list(cars, NO_CAR, ({ leavesAt, stayMs, cause }) => ({
        leavesAt: walk.number(leavesAt),
        stayMs: walk.number(stayMs),
        cause: walk.text(cause),
      }))
    }
  }

  size(i: number): number {
    return this.#usual.size(i) + this.#movedCount[i]
  }

  /** Those of them that are there as usual. */
  usualSize(i: number): number {
    return this.#usual.size(i)
  }

  /** Whose doing it is that not all of them are; undefined = all are. */
  crowdedBy(i: number): string | undefined {
    return this.#movedCount[i] === 0 ? undefined : this.#moved[i]![0].cause
  }

  /** When the next one leaves lot `i`; Infinity when it is empty. */
  next(i: number): number {
    return Math.min(this.#usual.next(i), this.#movedNext[i])
  }

  add(i: number, leavesAt: number, stayMs: number, cause?: string): void {
    if (cause === undefined) {
      this.#usual.add(i, leavesAt, stayMs)
      return
    }
    this.#moved[i] ??= []
    const cars = this.#moved[i]
    let at = cars.length
    while (at > 0 && cars[at - 1].leavesAt > leavesAt) at--
    cars.splice(at, 0, { leavesAt, stayMs, cause })
    this.#count(i, cars)
  }

  /** The next one leaves; returns its stay in whole minutes, and `leftBy`. */
  leave(i: number): number {
    if (this.#usual.next(i) <= this.#movedNext[i]) {
      this.leftBy = undefined
      return this.#usual.leave(i)
    }
    const cars = this.#moved[i]!
    const { stayMs, cause } = cars.shift()!
    this.#count(i, cars)
    this.leftBy = cause
    return Math.round(stayMs / MINUTE_MS)
  }

  #count(i: number, cars: MovedCar[]): void {
    this.#movedCount[i] = cars.length
    this.#movedNext[i] = cars[0]?.leavesAt ?? Number.POSITIVE_INFINITY
  }
}
