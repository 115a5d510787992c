// A processor in the demo's own process that can be killed: it dies without a word, and another restores its tasks.
import type { Recovery } from '../../console/messages.ts'
import { sleep, stoppableClock } from '../../infra/clock.ts'
import type { MemoryConnection } from '../../infra/memory/connection.ts'
import { Problem } from '../../infra/problem.ts'
import { type ProcessorOptions, type RunningProcessor, runProcessor } from '../../processor/run.ts'

/** A supervisor needs about this long to notice that a process is gone and to start the next. */
const RESTART_MS = 1_000
const LOOK_MS = 20
const GIVE_UP_MS = 60_000

export type KillableProcessorOptions = Omit<ProcessorOptions, 'log' | 'owner'> & {
  /** A connection of its own for every life. */
  connect(): MemoryConnection
}

export type KillableProcessor = RunningProcessor & {
  /**
   * Sudden death: no drain, no checkpoint, no goodbye to the groups. Resolves when its successor has read as far as it
   * had; rejects with a Problem while an earlier death is not over, or when the successor does not get there in 60 s.
   */
  kill(): Promise<Recovery>
}

type Life = { owner: string; processor: RunningProcessor; end(): void }

export async function startKillableProcessor(
  options: KillableProcessorOptions,
): Promise<KillableProcessor> {
  const { clock } = options
  const died = Promise.withResolvers<void>()
  // The owner listens to `done`; a failure before it does must not end the process.
  died.promise.catch(() => {})
  let lives = 0
  let stopping = false
  let recovering: Promise<Recovery> | null = null
  /** The last one begun; one that died still says what it had done. */
  let life = await begin()
  /** Stands while a new one does not know its own yet. */
  let watermark: number | null = null

  async function begin(): Promise<Life> {
    const owner = `processor-${++lives}`
    const connection = options.connect()
    const own = stoppableClock(clock)
    const processor = await runProcessor({ ...options, log: connection, clock: own, owner })
    let ended = false
    processor.done.then(
      () => !ended && died.resolve(),
      (error: unknown) => !ended && died.reject(error),
    )
    return {
      owner,
      processor,
      end() {
        ended = true
        own.stop()
        connection.sever()
      },
    }
  }

  function known(): number | null {
    watermark = life.processor.watermark() ?? watermark
    return watermark
  }

  async function kill(): Promise<Recovery> {
    const victim = life
    const before = known()
    const since = clock.now()
    victim.end()
    await sleep(clock, RESTART_MS)
    try {
      life = await begin()
    } catch (error) {
      died.reject(error)
      throw error
    }
    const downMs = clock.now() - since
    await caughtUp(life.processor, before)
    const { records } = life.processor.stats()
    return {
      victim: victim.owner,
      successor: life.owner,
      downMs,
      recoveredMs: clock.now() - since,
      watermark: before,
      records: Object.values(records).reduce((sum, n) => sum + n, 0),
    }
  }

  async function caughtUp(successor: RunningProcessor, before: number | null): Promise<void> {
    const deadline = clock.now() + GIVE_UP_MS
    const isBehind = () => (successor.watermark() ?? Number.NEGATIVE_INFINITY) < before!
    while (before !== null && isBehind()) {
      if (stopping) throw new Problem('processor: stopped while it recovered')
      if (clock.now() > deadline) {
        throw new Problem(`processor: not back within ${GIVE_UP_MS / 1000} s, expected seconds`)
      }
      await sleep(clock, LOOK_MS)
    }
  }

  return {
    done: died.promise,
    watermark: known,
    stats: () => life.processor.stats(),
    async kill() {
      if (recovering) throw new Problem('processor: the last one is still recovering; wait for it')
      recovering = kill()
      try {
        return await recovering
      } finally {
        recovering = null
      }
    },
    async stop() {
      stopping = true
      await recovering?.catch(() => {}) // who killed it is told
      await life.processor.stop()
    },
  }
}
