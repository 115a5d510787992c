// What the sim time was at a wall time, as the horizons of a run have it.
import type { Horizon } from '../../producers/contract/records.ts'
import { dueSimTime, type Pace, paceOf } from '../../producers/run/shard/pace.ts'

export class HorizonTime {
  #pace: Pace | null = null

  take(horizon: Horizon): void {
    this.#pace = paceOf(horizon)
  }

  /** -Infinity before any horizon. */
  at(wall: number): number {
    const pace = this.#pace
    if (!pace) return Number.NEGATIVE_INFINITY
    return pace.hurries ? pace.h : dueSimTime(pace, wall)
  }
}
