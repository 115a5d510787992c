// A recording that is being replayed: one world at a time, and every seek makes a new one.
import type { Recording } from '../recording/recording.ts'
import type { Span } from './positions.ts'
import type { Seek } from './replay-commands.ts'
import { type ReplayOptions, ReplayWorld } from './replay-world.ts'
import { ReplayedRun } from './replayed-run.ts'

/** Sim ms; default the beginning of the recording, and its end. */
export type ReplayTimes = { at?: number; until?: number }

export type ReplayStart = ReplayTimes & {
  /** In place of `at` and `until`, by what the recording holds; what it throws is thrown. */
  times?(span: Span): ReplayTimes
  /** Sim seconds per wall second; UNPACED_SPEED = as fast as the processor keeps up. */
  speed: number
  isPaused?: boolean
}

export class Replay {
  readonly run: ReplayedRun
  readonly span: Span
  /** Rejects when a world cannot be made, or cannot go on. */
  readonly failed: Promise<never>
  readonly #options: ReplayOptions
  readonly #until: number
  readonly #failure = Promise.withResolvers<never>()
  #world: ReplayWorld | null = null
  #loop: Span | null = null
  #seeking: Promise<void> = Promise.resolve()
  /** Seeks so far. */
  #asked = 0
  #onWorld: (world: ReplayWorld) => Promise<void> = async () => {}

  private constructor(run: ReplayedRun, span: Span, until: number, options: ReplayOptions) {
    this.run = run
    this.span = span
    this.#until = until
    this.#options = options
    this.failed = this.#failure.promise
    this.failed.catch(() => {}) // its owner listens later
  }

  /** Resolves with the world at `at`; throws a Problem where the recording holds nothing to be replayed. */
  static async open(
    recording: Recording,
    options: ReplayOptions,
    start: ReplayStart,
  ): Promise<Replay> {
    const run = await ReplayedRun.open(recording)
    const { positions } = run
    const span = await positions.span()
    const { speed, isPaused = false } = start
    const { at, until } = start.times?.(span) ?? start
    const last = until === undefined ? span.to : await positions.aligned(until)
    const replay = new Replay(run, span, last, options)
    await replay.#begin(at ?? span.from, speed, isPaused)
    return replay
  }

  get world(): ReplayWorld {
    return this.#world!
  }

  /** What is played again and again; null = nothing. */
  get loop(): Span | null {
    return this.#loop
  }

  /** `show` is called with each new world, before the one that it replaces is dropped. */
  onWorld(show: (world: ReplayWorld) => Promise<void>): void {
    this.#onWorld = show
  }

  /**
   * One after the other, and of those that wait only the last; resolves when its world is shown, or one that was asked for later is on its way. It
   * stands, or goes on, as the one before did.
   */
  seek({ time, hold, loop }: Seek): Promise<void> {
    if (loop !== undefined) this.#loop = loop
    const mine = ++this.#asked
    const next = this.#seeking.then(async () => {
      if (mine !== this.#asked) return
      const old = this.world
      const { clock, hasEnded } = old.player
      await old.player.stop()
      await this.#begin(time, clock.asked, hold || (clock.paused && !hasEnded))
      await this.#onWorld(this.world)
      await old.drop()
    })
    this.#seeking = next.catch(() => {})
    return next
  }

  async close(): Promise<void> {
    await this.#seeking
    await this.world.drop()
  }

  async #begin(time: number, speed: number, isPaused: boolean): Promise<void> {
    const { run, span } = this
    const loop = this.#loop !== null && time < this.#loop.to ? this.#loop : null
    const end = time < this.#until ? this.#until : span.to
    const until = loop ? await run.positions.aligned(loop.to) : end
    const seek = (seek: Seek) => {
      this.seek(seek).catch(this.#failure.reject)
    }
    const world = await ReplayWorld.open({
      ...this.#options,
      ...{ run, span, time, until, speed, isPaused, isLooped: loop !== null, seek },
    })
    this.#world = world
    world.failed.catch(this.#failure.reject)
    const again = () => {
      if (loop && this.#loop === loop && this.#world === world)
        seek({ time: loop.from, hold: false })
    }
    world.player.ended.then(again, () => {})
  }
}
