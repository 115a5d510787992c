// Chance of incidents: pure in (seed, incident, what is drawn about), so that every process and the twin draw the same.
import { blended } from '../../infra/maths.ts'
import { MomentaryStream } from '../simulation/streams.ts'

export class IncidentChance {
  readonly #stream: MomentaryStream
  readonly #purpose: string

  constructor(seed: number, id: string) {
    this.#stream = new MomentaryStream(seed)
    this.#purpose = `incident-${id}`
  }

  /** What is drawn from it is about `name`, whoever asks and in whichever order; until the next call. */
  about(name: string): MomentaryStream {
    this.#stream.begin(name, this.#purpose)
    return this.#stream
  }
}

/** A smooth field over the plane with values in [0, 1]: knots `step` apart, bilinear in between; unit as of what is asked. */
export function createField(chance: IncidentChance, name: string, step: number) {
  // Not saved: drawn anew they are the same.
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
  return (east: number, north: number): number => blended(east / step, north / step, knot)
}
