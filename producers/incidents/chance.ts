// Chance of incidents: pure in (seed, incident, what is drawn about), so that every process and the twin draw the same.
import {
  logNormal,
  type StreamWords,
  seedStream,
  streamTable,
  uniform,
} from '../../infra/random.ts'

export class IncidentChance {
  readonly #words: StreamWords = streamTable(1)
  readonly #seed: number
  readonly #id: string

  constructor(seed: number, id: string) {
    this.#seed = seed
    this.#id = id
  }

  /** What follows is drawn about `name`, whoever asks and in whichever order. */
  about(name: string): this {
    seedStream(this.#words, 0, this.#seed, name, `incident-${this.#id}`)
    return this
  }

  uniform(): number {
    return uniform(this.#words, 0)
  }

  logNormal(median: number, sigma: number): number {
    return logNormal(this.#words, 0, median, sigma)
  }
}

/** A smooth field over the plane with values in [0, 1]: knots `stepKm` apart, bilinear in between. */
export function createField(chance: IncidentChance, name: string, stepKm: number) {
  const known = new Map<string, number>()
  const knot = (x: number, y: number): number => {
    const key = `${name}/${x}/${y}`
    let value = known.get(key)
    if (value === undefined) {
      value = chance.about(key).uniform()
      known.set(key, value)
    }
    return value
  }
  return (eastKm: number, northKm: number): number => {
    const x = Math.floor(eastKm / stepKm)
    const y = Math.floor(northKm / stepKm)
    const right = eastKm / stepKm - x
    const up = northKm / stepKm - y
    const low = knot(x, y) * (1 - right) + knot(x + 1, y) * right
    const high = knot(x, y + 1) * (1 - right) + knot(x + 1, y + 1) * right
    return low * (1 - up) + high * up
  }
}
