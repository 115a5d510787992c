// Sim time against the wall clock, as the horizons on `run` say.
import type { Horizon } from '../../contract/records.ts'
import { UNPACED_SPEED } from '../../contract/run/run-commands.ts'

/** A horizon with its instants as numbers; `hurries` = it goes as fast as it can. */
export type Pace = {
  h: number
  simAnchor: number
  wallAnchor: number
  speed: number
  hurries: boolean
}

export function paceOf(horizon: Horizon): Pace {
  return {
    h: Date.parse(horizon.h),
    simAnchor: Date.parse(horizon.simAnchor),
    wallAnchor: horizon.wallAnchor,
    speed: horizon.speed,
    hurries: horizon.jumpTo !== undefined || horizon.speed >= UNPACED_SPEED,
  }
}

/** Sim time that is due at wall time `now`, never past the horizon; stands still at speed 0. */
export function dueSimTime(pace: Pace, now: number): number {
  return Math.min(pace.h, Math.floor(pace.simAnchor + (now - pace.wallAnchor) * pace.speed))
}

/** Intended wall-clock time of sim time `time`; the opening census (older than `start`) is meant for the start. */
export function intendedWallTime(pace: Pace, time: number, start: number): number {
  if (pace.speed === 0) return Math.round(pace.wallAnchor)
  const sim = Math.max(time, start)
  return Math.round(pace.wallAnchor + (sim - pace.simAnchor) / pace.speed)
}
