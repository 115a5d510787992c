// What is counted of the vehicles at each junction: by approach since the last report, and all that was before.
import type { StateWalk } from '../../../simulation/simulator.ts'
import { type Layout, MAX_APPROACHES } from './layout.ts'
import type { Approaches, Passage } from './queue.ts'

/**
 * Vehicles at a junction so far: arrived − served = queue, refused went elsewhere. Of the arrived `came` from a
 * neighbour, of the served `sentOn` went to one, and `coming` are on the way here. `reported` are the served of closed
 * intervals.
 */
export type VehicleTally = {
  arrived: number
  served: number
  refused: number
  queue: number
  came: number
  sentOn: number
  coming: number
  reported: number
}

export class VehicleCounts {
  /** By approach: since the junction's last report. */
  readonly passages: Passage[]
  /** Waiting that no reported vehicle has carried away yet, vehicle-seconds by junction. */
  readonly waitedS: Float64Array
  /** By junction: until its last report. */
  readonly #past: Passage[]

  constructor(layout: Layout) {
    const size = layout.stages.length
    this.passages = Array.from({ length: size * MAX_APPROACHES }, nothing)
    this.waitedS = new Float64Array(size)
    this.#past = Array.from({ length: size }, nothing)
  }

  state(walk: StateWalk): void {
    for (const passages of [this.passages, this.#past]) {
      walk.each(passages, (passage) => {
        passage.arrived = walk.number(passage.arrived)
        passage.served = walk.number(passage.served)
        passage.refused = walk.number(passage.refused)
        passage.waitedS = walk.number(passage.waitedS)
        passage.came = walk.number(passage.came)
        passage.sentOn = walk.number(passage.sentOn)
      })
    }
    walk.numbers(this.waitedS)
  }

  /** Moves an approach's passage to its junction's past. */
  put(j: number, a: number): void {
    const passage = this.passages[a]
    this.waitedS[j] += passage.waitedS
    const past = this.#past[j]
    past.arrived += passage.arrived
    past.served += passage.served
    past.refused += passage.refused
    past.came += passage.came
    past.sentOn += passage.sentOn
    empty(passage)
  }

  tally(j: number, { queue, onRoad }: Approaches): VehicleTally {
    const { waitedS: _, ...tally } = this.#past[j]
    const all = { ...tally, queue: 0, coming: 0, reported: tally.served }
    for (let a = j * MAX_APPROACHES; a < (j + 1) * MAX_APPROACHES; a++) {
      const { arrived, served, refused, came, sentOn } = this.passages[a]
      all.arrived += arrived
      all.served += served
      all.refused += refused
      all.came += came
      all.sentOn += sentOn
      all.queue += queue[a]
      all.coming += onRoad[a]
    }
    return all
  }
}

const nothing = (): Passage => ({
  ...{ arrived: 0, served: 0, refused: 0, waitedS: 0, came: 0, sentOn: 0 },
})

function empty(passage: Passage): void {
  passage.arrived = 0
  passage.served = 0
  passage.refused = 0
  passage.waitedS = 0
  passage.came = 0
  passage.sentOn = 0
}
