// The event log on Kafka, through kafkajs behind the guards of connection/guards.ts; the same contract as the memory log.
import { randomUUID } from 'node:crypto'
import { formatAddress } from '../address.ts'
import { type Clock, realClock } from '../clock.ts'
import type { EventLog, NewRecord } from '../event-log/event-log.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../event-log/ignored-records.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import type { Logger } from '../logger.ts'
import { Problem, problemText } from '../problem.ts'
import { processName } from '../program/process-name.ts'
import type { Compression } from '../record-batch/codecs.ts'
import type { KafkaConnection } from './config.ts'
import { createAsking, createKafkaClient } from './connection/client.ts'
import { startGroup } from './consume/group/group-member.ts'
import { OffsetReader } from './consume/offsets.ts'
import { type ReaderTimes, STALE_AFTER_MS } from './consume/reader.ts'
import type { WatchedSubscription } from './consume/subscription.ts'
import { Subscriptions } from './consume/subscriptions.ts'
import { startTail } from './consume/tail.ts'
import { KafkaTopics } from './kafka-topics.ts'
import { explained } from './problem.ts'
import type { Backlog } from './produce/batcher.ts'
import { RecordProducer } from './produce/record-producer.ts'
import type { Retention, TopicInfo } from './topics.ts'

export type KafkaLogOptions = {
  connection: KafkaConnection
  /** Shown in the brokers' logs and quotas; default `huacheng`. */
  clientId?: string
  clock?: Clock
  logger?: Logger
  /** Copies of new topics; default 3, or the number of brokers where it is smaller. */
  replication?: number
  retention?: Partial<Retention>
  /** Default none. */
  compression?: Compression
  /** How long a record waits for company; ms, default 5. */
  lingerMs?: number
  /** Appended and not acknowledged; default 64 MiB. */
  maxBacklogBytes?: number
  /** After this long without the broker an append fails; ms, default 120,000. */
  deliveryTimeoutMs?: number
  times?: ReaderTimes
  /** Hears of batches whose bytes cannot be read; default the logger. */
  ignored?: Pick<IgnoredRecords, 'report'>
}

export type KafkaLog = EventLog & {
  /** Why this process is not ready: readers without progress, appends without acknowledgement. Empty = ready. */
  health(): string[]
  backlog(): Backlog
  /** Those of the topics that do not exist. */
  missing(topics: string[]): Promise<string[]>
  /** Cluster id and brokers; a Problem when there is no cluster to talk to. */
  cluster(): Promise<{ id: string; brokers: string[] }>
}

/**
 * Connects at the first call that needs a broker. `close()` must not be awaited inside a handler: it waits for that handler.
 */
export function createKafkaLog(options: KafkaLogOptions): KafkaLog {
  const { connection, logger, clock = realClock, times = {} } = options
  const ignored =
    options.ignored ?? createIgnoredRecords({ clock, logger: logger ?? { warn: () => {} } })
  // Unique, so that a group's members and a broker's log can be told apart, and naming this process for its successors.
  const clientId = `${options.clientId ?? 'huacheng'}-${randomUUID().slice(0, 8)}${processName()}`
  const kafka = createKafkaClient(connection, clientId, logger)
  const admin = createAsking(kafka, connection, clock)
  const topics = new KafkaTopics(admin.ask, clock, options)
  const producer = new RecordProducer({ ...options, kafka, clock, logger })
  const subscriptions = new Subscriptions()
  const offsets = new OffsetReader(admin, (topic) => shapeOf('offsets', topic))
  const explain = (error: Error) => explained(error, connection) as Error
  const bounds = (topic: string) => offsets.bounds(topic)
  const readerDeps = { kafka, clock, logger, times, offsets: bounds, explain, ignored }
  let closed = false

  async function shapeOf(doing: string, topic: string): Promise<TopicInfo> {
    if (closed) throw new Error(`${doing}: the log is closed`)
    return topics.known(topic) ?? (await topics.info(doing, topic))
  }

  async function subscribed(starting: Promise<WatchedSubscription>): Promise<WatchedSubscription> {
    const subscription = await starting.catch((error) => {
      throw explain(error)
    })
    if (closed) {
      // The log was closed while this one started: nobody else would ever end it.
      void subscription.close()
      throw new Error('subscribe: the log is closed')
    }
    subscriptions.add(subscription)
    return subscription
  }

  return {
    async ensureTopics(specs) {
      if (closed) throw new Error('ensureTopics: the log is closed')
      await topics.ensure(specs)
    },
    async append(topic, partition, records) {
      // No await for a topic that is known: calls keep their order.
      const shape = topics.known(topic) ?? (await shapeOf('append', topic))
      if (closed) throw new Error('append: the log is closed')
      checkAppend(topic, partition, records, shape)
      if (records.length === 0) return (await bounds(topic))[partition].latest
      return producer.append(topic, partition, records, shape.maxBatchBytes)
    },
    async group(group) {
      for (const topic of group.topics) await shapeOf(`group ${group.group}`, topic)
      return subscribed(startGroup(group, readerDeps))
    },
    async tail(tail) {
      await shapeOf('tail', tail.topic)
      const offsetsAt = (topic: string, timestamp: number) => offsets.at(topic, timestamp)
      return subscribed(startTail(tail, { ...readerDeps, clientId, offsetsAt }))
    },
    offsets: bounds,
    lag: (group) => offsets.lag(group),
    health: () => [
      ...subscriptions.reasons(),
      ...producer.reasons(times.staleAfterMs ?? STALE_AFTER_MS),
    ],
    backlog: () => producer.backlog(),
    missing: (names) => topics.missing(names),
    async cluster() {
      const { clusterId, brokers } = await admin.ask((client) => client.describeCluster())
      return { id: clusterId, brokers: brokers.map(formatAddress) }
    },
    /** Handlers that are being closed may still append. */
    async close() {
      await subscriptions.close()
      await producer.drain()
      closed = true
      await Promise.all([producer.disconnect(), admin.close()])
    },
  }
}

/** A Problem when the partition does not exist or a record is larger than the topic takes. */
function checkAppend(
  topic: string,
  partition: number,
  records: NewRecord[],
  { partitions, maxRecordBytes }: TopicInfo,
): void {
  if (!(partition >= 0 && partition < partitions)) {
    const got = `partition ${partition} of "${topic}"`
    throw new Problem(problemText('append', got, `a partition in 0..${partitions - 1}`))
  }
  for (let i = 0; i < records.length; i++) {
    const size = recordBytes(records[i])
    if (size <= maxRecordBytes) continue
    const where = `append to ${topic}/${partition}`
    const todo = "nothing of this append was written; raise the topic's max.message.bytes"
    const got = `record ${i} of ${size} bytes`
    throw new Problem(problemText(where, got, `at most ${maxRecordBytes}`, todo))
  }
}
