// Keeps a kafkajs consumer running: starts it, makes another one after a crash, watches it, and gives up in the end.
import type { Consumer, EachBatchPayload } from 'kafkajs'
import { sleep } from '../../clock.ts'
import type { Batch, TopicPartition } from '../../event-log/event-log.ts'
import type { IgnoredRecords } from '../../event-log/ignored-records.ts'
import type { ReaderHooks } from '../connection/guards.ts'
import { Watchdog } from '../connection/watchdog.ts'
import { isRefused, rootCause } from '../problem.ts'
import { ConsumerSession, type SessionOptions } from './consumer-session.ts'
import { slicesOf } from './slices.ts'

/** How long a killed member's work waits: the brokers' default minimum, for heartbeats go on through long handler calls. */
export const SESSION_TIMEOUT_MS = 6_000
export const STALE_AFTER_MS = 30_000
const GIVE_UP_AFTER_MS = 180_000
const LONGEST_REST_MS = 2000
const REST_MS = 200

export type ReaderTimes = {
  /** Not ready after this long without progress; ms, default 30,000. */
  staleAfterMs?: number
  /** `done` rejects after this long without progress; ms, default 180,000. */
  giveUpAfterMs?: number
  /** The coordinator's patience with a silent member; ms, default 6,000. */
  sessionTimeoutMs?: number
}

export type ReaderOptions = Omit<SessionOptions, 'sessionTimeoutMs' | 'hooks' | 'crashed'> & {
  times: ReaderTimes
  ignored: Pick<IgnoredRecords, 'report'>
  hooks: Omit<ReaderHooks, 'memberId' | 'fetchFailed' | 'withheld' | 'rest'>
  /** Called synchronously when the group assigned topic-partitions, before the first fetch. */
  joined?(consumer: Consumer, assignment: TopicPartition[]): void
  /** The membership is gone without a rebalance; another one will be tried. */
  lost?(): void
  /** Makes the cluster's refusal readable. */
  explain(error: Error): Error
  /** The reader cannot go on; called at most once. */
  failed(error: Error): void
}

export class KafkaReader {
  readonly watchdog: Watchdog
  readonly #options: ReaderOptions
  readonly #hooks: ReaderHooks
  #session: ConsumerSession | null = null
  #restart: Promise<void> | null = null
  #isStopping = false
  /** A fetch failed after the last one that was answered. */
  #hasTrouble = false

  constructor(options: ReaderOptions) {
    const { clock, who, times } = options
    this.#options = options
    const watchdog = new Watchdog({
      clock,
      who,
      staleAfterMs: times.staleAfterMs ?? STALE_AFTER_MS,
      giveUpAfterMs: times.giveUpAfterMs ?? GIVE_UP_AFTER_MS,
      giveUp: options.failed,
    })
    this.watchdog = watchdog
    this.#hooks = {
      ...options.hooks,
      memberId: null,
      fetchFailed: (error) => {
        this.#hasTrouble = true
        watchdog.failed(error)
      },
      withheld: (topic, partition, offsets) =>
        watchdog.withheld(`${topic}/${partition}`, Number(offsets)),
      rest: () => sleep(clock, REST_MS),
    }
  }

  /** What was fetched, in the port's sizes; damage in it is reported. */
  slices(payload: EachBatchPayload, from: bigint): Generator<Batch> {
    return slicesOf(payload, from, this.#options.ignored)
  }

  /** Resolves when the first consumer is connected and about to join; rejects when it cannot. */
  async start(): Promise<void> {
    this.watchdog.progress('fetch')
    try {
      await this.#run()
    } catch (error) {
      this.#isStopping = true
      this.watchdog.stop()
      await this.#drop()
      throw error
    }
  }

  /** Leaves the group and disconnects; waits for the handler call that runs. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.watchdog.stop()
    await this.#restart
    await this.#drop()
  }

  async #run(): Promise<void> {
    const session = new ConsumerSession({
      ...this.#options,
      sessionTimeoutMs: this.#options.times.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      hooks: this.#hooks,
      crashed: (error) => this.#crashed(error),
    })
    this.#session = session
    this.#listen(session.consumer)
    await session.start()
  }

  #listen(consumer: Consumer): void {
    const { FETCH, HEARTBEAT, GROUP_JOIN, CRASH } = consumer.events
    const { watchdog } = this
    consumer.on(FETCH, () => {
      if (!this.#hasTrouble) watchdog.progress('fetch')
      this.#hasTrouble = false
    })
    consumer.on(HEARTBEAT, () => watchdog.progress('heartbeat'))
    consumer.on(GROUP_JOIN, ({ payload }) => {
      watchdog.assigned()
      watchdog.progress('heartbeat')
      const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      )
      this.#options.joined?.(consumer, assignment)
    })
    consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error))
  }

  #crashed(error: Error): void {
    const { logger, who, lost } = this.#options
    this.watchdog.failed(rootCause(error))
    this.watchdog.forget('heartbeat')
    lost?.()
    if (this.#isStopping || this.#restart) return
    if (this.#isOver(error)) return
    logger?.warn(
      { error: rootCause(error).message },
      `${who}: the reader crashed; starting it again`,
    )
    this.#restart = this.#again().finally(() => {
      this.#restart = null
    })
  }

  async #again(): Promise<void> {
    for (let rest = REST_MS; !this.#isStopping; rest = Math.min(2 * rest, LONGEST_REST_MS)) {
      await sleep(this.#options.clock, rest)
      await this.#drop()
      try {
        if (!this.#isStopping) await this.#run()
        return
      } catch (thrown) {
        const error = thrown as Error
        this.watchdog.failed(rootCause(error))
        if (this.#isOver(error)) return
      }
    }
  }

  /** True when the cluster says no: another try would not help, and whoever owns the reader hears of it. */
  #isOver(error: Error): boolean {
    if (!isRefused(error)) return false
    const { explain, failed } = this.#options
    failed(explain(rootCause(error)))
    return true
  }

  async #drop(): Promise<void> {
    const session = this.#session
    this.#session = null
    await session?.end()
  }
}
