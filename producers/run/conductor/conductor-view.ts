// How a run goes, for whoever looks on: what was asked of its clock beside what the slowest shard reaches.
import { UNPACED_SPEED } from '../../contract/run/run-commands.ts'
import type { RunClock } from './run-clock.ts'

export type ConductorView = {
  /** Sim seconds per wall second: 0 while it stands, Infinity where the shards set the pace. */
  asked: number
  /** What the slowest shard reached over the last seconds. */
  achieved: number
  /** The city may be simulated up to here, ms. */
  horizon: number
  paused: boolean
  ended: boolean
}

export function conductorView(
  { clock, hasEnded }: { clock: RunClock; hasEnded: boolean },
  achieved: number,
): ConductorView {
  const { h, paused, asked } = clock
  const speed = asked === UNPACED_SPEED ? Number.POSITIVE_INFINITY : asked
  const moves = !hasEnded && !paused
  return {
    asked: moves ? speed : 0,
    achieved: moves ? achieved : 0,
    horizon: h,
    paused,
    ended: hasEnded,
  }
}
