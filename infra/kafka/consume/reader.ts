// Keeps one kafkajs consumer running: starts it, starts it again after a crash, watches it, and gives up in the end.
import kafkajs, { type Assigner, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs'
import { type Clock, sleep } from '../../clock.ts'
import type { Batch, LogRecord } from '../../event-log/event-log.ts'
import type { IgnoredRecords } from '../../event-log/ignored-records.ts'
import type { Logger } from '../../logger.ts'
import { RETRY } from '../connection/client.ts'
import type { ReaderHooks } from '../connection/guards.ts'
import { createWatchdog, type Watchdog } from '../connection/watchdog.ts'
import { isRefused, rootCause } from '../problem.ts'
import { foundIn } from './fetches.ts'

const MAX_RECORDS = 500
const MAX_BATCH_BYTES = 1024 * 1024
/** After a rebalance everything fetched before is dropped: little is lost, rejoining stays fast. */
const MAX_BYTES_PER_PARTITION = 512 * 1024
/** How long a broker may hold a fetch that finds nothing; what arrives meanwhile is answered at once. */
const GROUP_WAIT_MS = 500 // also the pause between a restored assignment and its first fetch
const TAIL_WAIT_MS = 2000
export const HEARTBEAT_MS = 1000
/** How long a killed member's work waits: the brokers' default minimum, for members beat on through long handler calls. */
export const SESSION_TIMEOUT_MS = 6_000
const REBALANCE_TIMEOUT_MS = 60_000
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

export type ReaderOptions = {
  kafka: Kafka
  clock: Clock
  logger: Logger | undefined
  /** For messages: `group tasks`, `tail city.run`. */
  who: string
  groupId: string
  topics: string[]
  times: ReaderTimes
  ignored: Pick<IgnoredRecords, 'report'>
  hooks: Omit<ReaderHooks, 'memberId' | 'fetchFailed' | 'withheld' | 'rest'>
  /** Called synchronously when the group assigned topic-partitions, before the first fetch. */
  joined?(consumer: Consumer, assignment: { topic: string; partition: number }[]): void
  eachBatch(payload: EachBatchPayload): Promise<void>
  /** The membership is gone without a rebalance; another one will be tried. */
  lost?(): void
  /** Makes the cluster's refusal readable. */
  explain(error: Error): Error
  /** The reader cannot go on; called at most once. */
  failed(error: Error): void
}

export type Reader = {
  /** What was fetched, in the port's sizes; damage in it is reported. */
  slices(payload: EachBatchPayload, from: bigint): Generator<Batch>
  watchdog: Watchdog
  /** Resolves when the first consumer is connected and about to join; rejects when it cannot. */
  start(): Promise<void>
  /** Leaves the group and disconnects; waits for the handler call that runs. */
  stop(): Promise<void>
}

export function createReader(options: ReaderOptions): Reader {
  const { kafka, clock, logger, who, times } = options
  let stopping = false
  let current: Consumer | null = null
  let restart: Promise<void> | null = null
  let joining: Promise<void> = Promise.resolve()
  let hasTrouble = false

  const watchdog = createWatchdog({
    clock,
    who,
    staleAfterMs: times.staleAfterMs ?? 30_000,
    giveUpAfterMs: times.giveUpAfterMs ?? 180_000,
    giveUp: options.failed,
  })
  const hooks: ReaderHooks = {
    ...options.hooks,
    memberId: null,
    fetchFailed(error) {
      hasTrouble = true
      watchdog.failed(error)
    },
    withheld: (topic, partition, offsets) =>
      watchdog.withheld(`${topic}/${partition}`, Number(offsets)),
    rest: () => sleep(clock, REST_MS),
  }

  function listen(consumer: Consumer): void {
    const { FETCH, HEARTBEAT, GROUP_JOIN, CRASH } = consumer.events
    consumer.on(FETCH, () => {
      if (!hasTrouble) watchdog.progress('fetch')
      hasTrouble = false
    })
    consumer.on(HEARTBEAT, () => watchdog.progress('heartbeat'))
    consumer.on(GROUP_JOIN, ({ payload }) => {
      watchdog.assigned()
      watchdog.progress('heartbeat')
      const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      )
      options.joined?.(consumer, assignment)
    })
    consumer.on(CRASH, ({ payload }) => crashed(payload.error))
  }

  async function run(): Promise<void> {
    const consumer = kafka.consumer({
      groupId: options.groupId,
      partitionAssigners: [assignerWith(hooks)],
      sessionTimeout: times.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxWaitTimeInMs: hooks.positions ? TAIL_WAIT_MS : GROUP_WAIT_MS,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      // kafkajs' own restart forgets its reader's state; ours starts from the positions.
      retry: { ...RETRY, restartOnFailure: async () => false },
    })
    current = consumer
    listen(consumer)
    await consumer.connect()
    await consumer.subscribe({ topics: options.topics })
    // Not awaited: it resolves after the first join, which waits for the other members to drain.
    joining = consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: options.eachBatch,
      })
      .catch(crashed)
  }

  function crashed(error: Error): void {
    watchdog.failed(rootCause(error))
    watchdog.forget('heartbeat')
    options.lost?.()
    if (stopping || restart) return
    if (isRefused(error)) {
      options.failed(options.explain(rootCause(error)))
      return
    }
    logger?.warn(
      { error: rootCause(error).message },
      `${who}: the reader crashed; starting it again`,
    )
    restart = again().finally(() => {
      restart = null
    })
  }

  async function again(): Promise<void> {
    for (let rest = REST_MS; !stopping; rest = Math.min(2 * rest, LONGEST_REST_MS)) {
      await sleep(clock, rest)
      await drop()
      try {
        if (!stopping) await run()
        return
      } catch (error) {
        watchdog.failed(rootCause(error))
        if (isRefused(error)) {
          options.failed(options.explain(rootCause(error)))
          return
        }
      }
    }
  }

  /** kafkajs cannot leave a group that it is still joining; that one is left behind when the others take long. */
  async function drop(): Promise<void> {
    const consumer = current
    current = null
    const left = joining
      .then(() => consumer?.disconnect())
      .catch((error: Error) => {
        logger?.debug({ error: error.message }, `${who}: disconnecting failed`)
      })
    let isJoining = true
    void joining.then(() => {
      isJoining = false
    })
    await Promise.resolve()
    await (isJoining ? Promise.race([left, sleep(clock, LONGEST_REST_MS)]) : left)
  }

  function* slices(payload: EachBatchPayload, from: bigint): Generator<Batch> {
    for (const batch of slicesOf(payload, from)) {
      for (const { offset, damage } of batch.records) {
        if (damage === undefined) continue
        const { topic, partition } = batch
        options.ignored.report({ topic, partition, offset, reason: 'encoding', detail: damage })
      }
      yield batch
    }
  }

  return {
    watchdog,
    slices,
    async start() {
      watchdog.progress('fetch')
      try {
        await run()
      } catch (error) {
        stopping = true
        watchdog.stop()
        await drop()
        throw error
      }
    },
    async stop() {
      stopping = true
      watchdog.stop()
      await restart
      await drop()
    },
  }
}

/** Round robin for groups; it also carries the hooks to the guards, which see only the assigner. */
function assignerWith(hooks: ReaderHooks) {
  return (config: Parameters<typeof kafkajs.PartitionAssigners.roundRobin>[0]): Assigner =>
    Object.assign(kafkajs.PartitionAssigners.roundRobin(config), { hooks })
}

/**
 * What was fetched, in the port's sizes: at most 500 records and about 1 MB; the last slice moves the position to the end of
 * it, with or without a record. Records below `from` are left out.
 */
function* slicesOf({ batch }: EachBatchPayload, from: bigint): Generator<Batch> {
  const { topic, partition } = batch
  const found = foundIn(batch)
  const { end } = found
  let records: LogRecord[] = []
  let bytes = 0
  for (const record of found.records) {
    if (record.offset < from) continue
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    if (records.length > 0 && (records.length >= MAX_RECORDS || bytes + size > MAX_BATCH_BYTES)) {
      yield { topic, partition, records, next: record.offset, end }
      records = []
      bytes = 0
    }
    records.push(record)
    bytes += size
  }
  if (found.next > from) yield { topic, partition, records, next: found.next, end }
}
