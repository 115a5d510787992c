// One curve's deviation at every place of a context, kept for a few hours: what thinning asks for hundreds of thousands of times
// a second.
import type { SimulationContext } from '../simulator.ts'
import { type Deviation, KNOT_MS } from './deviation.ts'

/** Knots kept per place, eight hours of them; a power of two. */
const KEPT = 32

/** Assets of one district's part of one cell are at one place. */
export type LocalPlaces = {
  /** By place: index into the city's scopes, and cell. */
  scopes: number[]
  cells: number[]
  /** Place by index of the context's assets. */
  of: Uint16Array
}

export function placesOfAssets({ assets, catalogue }: SimulationContext): LocalPlaces {
  const places: LocalPlaces = { scopes: [], cells: [], of: new Uint16Array(assets.length) }
  const known = new Map<number, number>()
  assets.forEach((number, i) => {
    const scope = catalogue.district[number]
    const cell = catalogue.cell[number]
    const key = cell * 256 + scope
    let place = known.get(key)
    if (place === undefined) {
      place = known.size
      known.set(key, place)
      places.scopes.push(scope)
      places.cells.push(cell)
    }
    places.of[i] = place
  })
  return places
}

/** Not saved: pure in time and place; found again. */
export class LocalFactors {
  readonly #deviation: Deviation
  readonly #places: LocalPlaces
  readonly #knots: Float64Array
  readonly #factors: Float64Array

  constructor(deviation: Deviation, places: LocalPlaces) {
    this.#deviation = deviation
    this.#places = places
    this.#knots = new Float64Array(KEPT * places.scopes.length).fill(Number.NaN)
    this.#factors = new Float64Array(this.#knots.length)
  }

  get most(): number {
    return this.#deviation.most
  }

  /** Straight between knots. */
  at(time: number, place: number): number {
    const x = time / KNOT_MS
    const knot = Math.floor(x)
    const left = this.#at(knot, place)
    return left + (this.#at(knot + 1, place) - left) * (x - knot)
  }

  #at(knot: number, place: number): number {
    const slot = place * KEPT + (knot & (KEPT - 1))
    if (this.#knots[slot] !== knot) {
      this.#knots[slot] = knot
      const { scopes, cells } = this.#places
      this.#factors[slot] = this.#deviation.at(knot, scopes[place], cells[place])
    }
    return this.#factors[slot]
  }
}
