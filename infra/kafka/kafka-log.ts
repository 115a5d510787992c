// The event log on Kafka, through kafkajs behind the guards of connection/guards.ts; the same contract as the memory log.
import { randomUUID } from 'node:crypto'
import kafkajs, { type Message, type Producer } from 'kafkajs'
import { formatAddress } from '../address.ts'
import { type Clock, realClock } from '../clock.ts'
import type { EventLog, NewRecord, PartitionOffsets } from '../event-log/event-log.ts'
import { createIgnoredRecords, type IgnoredRecords } from '../event-log/ignored-records.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import type { Logger } from '../logger.ts'
import { Problem, problemText } from '../problem.ts'
import { processName } from '../program/process-name.ts'
import type { KafkaConnection } from './config.ts'
import {
  COMPRESSION,
  type Compression,
  connectOnce,
  createAsking,
  createKafkaClient,
} from './connection/client.ts'
import { startGroup } from './consume/group.ts'
import type { ReaderTimes } from './consume/reader.ts'
import { startTail, type WatchedSubscription } from './consume/tail.ts'
import { appendProblem, connectionProblem, explained, isRefused, rootCause } from './problem.ts'
import { type Backlog, createBatcher, type Part } from './produce/batcher.ts'
import { outcomesIn } from './produce/produces.ts'
import { createTopics, type Retention, type TopicInfo } from './topics.ts'

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
 * Connects at the first call that needs a broker. A record header without a value arrives as an empty one (kafkajs
 * cannot write null). `close()` must not be awaited inside a handler: it waits for that handler.
 */
