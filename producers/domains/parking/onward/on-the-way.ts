// Cars that were sent on from a full lot to another and have not reached it yet.
import type { StateWalk } from '../../../simulation/simulator.ts'

export const OF_CROWD = -1

/** A car on its way: who drives it, its own chance of how long it stays, and how many lots it has tried. */
export type CarOnTheWay = {
  arrivesAt: number
  /** Its lot of origin decides who it is: index of that lot, and of the group there; `OF_CROWD` = one of a crowd. */
  origin: number
  group: number
  u: number
  tried: number
  /** Whose doing it is that it comes; undefined = nobody's. */
  cause: string | undefined
}

const NO_CAR = { arrivesAt: 0, origin: 0, group: 0, u: 0, tried: 0, cause: undefined }

export class CarsOnTheWay {
  /** Per lot in order of arrival; few at a time, most lots have none. */
  readonly #cars: CarOnTheWay[][]
  readonly #next: Float64Array

  constructor(lots: number) {
    this.#cars = Array.from({ length: lots }, () => [])
    this.#next = new Float64Array(lots).fill(Number.POSITIVE_INFINITY)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#next)
    for (const cars of this.#cars) {
      walk.list(cars, NO_CAR, ({ arrivesAt, origin, group, u, tried, cause }) => ({
        arrivesAt: walk.number(arrivesAt),
        origin: walk.number(origin),
        group: walk.number(group),
        u: walk.number(u),
        tried: walk.number(tried),
        cause: walk.maybe(cause),
      }))
    }
  }

  /** When the next one reaches lot `i`; Infinity when none is on its way. */
  next(i: number): number {
    return this.#next[i]
  }

  add(i: number, car: CarOnTheWay): void {
    const cars = this.#cars[i]
    let at = cars.length
    while (at > 0 && cars[at - 1].arrivesAt > car.arrivesAt) at--
    cars.splice(at, 0, car)
    this.#next[i] = cars[0].arrivesAt
  }

  take(i: number): CarOnTheWay {
    const cars = this.#cars[i]
    const car = cars.shift()!
    this.#next[i] = cars.length === 0 ? Number.POSITIVE_INFINITY : cars[0].arrivesAt
    return car
  }

  /** How many are on their way to lot `i`. */
  size(i: number): number {
    return this.#cars[i].length
  }
}
