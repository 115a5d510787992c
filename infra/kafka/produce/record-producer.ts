// The writing side of the Kafka log: one kafkajs producer behind the batcher. In: appends. Out: what the brokers acknowledged.
import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import type { Clock } from '../../clock.ts'
import type { NewRecord } from '../../event-log/event-log.ts'
import type { Logger } from '../../logger.ts'
import type { Compression } from '../../record-batch/codecs.ts'
import { encodeBatch } from '../../record-batch/encode-batch.ts'
import type { KafkaConnection } from '../config.ts'
import { connectOnce } from '../connection/client.ts'
import { appendProblem, connectionProblem, isRefused, rootCause } from '../problem.ts'
import { type Backlog, Batcher } from './batcher.ts'
import type { ProducePart } from './lane-queue.ts'
import { messageOf, outcomesIn } from './produces.ts'

export type RecordProducerOptions = {
  kafka: Kafka
  connection: KafkaConnection
  clock: Clock
  logger: Logger | undefined
  compression?: Compression
  lingerMs?: number
  maxBacklogBytes?: number
  deliveryTimeoutMs?: number
}

/** Connects at the first append. */
export class RecordProducer {
  readonly #options: RecordProducerOptions
  readonly #client: ReturnType<typeof connectOnce<Producer>>
  readonly #batcher: Batcher

  constructor(options: RecordProducerOptions) {
    const { kafka, connection, clock, lingerMs, maxBacklogBytes, deliveryTimeoutMs } = options
    this.#options = options
    this.#client = connectOnce(
      () =>
        kafka.producer({
          // Partitions are always explicit; the name keeps kafkajs' warning away.
          createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
          allowAutoTopicCreation: false,
          retry: { retries: 0 }, // the batcher tries again, and can say so
        }),
      connection,
    )
    this.#batcher = new Batcher({
      send: (parts) => this.#send(parts),
      clock,
      lingerMs,
      maxBacklogBytes,
      deliveryTimeoutMs,
      isRetriable: mayWorkLater,
      isOfOnePart: (error) => rootCause(error).type !== undefined,
      onRetry: (error, parts) => this.#report(error, parts),
    })
  }

  /** `limit`: the most bytes that the topic takes in one batch. Rejects with a Problem when nobody acknowledges it. */
  append(topic: string, partition: number, records: NewRecord[], limit: number): Promise<bigint> {
    const { clock, connection } = this.#options
    const since = clock.now()
    return this.#batcher.append(topic, partition, records, limit).catch((error) => {
      throw appendProblem(error, connection, `append to ${topic}/${partition}`, clock.now() - since)
    })
  }

  backlog(): Backlog {
    return this.#batcher.backlog()
  }

  /** Why it is not ready: appends that have waited for at least `staleAfterMs`. Empty = ready. */
  reasons(staleAfterMs: number): string[] {
    const { records, oldestMs, error } = this.#batcher.backlog()
    if (oldestMs < staleAfterMs) return []
    const age = `${Math.round(oldestMs / 1000)} s`
    const why = error ? ` (${error})` : ''
    return [`append: ${records} records wait for the broker since ${age}${why}`]
  }

  /** Resolves when everything appended so far is acknowledged or has failed. */
  drain(): Promise<void> {
    return this.#batcher.close()
  }

  disconnect(): Promise<void> {
    return this.#client.close()
  }

  async #send(parts: ProducePart[]): Promise<(bigint | Error)[]> {
    const { compression = 'none', connection } = this.#options
    const client = await this.#client.get()
    const topicMessages = await Promise.all(
      parts.map(async ({ topic, partition, records }) => ({
        topic,
        messages: [messageOf(partition, await encodeBatch(records, compression))],
      })),
    )
    let answers: Awaited<ReturnType<Producer['sendBatch']>>
    try {
      answers = await client.sendBatch({ acks: -1, topicMessages })
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

  #report(error: Error, parts: ProducePart[]): void {
    const first = `${parts[0].topic}/${parts[0].partition}`
    this.#options.logger?.warn(
      { error: error.message, parts: parts.length, first },
      'append: no acknowledgement, trying again',
    )
  }
}

/**
 * May the same request succeed later? kafkajs calls it final when one request has waited long for another of the same
 * client; the broker that both wait for may be back by now.
 */
export function mayWorkLater(thrown: Error): boolean {
  if (isRefused(thrown)) return false
  const { name, retriable } = rootCause(thrown)
  return retriable !== false || name === 'KafkaJSLockTimeout'
}
