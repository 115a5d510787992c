// The clock of one run as a pure state machine: how far the city may be simulated, at what speed, paused or jumping.

import { Problem, shown } from '../../../infra/problem.ts'
import { isoTime, parseInstant } from '../../../infra/time.ts'
import type { Horizon } from '../../contract/records.ts'
import { UNPACED_SPEED } from '../../contract/run/run-commands.ts'

/** How far a shard, or the processor, may fall behind before the horizon waits for it: 2 s of wall time. */
const SLACK_WALL_MS = 2_000
/** While unpaced (`clock.jump`, speed max) the horizon moves in steps of a sim minute, or of a tick where ticks are further apart: years take minutes. */
const UNPACED_STEP_MS = 60_000
/** A jump of a small city goes in longer steps, as many events in each: waiting for one another costs more than the events. */
const LONGEST_JUMP_STEP_MS = 600_000

export type RunClockOptions = {
  start: number
  end: number
  speed: number
  /** Sim ms between ticks. */
  tickMs: number
  /** Share of the assets that exist, default all. */
  scale?: number
  now: number
  /** Wall ms that H lies ahead of the clock. */
  leadMs: number
  /** The last horizon of a run that goes on: the clock stood there while nobody conducted. */
  last?: Horizon | null
}

export class RunClock {
  readonly start: number
  /** Where the run ends if nobody stops it. */
  readonly plannedEnd: number
  readonly #leadMs: number
  readonly #unpacedStepMs: number
  readonly #jumpStepMs: number
  #end: number
  #h: number
  #simAnchor: number
  #wallAnchor: number
  #speed: number
  #paused: boolean
  #jumpTo: number | null
  /** It will stand still there. */
  #pauseAt: number | null
  /** Wall ms that the machine slept, while the clock stands for it. */
  #slept = 0

  constructor({ start, end, speed, tickMs, scale = 1, now, leadMs, last }: RunClockOptions) {
    this.#leadMs = leadMs
    this.#unpacedStepMs = Math.max(UNPACED_STEP_MS, tickMs)
    const alike = Math.min(LONGEST_JUMP_STEP_MS, UNPACED_STEP_MS / scale)
    this.#jumpStepMs = Math.max(this.#unpacedStepMs, alike)
    this.#end = end
    this.plannedEnd = end
    this.start = start
    this.#h = last ? Date.parse(last.h) : start
    this.#simAnchor = this.#h
    this.#wallAnchor = now
    this.#speed = last?.speed || speed
    this.#paused = last?.speed === 0
    this.#slept = last?.slept ?? 0
    this.#jumpTo = last?.jumpTo === undefined ? null : Date.parse(last.jumpTo)
    this.#pauseAt = last?.pauseAt === undefined ? null : Date.parse(last.pauseAt)
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
    const top = Math.min(this.#end, this.#pauseAt ?? this.#end)
    const wanted = Math.min(top, this.#simAt(now) + this.#leadMs * this.#speed)
    const limit = allowed(slack)
    this.#h = Math.max(this.#h, Math.floor(Math.min(wanted, limit)))
    // A clock that ran far ahead of what was allowed is set back: the achieved speed is what it is.
    if (this.#simAt(now) > this.#h + slack) this.#anchorAt(this.#h, now)
    if (this.#pauseAt !== null && Math.min(this.#simAt(now), this.#h) >= this.#pauseAt) {
      this.#standAt(this.#pauseAt, now)
    }
    return wanted > limit
  }

  horizon(): Omit<Horizon, 'term'> {
    return {
      h: isoTime(this.#h),
      simAnchor: isoTime(Math.round(this.#simAnchor)),
      wallAnchor: Math.round(this.#wallAnchor),
      speed: this.#paused && this.#jumpTo === null ? 0 : this.#speed,
      ...(this.#jumpTo !== null && { jumpTo: isoTime(this.#jumpTo) }),
      ...(this.#pauseAt !== null && { pauseAt: isoTime(this.#pauseAt) }),
      ...(this.#slept > 0 && { slept: this.#slept }),
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

  /** Now, or when it gets to `at`. */
  pause(now: number, at?: string): string | null {
    if (at !== undefined) return this.#pauseLater(at)
    this.#anchorAt(this.#simAt(now), now)
    this.#paused = true
    return null
  }

  #pauseLater(at: string): string | null {
    const { instant, problem } = this.#ahead(at, 'args/at')
    if (problem !== undefined) return problem
    this.#pauseAt = instant
    return null
  }

  resume(now: number): null {
    this.#anchorAt(this.#simAt(now), now)
    this.#paused = false
    this.#slept = 0
    return null
  }

  /** One that stands, or that is to `hold`, stands there again. */
  jump(to: string, hold = false): string | null {
    const { instant, problem } = this.#ahead(to, 'args/to')
    if (problem !== undefined) return problem
    this.#jumpTo = instant
    if (hold || this.#paused) this.#pauseAt = instant
    else if (this.#pauseAt !== null && this.#pauseAt <= instant) this.#pauseAt = null
    this.#paused = false
    this.#slept = 0
    return null
  }

  /** At once up to `to` (sim ms), where it stands. */
  stepTo(to: number, now: number): void {
    this.#h = Math.max(this.#h, to)
    this.#jumpTo = null
    this.#standAt(to, now)
  }

  #ahead(
    text: string,
    where: string,
  ): { instant: number; problem?: undefined } | { instant?: undefined; problem: string } {
    const read = readInstant(text, where)
    if (read.problem !== undefined) return read
    if (read.instant > this.#h && read.instant <= this.#end) return read
    const expected = `an instant after ${isoTime(this.#h)} and not after ${isoTime(this.#end)}`
    return { problem: `${where}: ${shown(text)}, expected ${expected}` }
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
    this.#slept = Math.round(now - since)
  }

  /** Everything up to `sim` is decided, and nothing after it. */
  #standAt(sim: number, now: number): void {
    this.#anchorAt(sim, now)
    this.#paused = true
    this.#pauseAt = null
  }

  #simAt(now: number): number {
    return this.#paused ? this.#simAnchor : this.#simAnchor + (now - this.#wallAnchor) * this.#speed
  }

  /** The clock goes on from here; what is already inside the horizon stays decided. */
  #anchorAt(sim: number, now: number): void {
    this.#simAnchor = Math.max(this.start, Math.min(sim, this.#h))
    this.#wallAnchor = now
  }

  #moveUnpaced(now: number, slowest: number, allowed: (slack: number) => number): void {
    const stepMs = this.#jumpTo === null ? this.#unpacedStepMs : this.#jumpStepMs
    const limit = Math.floor(allowed(stepMs))
    const top = Math.min(this.#jumpTo ?? this.#end, this.#pauseAt ?? this.#end)
    const step = Math.min(top, this.#end, limit)
    if (step > this.#h) {
      this.#h = step
      this.#anchorAt(step, now)
    }
    if (this.#jumpTo !== null && slowest >= this.#jumpTo) {
      this.#jumpTo = null
      this.#anchorAt(this.#h, now)
    }
    if (this.#pauseAt !== null && slowest >= this.#pauseAt) {
      this.#jumpTo = null
      this.#standAt(this.#pauseAt, now)
    }
  }
}

function readInstant(
  text: string,
  where: string,
): { instant: number; problem?: undefined } | { instant?: undefined; problem: string } {
  try {
    return { instant: parseInstant(text, where) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { problem: error.message }
  }
}