export function createKafkaLog(options: KafkaLogOptions): KafkaLog {
  const { connection, logger, clock = realClock, times = {} } = options
  const ignored =
    options.ignored ?? createIgnoredRecords({ clock, logger: logger ?? { warn: () => {} } })
  // Unique, so that a group's members and a broker's log can be told apart, and naming this process for its successors.
  const clientId = `${options.clientId ?? 'huacheng'}-${randomUUID().slice(0, 8)}${processName()}`
  const kafka = createKafkaClient(connection, clientId, logger)
  const compression = COMPRESSION[options.compression ?? 'none']
  const subscriptions = new Set<WatchedSubscription>()
  const leaving = new Set<Promise<void>>()
  let closed = false

  const admin = createAsking(kafka, connection, clock)
  const { ask, askLeaders } = admin
  const producer = connectOnce(
    () =>
      kafka.producer({
        // Partitions are always explicit; the name keeps kafkajs' warning away.
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
        retry: { retries: 0 }, // the batcher tries again, and can say so
      }),
    connection,
  )
  const topics = createTopics(ask, options)
  const batcher = createBatcher({
    send,
    clock,
    lingerMs: options.lingerMs,
    maxBacklogBytes: options.maxBacklogBytes,
    deliveryTimeoutMs: options.deliveryTimeoutMs,
    isRetriable: (error) => !isRefused(error) && rootCause(error).retriable !== false,
    isOfOnePart: (error) => rootCause(error).type !== undefined,
    onRetry: (error, parts) =>
      logger?.warn(
        {
          error: error.message,
          parts: parts.length,
          first: `${parts[0].topic}/${parts[0].partition}`,
        },
        'append: no acknowledgement, trying again',
      ),
  })

  async function send(parts: Part[]): Promise<(bigint | Error)[]> {
    const client = await producer.get()
    let answers: Awaited<ReturnType<Producer['sendBatch']>>
    try {
      answers = await client.sendBatch({
        acks: -1,
        compression,
        topicMessages: parts.map(({ topic, partition, records }) => ({
          topic,
          messages: records.map((record) => messageOf(record, partition)),
        })),
      })
    } catch (error) {
      const outcomes = outcomesIn(error, parts)
      if (outcomes) return outcomes
      throw isRefused(error) ? connectionProblem(error, connection) : rootCause(error)
    }
    return parts.map(({ topic, partition }) => {
      const answer = answers.find((a) => a.topicName === topic && a.partition === partition)
      return BigInt(answer!.baseOffset!)
    })
  }

  async function shapeOf(doing: string, topic: string): Promise<TopicInfo> {
    if (closed) throw new Error(`${doing}: the log is closed`)
    return topics.known(topic) ?? (await topics.info(doing, topic))
  }

  async function offsets(topic: string): Promise<PartitionOffsets[]> {
    await shapeOf('offsets', topic)
    const found = await askLeaders((client) => client.fetchTopicOffsets(topic))
    return found
      .map(({ partition, low, high }) => ({
        partition,
        earliest: BigInt(low),
        latest: BigInt(high),
      }))
      .sort((a, b) => a.partition - b.partition)
  }

  async function offsetsAt(topic: string, timestamp: number) {
    const found = await askLeaders((client) =>
      client.fetchTopicOffsetsByTimestamp(topic, timestamp),
    )
    return found.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
  }

  function subscribed(subscription: WatchedSubscription): WatchedSubscription {
    if (closed) {
      // The log was closed while this one started: nobody else would ever end it.
      void subscription.close()
      throw new Error('subscribe: the log is closed')
    }
    subscriptions.add(subscription)
    leaving.add(subscription.gone)
    const gone = () => leaving.delete(subscription.gone)
    subscription.gone.then(gone, gone)
    const over = () => subscriptions.delete(subscription)
    subscription.done.then(over, over)
    return subscription
  }

  const explain = (error: Error) => explained(error, connection) as Error
  const fail = (error: Error): never => {
    throw explain(error)
  }
  const readerDeps = { kafka, clock, logger, times, offsets, explain, ignored }
  return {
    async ensureTopics(specs) {
      if (closed) throw new Error('ensureTopics: the log is closed')
      await topics.ensure(specs)
    },
    async append(topic, partition, records) {
      // No await for a topic that is known: calls keep their order.
      const shape = topics.known(topic) ?? (await shapeOf('append', topic))
      if (closed) throw new Error('append: the log is closed')
      if (!(partition >= 0 && partition < shape.partitions)) {
        const got = `partition ${partition} of "${topic}"`
        throw new Problem(problemText('append', got, `a partition in 0..${shape.partitions - 1}`))
      }
      for (let i = 0; i < records.length; i++) {
        const size = recordBytes(records[i])
        if (size > shape.maxRecordBytes) throw tooLarge(topic, partition, i, size, shape)
      }
      if (records.length === 0) return (await offsets(topic))[partition].latest
      const since = clock.now()
      return batcher.append(topic, partition, records, shape.maxBatchBytes).catch((error) => {
        throw appendProblem(
          error,
          connection,
          `append to ${topic}/${partition}`,
          clock.now() - since,
        )
      })
    },
    async group(group) {
      for (const topic of group.topics) await shapeOf(`group ${group.group}`, topic)
      return subscribed(await startGroup(group, readerDeps).catch(fail))
    },
    async tail(tail) {
      await shapeOf('tail', tail.topic)
      return subscribed(await startTail(tail, { ...readerDeps, clientId, offsetsAt }).catch(fail))
    },
    offsets,
    async lag(group) {
      const committed = await ask((client) => client.fetchOffsets({ groupId: group }))
      const lags = await Promise.all(
        committed.map(async ({ topic, partitions }) => {
          const ends = await offsets(topic)
          return partitions
            .filter(({ offset }) => Number(offset) >= 0)
            .map(({ partition, offset }) => {
              const { earliest, latest } = ends.find((e) => e.partition === partition)!
              const at = BigInt(offset)
              return { topic, partition, committed: at < earliest ? earliest : at, latest }
            })
        }),
      )
      return lags
        .flat()
        .sort((a, b) =>
          a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition,
        )
    },
    health() {
      const reasons = [...subscriptions].flatMap((s) => s.reasons())
      const { records, oldestMs, error } = batcher.backlog()
      if (oldestMs >= (times.staleAfterMs ?? 30_000)) {
        const age = `${Math.round(oldestMs / 1000)} s`
        reasons.push(`append: ${records} records wait for the broker since ${age} (${error})`)
      }
      return reasons
    },
    backlog: () => batcher.backlog(),
    missing: (names) => topics.missing(names),
    async cluster() {
      const { clusterId, brokers } = await ask((client) => client.describeCluster())
      return { id: clusterId, brokers: brokers.map(formatAddress) }
    },
    /** Handlers that are being closed may still append. */
    async close() {
      while (subscriptions.size > 0) {
        await Promise.all([...subscriptions].map((subscription) => subscription.close()))
      }
      await Promise.all(leaving)
      await batcher.close()
      closed = true
      await Promise.all([producer.close(), admin.close()])
    },
  }
}

function messageOf({ key, value, timestamp, headers }: NewRecord, partition: number): Message {
  const message: Message = { key, value, partition, timestamp: String(timestamp) }
  if (!headers) return message
  message.headers = {}
  for (const [name, content] of headers) {
    const sofar = (message.headers[name] ?? []) as Buffer[]
    message.headers[name] = [...sofar, content ?? Buffer.alloc(0)]
  }
  return message
}

function tooLarge(
  topic: string,
  partition: number,
  i: number,
  bytes: number,
  { maxRecordBytes }: TopicInfo,
): Problem {
  const where = `append to ${topic}/${partition}`
  const todo = "nothing of this append was written; raise the topic's max.message.bytes"
  const got = `record ${i} of ${bytes} bytes`
  return new Problem(problemText(where, got, `at most ${maxRecordBytes}`, todo))
}
