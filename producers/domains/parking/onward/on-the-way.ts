// Cars that were sent on from a full lot to another and have not reached it yet.

/** A car on its way: who drives it, its own chance of how long it stays, and how many lots it has tried. */
export type CarOnTheWay = {
  arrivesAt: number
  /** Its lot of origin decides who it is: index of that lot, and of the group there. */
  origin: number
  group: number
  u: number
  tried: number
}

export class CarsOnTheWay {
  /** Per lot in order of arrival; few at a time, most lots have none. */
  readonly #cars: CarOnTheWay[][]

  constructor(lots: number) {
    this.#cars = Array.from({ length: lots }, () => [])
  }

  /** When the next one reaches lot `i`; Infinity when none is on its way. */
  next(i: number): number {
    const cars = this.#cars[i]
    return cars.length === 0 ? Number.POSITIVE_INFINITY : cars[0].arrivesAt
  }

  add(i: number, car: CarOnTheWay): void {
    const cars = this.#cars[i]
    let at = cars.length
    while (at > 0 && cars[at - 1].arrivesAt > car.arrivesAt) at--
    cars.splice(at, 0, car)
  }

  take(i: number): CarOnTheWay {
    return this.#cars[i].shift()!
  }

  /** How many are on their way to lot `i`. */
  size(i: number): number {
    return this.#cars[i].length
  }
}
