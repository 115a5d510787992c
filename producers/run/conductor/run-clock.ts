// The clock of one run as a pure state machine: how far the city may be simulated, at what speed, paused or jumping.

import { Problem, shown } from '../../../infra/problem.ts'
import { isoTime, parseInstant } from '../../../infra/time.ts'
import type { Horizon } from '../../contract/records.ts'
import { UNPACED_SPEED } from '../../contract/run/run-commands.ts'

/** How far a shard, or the processor, may fall behind before the horizon waits for it: 2 s of wall time. */
const SLACK_WALL_MS = 2_000
/** While unpaced (`clock.jump`, speed max) the horizon moves in steps of a sim minute. */
const UNPACED_STEP_MS = 60_000

export interface RunClock {
  /** The city may be simulated up to here (sim ms). */
  readonly h: number
  readonly end: number
  readonly unpaced: boolean
  readonly paused: boolean
  /** Sim seconds per wall second, also while it is paused. */
  readonly asked: number
  /** Moves the horizon at wall time `now`; `allowed(slack)` is the latest sim time that the followers permit. Returns whether it had to wait. */
  move(now: number, slowest: number, allowed: (slackSim: number) => number): boolean
  horizon(): Omit<Horizon, 'term'>
  /** Somebody else let the city be simulated up to here: decided is decided. True where this is news. */
  raise(to: number): boolean
  /** Each control returns why it is refused, or null. */
  speed(asked: number | 'max', now: number): null
  pause(now: number): null
  resume(now: number): null
  jump(to: string): string | null
  /** The run ends at the horizon; a clock that stands goes on up to there, or it would never end. */
  stop(now: number): null
  /** The machine slept since wall time `since`: the clock stands where it was then. */
  sleptSince(since: number, now: number): void
}

export function createRunClock(options: {
  start: number
  end: number
  speed: number
  now: number
  /** Wall ms that H lies ahead of the clock. */
  leadMs: number
  /** The last horizon of a run that goes on: the clock stood there while nobody conducted. */
  last?: Horizon | null
}): RunClock {
  const { start, leadMs } = options
  let end = options.end
  const { last } = options
  let h = last ? Date.parse(last.h) : start
  let simAnchor = h
  let wallAnchor = options.now
  let speed = last?.speed || options.speed
  let paused = last?.speed === 0
  let jumpTo: number | null = null

  const simAt = (now: number) => (paused ? simAnchor : simAnchor + (now - wallAnchor) * speed)
  const isUnpaced = () => jumpTo !== null || (speed === UNPACED_SPEED && !paused)

  /** The clock goes on from here; what is already inside the horizon stays decided. */
  function anchorAt(sim: number, now: number): void {
    simAnchor = Math.max(start, Math.min(sim, h))
    wallAnchor = now
  }

  function moveUnpaced(now: number, slowest: number, allowed: (slack: number) => number): void {
    const step = Math.min(jumpTo ?? end, end, Math.floor(allowed(UNPACED_STEP_MS)))
    if (step > h) {
      h = step
      anchorAt(step, now)
    }
    if (jumpTo !== null && slowest >= jumpTo) {
      jumpTo = null
      anchorAt(h, now)
    }
  }

  return {
    get h() {
      return h
    },
    get end() {
      return end
    },
    get unpaced() {
      return isUnpaced()
    },
    get paused() {
      return paused
    },
    get asked() {
      return speed
    },
    move(now, slowest, allowed) {
      if (isUnpaced()) {
        moveUnpaced(now, slowest, allowed)
        return false
      }
      if (paused) return false
      const slack = SLACK_WALL_MS * speed
      const wanted = Math.min(end, simAt(now) + leadMs * speed)
      const limit = allowed(slack)
      h = Math.max(h, Math.floor(Math.min(wanted, limit)))
      // A clock that ran far ahead of what was allowed is set back: the achieved speed is what it is.
      if (simAt(now) > h + slack) anchorAt(h, now)
      return wanted > limit
    },
    horizon: () => ({
      h: isoTime(h),
      simAnchor: isoTime(Math.round(simAnchor)),
      wallAnchor: Math.round(wallAnchor),
      speed: paused && jumpTo === null ? 0 : speed,
    }),
    raise(to) {
      if (to <= h) return false
      h = to
      return true
    },
    speed(asked, now) {
      anchorAt(simAt(now), now)
      speed = asked === 'max' ? UNPACED_SPEED : asked
      return null
    },
    pause(now) {
      anchorAt(simAt(now), now)
      paused = true
      return null
    },
    resume(now) {
      anchorAt(simAt(now), now)
      paused = false
      return null
    },
    jump(to) {
      const { instant, problem } = readInstant(to)
      if (problem !== undefined) return problem
      if (instant > h && instant <= end) {
        jumpTo = instant
        return null
      }
      return `args/to: ${shown(to)}, expected an instant after ${isoTime(h)} and not after ${isoTime(end)}`
    },
    stop(now) {
      anchorAt(simAt(now), now)
      paused = false
      end = h
      return null
    },
    sleptSince(since, now) {
      anchorAt(simAt(since), now)
      paused = true
    },
  }
}

function readInstant(
  to: string,
): { instant: number; problem?: undefined } | { instant?: undefined; problem: string } {
  try {
    return { instant: parseInstant(to, 'args/to') }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { problem: error.message }
  }
}
