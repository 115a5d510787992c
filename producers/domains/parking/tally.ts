// What became of every car that wanted into a lot: what no event says, and what must add up.
import type { StateWalk } from '../../simulation/simulator.ts'

/** offered + received = parked + sentOn + gaveUp, at each lot; over a cell, sentOn = received + those on the way. */
export type LotTally = {
  /** Cars that wanted in by themselves. */
  offered: number
  /** Cars that were sent on from other lots and arrived. */
  received: number
  parked: number
  /** Cars that met a full lot, followed its signs before, or were diverted by the operator. */
  turnedAway: number
  guidedAway: number
  diverted: number
  /** Of those three: cars that went on to another lot, and cars that left. */
  sentOn: number
  gaveUp: number
}

const NAMES = [
  'offered',
  'received',
  'parked',
  'turnedAway',
  'guidedAway',
  'diverted',
  'sentOn',
  'gaveUp',
] as const satisfies (keyof LotTally)[]

export class Tallies {
  readonly #counts: Record<keyof LotTally, Uint32Array>

  constructor(lots: number) {
    const counts = NAMES.map((name) => [name, new Uint32Array(lots)])
    this.#counts = Object.fromEntries(counts) as Record<keyof LotTally, Uint32Array>
  }

  state(walk: StateWalk): void {
    for (const name of NAMES) walk.numbers(this.#counts[name])
  }

  count(i: number, what: keyof LotTally): void {
    this.#counts[what][i]++
  }

  of(i: number): LotTally {
    return Object.fromEntries(NAMES.map((name) => [name, this.#counts[name][i]])) as LotTally
  }
}
