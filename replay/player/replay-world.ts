// A world at a sim time: its log, a processor that restored itself on it, and the player of what follows.
import { type Clock, sleep, stoppableClock } from '../../infra/clock.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { connectTo, type MemoryConnection } from '../../infra/memory/connection.ts'
import type { MemoryLog } from '../../infra/memory/memory-log.ts'
import type { Metrics } from '../../infra/metrics.ts'
import { type ProcessorOptions, type RunningProcessor, runProcessor } from '../../processor/run.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { Player } from './player.ts'
import type { Span } from './positions.ts'
import type { Seek } from './replay-commands.ts'
import type { ReplayedRun } from './replayed-run.ts'
import type { SharedClock } from './shared-clock.ts'
import { type WorldLog, worldLogAt } from './world-log.ts'

const LOOK_AGAIN_MS = 1
/** In each of them whoever reads gets some 500 records. */
const TURNS = 100
const OWNER = 'replay'

export type ReplayOptions = Required<
  Pick<ProcessorOptions, 'cityOf' | 'catalogueOf' | 'logger'>
> & {
  clock: Clock
  metrics?: Metrics
}

export type ReplayWorldOptions = ReplayOptions & {
  run: ReplayedRun
  /** Runs that are played beside it. */
  beside: ReplayedRun[]
  /** It begins at the tick before. */
  time: number
  span: Span
  isLooped: boolean
  seek(seek: Seek): void
}

export class ReplayWorld {
  readonly log: MemoryLog
  readonly player: Player
  /** Where it began, ms. */
  readonly time: number
  readonly ignored: IgnoredRecords
  /** Rejects when processor or player cannot go on. */
  readonly failed: Promise<never>
  readonly #processor: RunningProcessor
  readonly #connection: MemoryConnection
  readonly #stopClock: () => void
  readonly #clock: Clock
  readonly #topics: Topics

  private constructor(
    options: ReplayWorldOptions,
    world: WorldLog,
    player: Player,
    started: StartedProcessor,
  ) {
    this.#clock = options.clock
    this.#topics = options.run.book.topics
    this.log = world.log
    this.time = world.time
    this.player = player
    this.ignored = started.ignored
    this.#processor = started.processor
    this.#connection = started.connection
    this.#stopClock = started.stopClock
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => {}) // its owner listens later
    started.processor.done.catch(reject)
    player.ended.catch(reject)
    this.failed = promise
  }

  /** Resolves when what came before `time` has been folded; then it can be played. */
  static async open(options: ReplayWorldOptions): Promise<FoldedWorld> {
    const { run, time, clock } = options
    const world = await worldLogAt(run, time, clock)
    const folded = Promise.withResolvers<void>()
    const started = await startProcessor(world, options, folded.promise)
    const { processor, ignored } = started
    await foldUpTo(world, run, processor, clock)
    folded.resolve()
    const processed = () => processor.watermark()
    return {
      time: world.time,
      async play(shared) {
        const player = await Player.start({ ...options, world, shared, processed, ignored })
        return new ReplayWorld(options, world, player, started)
      },
    }
  }

  /** Sim time up to which the processor has folded. */
  watermark(): number | null {
    return this.#processor.watermark()
  }

  /** Plays no more and lets the processor finish what is in the log; the log can still be read. */
  async settle(): Promise<void> {
    await this.player.stop()
    while (!(await this.#isRead())) await sleep(this.#clock, LOOK_AGAIN_MS)
    // The merge reads truths by itself, without a group that says how far it is.
    for (let turn = 0; turn < TURNS; turn++) await this.#clock.turn()
    await this.#processor.stop()
  }

  async #isRead(): Promise<boolean> {
    const { taskGroup, mergeGroup } = this.#topics
    const lags = [...(await this.log.lag(taskGroup)), ...(await this.log.lag(mergeGroup))]
    const isWritten = this.#processor.stats().unacknowledged === 0
    return isWritten && lags.every(({ committed, latest }) => committed === latest)
  }

  /** At once: nobody needs what it would still say. */
  async drop(): Promise<void> {
    await this.player.stop()
    this.#stopClock()
    this.#connection.sever()
    await this.log.close()
  }
}

/** `time`: where it stands, sim ms. */
type FoldedWorld = { time: number; play(shared: SharedClock): Promise<ReplayWorld> }

type StartedProcessor = {
  processor: RunningProcessor
  connection: MemoryConnection
  ignored: IgnoredRecords
  stopClock(): void
}

async function startProcessor(
  { log, mergeStart }: WorldLog,
  { run, clock: real, cityOf, catalogueOf, logger, metrics }: ReplayWorldOptions,
  quiet: Promise<void>,
): Promise<StartedProcessor> {
  const connection = connectTo(log)
  const clock = stoppableClock(real)
  const { topics } = run.book
  const ignored = createIgnoredRecords({ clock, logger })
  const compile: ReplayedRun['compile'] = (...source) => run.compile(...source)
  const parts = { clock, topics, cityOf, catalogueOf, compile, logger, metrics, ignored, quiet }
  const processor = await runProcessor({ ...parts, log: connection, mergeStart, owner: OWNER })
  return { processor, connection, ignored, stopClock: () => clock.stop() }
}

/** Full speed, as far as the processor keeps up: the log holds for it what it has not read. */
async function foldUpTo(
  { past, appends, time }: WorldLog,
  { positions, book }: ReplayedRun,
  processor: RunningProcessor,
  clock: Clock,
): Promise<void> {
  let failure: { error: unknown } | null = null
  processor.done.catch((error: unknown) => {
    failure = { error }
  })
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      if (failure) throw (failure as { error: unknown }).error
      await sleep(clock, LOOK_AGAIN_MS)
    }
  }
  // What nobody reads yet the log would not keep.
  await until(() => processor.stats().tasks === positions.lanes.length)
  for await (const lanes of past) for (const records of lanes) await appends.add(records)
  await until(() => (processor.watermark() ?? Date.parse(book.descriptor.start)) >= time)
}
