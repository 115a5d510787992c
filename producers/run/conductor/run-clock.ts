// The clock of one run as a pure state machine: how far the city may be simulated, at what speed, paused or jumping.

import { Problem, shown } from '../../../infra/problem.ts'
import { isoTime, parseInstant } from '../../../infra/time.ts'
import type { Horizon } from '../../contract/records.ts'
import { UNPACED_SPEED } from '../../contract/run/run-commands.ts'

/** How far a shard, or the processor, may fall behind before the horizon waits for it: 2 s of wall time. */
const SLACK_WALL_MS = 2_000
/** While unpaced (`clock.jump`, speed max) the horizon moves in steps of a sim minute. */
const UNPACED_STEP_MS = 60_000

export type RunClockOptions = {
  start: number
  end: number
  speed: number
  now: number
  /** Wall ms that H lies ahead of the clock. */
  leadMs: number
  /** The last horizon of a run that goes on: the clock stood there while nobody conducted. */
  last?: Horizon | null
}

export class RunClock {
  readonly #start: number
  readonly #leadMs: number
  #end: number
  #h: number
  #simAnchor: number
  #wallAnchor: number
  #speed: number
  #paused: boolean
  #jumpTo: number | null = null

  constructor({ start, end, speed, now, leadMs, last }: RunClockOptions) {
    this.#start = start
    this.#leadMs = leadMs
    this.#end = end
    this.#h = last ? Date.parse(last.h) : start
    this.#simAnchor = this.#h
    this.#wallAnchor = now
    this.#speed = last?.speed || speed
    this.#paused = last?.speed === 0
  }

  /** The city may be simulated up to here (sim ms). */
  get h(): number {
    return this.#h
  }

  get end(): number {
    return this.#end
  }

  get unpaced(): boolean {
    return this.#jumpTo !== null || (this.#speed === UNPACED_SPEED && !this.#paused)
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Sim seconds per wall second, also while it is paused. */
  get asked(): number {
    return this.#speed
  }

  /** Moves the horizon at wall time `now`; `allowed(slack)` is the latest sim time that the followers permit. Returns whether it had to wait. */
  move(now: number, slowest: number, allowed: (slackSim: number) => number): boolean {
    if (this.unpaced) {
      this.#moveUnpaced(now, slowest, allowed)
      return false
    }
    if (this.#paused) return false
    const slack = SLACK_WALL_MS * this.#speed
    const wanted = Math.min(this.#end, this.#simAt(now) + this.#leadMs * this.#speed)
    const limit = allowed(slack)
    this.#h = Math.max(this.#h, Math.floor(Math.min(wanted, limit)))
    // A clock that ran far ahead of what was allowed is set back: the achieved speed is what it is.
    if (this.#simAt(now) > this.#h + slack) this.#anchorAt(this.#h, now)
    return wanted > limit
  }

  horizon(): Omit<Horizon, 'term'> {
    return {
      h: isoTime(this.#h),
      simAnchor: isoTime(Math.round(this.#simAnchor)),
      wallAnchor: Math.round(this.#wallAnchor),
      speed: this.#paused && this.#jumpTo === null ? 0 : this.#speed,
    }
  }

  /** Somebody else let the city be simulated up to here: decided is decided. True where this is news. */
  raise(to: number): boolean {
    if (to <= this.#h) return false
    this.#h = to
    return true
  }

  /** Each control returns why it is refused, or null. */
  speed(asked: number | 'max', now: number): null {
    this.#anchorAt(this.#simAt(now), now)
    this.#speed = asked === 'max' ? UNPACED_SPEED : asked
    return null
  }

  pause(now: number): null {
    this.#anchorAt(this.#simAt(now), now)
    this.#paused = true
    return null
  }

  resume(now: number): null {
    this.#anchorAt(this.#simAt(now), now)
    this.#paused = false
    return null
  }

  jump(to: string): string | null {
    const { instant, problem } = readInstant(to)
    if (problem !== undefined) return problem
    if (instant > this.#h && instant <= this.#end) {
      this.#jumpTo = instant
      return null
    }
    return `args/to: ${shown(to)}, expected an instant after ${isoTime(this.#h)} and not after ${isoTime(this.#end)}`
  }

  /** The run ends at the horizon; a clock that stands goes on up to there, or it would never end. */
  stop(now: number): null {
    this.#anchorAt(this.#simAt(now), now)
    this.#paused = false
    this.#end = this.#h
    return null
  }

  /** The machine slept since wall time `since`: the clock stands where it was then. */
  sleptSince(since: number, now: number): void {
    this.#anchorAt(this.#simAt(since), now)
    this.#paused = true
  }

  #simAt(now: number): number {
    return this.#paused ? this.#simAnchor : this.#simAnchor + (now - this.#wallAnchor) * this.#speed
  }

  /** The clock goes on from here; what is already inside the horizon stays decided. */
  #anchorAt(sim: number, now: number): void {
    this.#simAnchor = Math.max(this.#start, Math.min(sim, this.#h))
    this.#wallAnchor = now
  }

  #moveUnpaced(now: number, slowest: number, allowed: (slack: number) => number): void {
    const step = Math.min(
      this.#jumpTo ?? this.#end,
      this.#end,
      Math.floor(allowed(UNPACED_STEP_MS)),
    )
    if (step > this.#h) {
      this.#h = step
      this.#anchorAt(step, now)
    }
    if (this.#jumpTo !== null && slowest >= this.#jumpTo) {
      this.#jumpTo = null
      this.#anchorAt(this.#h, now)
    }
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
