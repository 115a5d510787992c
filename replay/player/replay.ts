// A recording that is being replayed, or two side by side: one world of each at a time, and every seek makes new ones.
import { turnsOneByOne } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { Recording } from '../recording/recording.ts'
import type { Span } from './positions.ts'
import type { Seek } from './replay-commands.ts'
import { type ReplayOptions, ReplayWorld } from './replay-world.ts'
import { ReplayedRun } from './replayed-run.ts'
import { SharedClock } from './shared-clock.ts'

/** Sim ms; default the beginning of the recording, and its end. */
export type ReplayTimes = { at?: number; until?: number }

export type ReplayStart = ReplayTimes & {
  /** In place of `at` and `until`, by what the recording holds; what it throws is thrown. */
  times?(span: Span): ReplayTimes
  /** Sim seconds per wall second; UNPACED_SPEED = as fast as the processor keeps up. */
  speed: number
  isPaused?: boolean
  /** A second one, which goes by the same clock. */
  beside?: Recording
}

type WorldShown = (world: ReplayWorld, beside: ReplayWorld | null) => Promise<void>

export class Replay {
  /** The first is the one that takes commands. */
  readonly runs: readonly ReplayedRun[]
  /** What each of them holds, and what all of them do. */
  readonly spans: readonly Span[]
  readonly span: Span
  /** Rejects when a world cannot be made, or cannot go on. */
  readonly failed: Promise<never>
  readonly #options: ReplayOptions
  readonly #until: number
  readonly #failure = Promise.withResolvers<never>()
  #worlds: ReplayWorld[] = []
  #loop: Span | null = null
  #seeking: Promise<void> = Promise.resolve()
  /** Seeks so far. */
  #asked = 0
  #onWorld: WorldShown = async () => {}

  private constructor(runs: ReplayedRun[], spans: Span[], until: number, options: ReplayOptions) {
    this.runs = runs
    this.spans = spans
    this.span = commonSpan(spans)
    this.#until = until
    // What is due waits for one stretch of a processor's work at most, also where many stand in line.
    this.#options = { ...options, clock: turnsOneByOne(options.clock) }
    this.failed = this.#failure.promise
    this.failed.catch(() => {}) // its owner listens later
  }

  /** Resolves with the world at `at`; throws a Problem where the recording holds nothing to be replayed, or nothing that both have. */
  static async open(
    recording: Recording,
    options: ReplayOptions,
    start: ReplayStart,
  ): Promise<Replay> {
    const { speed, isPaused = false, beside } = start
    const runs = [await ReplayedRun.open(recording)]
    if (beside) runs.push(await ReplayedRun.open(beside))
    refuseOtherCity(runs)
    const spans = await Promise.all(runs.map(({ positions }) => positions.span()))
    const span = commonSpan(spans)
    const { at, until } = start.times?.(span) ?? start
    const last = until === undefined ? span.to : await runs[0].positions.aligned(until)
    const replay = new Replay(runs, spans, last, options)
    await replay.#begin(at ?? span.from, speed, isPaused)
    return replay
  }

  get run(): ReplayedRun {
    return this.runs[0]
  }

  get world(): ReplayWorld {
    return this.#worlds[0]
  }

  /** Of the second recording; null where there is one only. */
  get besideWorld(): ReplayWorld | null {
    return this.#worlds[1] ?? null
  }

  /** What is played again and again; null = nothing. */
  get loop(): Span | null {
    return this.#loop
  }

  /** `show` is called with each new world, and that beside it, before those that they replace are dropped. */
  onWorld(show: WorldShown): void {
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
      const old = this.#worlds
      const { clock, hasEnded } = this.world.player
      await Promise.all(old.map((world) => world.player.stop()))
      await this.#begin(time, clock.asked, hold || (clock.paused && !hasEnded))
      await this.#onWorld(this.world, this.besideWorld)
      await Promise.all(old.map((world) => world.drop()))
    })
    this.#seeking = next.catch(() => {})
    return next
  }

  async close(): Promise<void> {
    await this.#seeking
    await Promise.all(this.#worlds.map((world) => world.drop()))
  }

  async #begin(time: number, speed: number, isPaused: boolean): Promise<void> {
    const { runs, run, span } = this
    const loop = this.#loop !== null && time < this.#loop.to ? this.#loop : null
    const end = time < this.#until ? this.#until : span.to
    const until = loop ? await run.positions.aligned(loop.to) : end
    const seek = (seek: Seek) => {
      this.seek(seek).catch(this.#failure.reject)
    }
    const isLooped = loop !== null
    const folded = await Promise.all(
      runs.map((it) => {
        const beside = runs.filter((other) => other !== it)
        return ReplayWorld.open({
          ...this.#options,
          ...{ run: it, beside, span, time, isLooped, seek },
        })
      }),
    )
    const { start, tick, scale } = run.book.descriptor
    const shared = new SharedClock({
      ...{ players: runs.length, start: Date.parse(start), end: until, speed, isPaused },
      // Where their ticks are others, the one that stands earlier plays up to there.
      time: Math.max(...folded.map((world) => world.time)),
      ...{ tickMs: tick, scale, now: this.#options.clock.now() },
    })
    const worlds = await Promise.all(folded.map((world) => world.play(shared)))
    this.#worlds = worlds
    for (const world of worlds) world.failed.catch(this.#failure.reject)
    const again = () => {
      if (loop && this.#loop === loop && this.#worlds === worlds)
        seek({ time: loop.from, hold: false })
    }
    Promise.all(worlds.map(({ player }) => player.ended)).then(again, () => {})
  }
}

/** What all of them hold; throws a Problem that says what each does where that is nothing. */
function commonSpan(spans: Span[]): Span {
  const from = Math.max(...spans.map((span) => span.from))
  const to = Math.min(...spans.map((span) => span.to))
  if (spans.length === 1 || from < to) return { from, to }
  const [a, b] = spans.map((span) => `${isoTime(span.from)} to ${isoTime(span.to)}`)
  throw new Problem(
    problemText('replay', `one of ${a} and one of ${b}`, 'two that have a time in common'),
  )
}

function refuseOtherCity(runs: ReplayedRun[]): void {
  const [a, b] = runs.map(({ book }) => book.descriptor.city)
  if (b === undefined || a === b) return
  throw new Problem(problemText('replay', `recordings of ${a} and ${b}`, 'two of one city'))
}
