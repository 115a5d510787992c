// Keeps one kafkajs consumer running: starts it, starts it again after a crash, watches it, and gives up in the end.
import kafkajs, { type Assigner, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs'
import { type Clock, sleep } from './clock.ts'
import type { Batch, LogRecord } from './event-log.ts'
import { RETRY } from './kafka-client.ts'
import type { ReaderHooks } from './kafka-guards.ts'
import { isRefused, rootCause } from './kafka-problem.ts'
import { createWatchdog, type Watchdog } from './kafka-watchdog.ts'
import type { Logger } from './logger.ts'

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
  hooks: Omit<ReaderHooks, 'memberId' | 'fetchFailed' | 'rest'>
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
      readUncommitted: true,
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

  return {
    watchdog,
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

export type Slice = {
  batch: Batch /** Offset of its last record, as kafkajs wants it. */
  last: string
}

/** A fetched batch in the port's sizes: at most 500 records and about 1 MB. Records below `from` are left out. */
export function* slicesOf({ batch }: EachBatchPayload, from: bigint): Generator<Slice> {
  const { topic, partition } = batch
  const end = BigInt(batch.highWatermark)
  let records: LogRecord[] = []
  let bytes = 0
  const slice = (): Slice => ({
    batch: { topic, partition, records, next: records[records.length - 1].offset + 1n, end },
    last: String(records[records.length - 1].offset),
  })
  for (const message of batch.messages) {
    const offset = BigInt(message.offset)
    if (offset < from) continue
    const size = (message.key?.length ?? 0) + (message.value?.length ?? 0)
    if (records.length > 0 && (records.length >= MAX_RECORDS || bytes + size > MAX_BATCH_BYTES)) {
      yield slice()
      records = []
      bytes = 0
    }
    const headers = headersOf(message.headers)
    records.push({
      key: message.key,
      value: message.value,
      timestamp: Number(message.timestamp),
      offset,
      ...(headers ? { headers } : {}),
    })
    bytes += size
  }
  if (records.length > 0) yield slice()
}

type Headers = EachBatchPayload['batch']['messages'][number]['headers']

function headersOf(headers: Headers): [string, Buffer | null][] | undefined {
  const entries = Object.entries(headers ?? {})
  if (entries.length === 0) return undefined
  return entries.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((v): [string, Buffer | null] => [
      name,
      v === undefined || v === null ? null : Buffer.from(v as Buffer),
    ]),
  )
}
