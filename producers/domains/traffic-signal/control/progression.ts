// Which rows of neighbours run in step, by arrangement or by an operator's green wave, and how a cycle falls into step.
import type { StateWalk } from '../../../simulation/simulator.ts'
import { MomentaryStream } from '../../../simulation/streams.ts'
import type { SignalParameters } from '../parameters.ts'
import type { JunctionRow } from '../street/corridors.ts'

/** A cycle is stretched or cut by at most this part of it to come into step. */
const MOST_CHANGE = 0.2

export class Progression {
  /** By junction: index of its row, −1 where it stands alone. */
  readonly #rowOf: Int32Array
  /** By row: in step always, or until then by an operator's order. */
  readonly #arranged: Uint8Array
  readonly #orderedUntil: Float64Array
  readonly #maxCycleS: number

  constructor(size: number, rows: JunctionRow[], seed: number, parameters: SignalParameters) {
    this.#rowOf = new Int32Array(size).fill(-1)
    this.#arranged = new Uint8Array(rows.length)
    this.#orderedUntil = new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY)
    this.#maxCycleS = parameters.timing.maxCycleS
    const stream = new MomentaryStream(seed)
    for (const [row, { road, junctions }] of rows.entries()) {
      stream.begin(road, 'coordinated')
      this.#arranged[row] = stream.uniform() < parameters.corridor.coordinated ? 1 : 0
      for (const j of junctions) this.#rowOf[j] = row
    }
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#orderedUntil)
  }

  isInStep(j: number, time: number): boolean {
    const row = this.#rowOf[j]
    return row >= 0 && (this.#arranged[row] === 1 || time < this.#orderedUntil[row])
  }

  /** An operator's green wave along the junction's row, if it has one; −Infinity ends it. */
  order(j: number, until: number): void {
    const row = this.#rowOf[j]
    if (row >= 0) this.#orderedUntil[row] = until
  }

  /**
   * Length of the next cycle, s: `cycleS` in step, that is when `second` is a multiple of it, else as much longer or
   * shorter as allowed, whichever comes into step sooner.
   */
  stepS(second: number, cycleS: number, leastS: number): number {
    const late = ((second % cycleS) + cycleS) % cycleS
    if (late === 0) return cycleS
    const most = Math.floor(cycleS * MOST_CHANGE)
    const longer = Math.min(most, this.#maxCycleS - cycleS)
    const shorter = Math.min(most, cycleS - leastS)
    const cyclesLonger = longer > 0 ? (cycleS - late) / longer : Number.POSITIVE_INFINITY
    const cyclesShorter = shorter > 0 ? late / shorter : Number.POSITIVE_INFINITY
    if (cyclesShorter <= cyclesLonger) return cycleS - Math.min(late, shorter)
    return cycleS + Math.min(cycleS - late, longer)
  }
}
