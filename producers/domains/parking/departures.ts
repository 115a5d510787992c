// The cars inside: one min-heap of departures per lot, all in one typed array with room for each lot's capacity.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { HasState } from '../../simulation/simulator.ts'

/** A car is one number: departure time (ms since `origin`) and, in the low 14 bits, its stay in minutes (11 days). */
const STAY_SLOTS = 16_384

export type Departures = HasState & {
  /** Cars inside lot `i`. */
  size(i: number): number
  /** Time of the next departure from lot `i`; Infinity when it is empty. */
  next(i: number): number
  /** A car comes in that leaves at `time` (whole ms ≥ origin) after `stayMs`; the caller sees to the capacity. */
  add(i: number, time: number, stayMs: number): void
  /** The next car leaves; returns its stay in whole minutes. */
  leave(i: number): number
}

export function createDepartures(capacities: ArrayLike<number>, origin: number): Departures {
  const base = new Float64Array(capacities.length + 1)
  for (let i = 0; i < capacities.length; i++) base[i + 1] = base[i] + capacities[i]
  const cars = new Float64Array(base[capacities.length])
  const sizes = new Uint32Array(capacities.length)

  function siftUp(from: number, slot: number, car: number): void {
    let at = slot
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (cars[from + parent] <= car) break
      cars[from + at] = cars[from + parent]
      at = parent
    }
    cars[from + at] = car
  }

  function siftDown(from: number, size: number, car: number): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && cars[from + child + 1] < cars[from + child]) child++
      if (cars[from + child] >= car) break
      cars[from + at] = cars[from + child]
      at = child
    }
    cars[from + at] = car
  }

  return {
    size: (i) => sizes[i],
    next: (i) =>
      sizes[i] === 0 ? Number.POSITIVE_INFINITY : Math.floor(cars[base[i]] / STAY_SLOTS) + origin,
    add(i, time, stayMs) {
      const stayMin = Math.min(Math.round(stayMs / MINUTE_MS), STAY_SLOTS - 1)
      siftUp(base[i], sizes[i]++, (time - origin) * STAY_SLOTS + stayMin)
    },
    /** Of each lot's room only what is taken. */
    state(walk) {
      walk.numbers(sizes)
      for (let i = 0; i < sizes.length; i++)
        walk.numbers(cars.subarray(base[i], base[i] + sizes[i]))
    },
    leave(i) {
      const from = base[i]
      const car = cars[from]
      const size = --sizes[i]
      if (size > 0) siftDown(from, size, cars[from + size])
      return car % STAY_SLOTS
    },
  }
}
