// Guards kafkajs' fetches: batches are read by record-batch.ts, and positions move over what is no record. Reaches into the
// same version's internals as connection/guards.ts, which installs it.
import type { EachBatchPayload } from 'kafkajs'
import type { LogRecord } from '../../event-log/event-log.ts'
import {
  type AbortedTransaction,
  type Fetched,
  readBatches,
} from '../../record-batch/record-batch.ts'

/** What a fetch found in one topic-partition. */
export type FoundRecords = {
  /** Made while they are asked for. */
  batches: Iterable<LogRecord[]>
  /** The position after it, and where the topic-partition ended for readers. */
  next: bigint
  end: bigint
  /** Offsets behind that end, in or after a transaction that is still open. */
  withheld: bigint
}

type PartitionData = {
  partition: number
  highWatermark: string
  lastStableOffset?: string
  abortedTransactions?: AbortedTransaction[]
  messages: Buffer | OldMessage[] | (OldMessage[] & { found: FoundRecords })
}

/** Of brokers and segments from before Kafka 0.11, as kafkajs reads them. */
type OldMessage = { offset: string; timestamp?: string; key: Buffer | null; value: Buffer | null }

type FetchRequest = {
  topics: { topic: string; partitions: { partition: number; fetchOffset: string }[] }[]
}
type FetchResponse = { responses: { topicName: string; partitions: PartitionData[] }[] }

type Broker = { fetch(request: FetchRequest): Promise<FetchResponse> }
export type FetchedBatch = {
  topic: string
  partition: number
  fetchedOffset: string
  rawMessages: OldMessage[] & { found: FoundRecords }
  isEmpty(): boolean
  isEmptyDueToFiltering(): boolean
  lastOffset(): string
}
type Decoder = {
  readInt32(): number
  readBytes(size: number): Buffer
  canReadBytes(size: number): boolean
}
type MessageSetDecoder = (decoder: Decoder, size: number) => Promise<OldMessage[]>

const MAGIC_AT = 16
const OUR_MAGIC = 2
const NOTHING = Buffer.alloc(0)

/** What the fetch that this batch came with found. */
export function foundIn(batch: EachBatchPayload['batch']): FoundRecords {
  return (batch as unknown as FetchedBatch).rawMessages.found
}

/** Must run before the first fetch of the process. */
export function guardFetches(require: NodeJS.Require): void {
  const protocol = 'kafkajs/src/protocol'
  const decoding = require.resolve(`${protocol}/requests/fetch/v4/decodeMessages`)
  if (require.cache[decoding]) {
    throw new Error('kafkajs: fetched before the guards were in place, expected them first')
  }
  require(decoding)
  require.cache[decoding]!.exports = bytesOf
  const Decoder: new (bytes: Buffer) => Decoder = require(`${protocol}/decoder`)
  const decodeOld: MessageSetDecoder = require(`${protocol}/messageSet/decoder`)
  const readOld = (bytes: Buffer) => decodeOld(new Decoder(bytes), bytes.length)
  const { prototype: broker }: { prototype: Broker } = require('kafkajs/src/broker')
  const fetch = broker.fetch
  broker.fetch = async function (this: Broker, request) {
    const response = await fetch.call(this, request)
    await readResponse(request, response, readOld)
    return response
  }
  const { prototype: batch }: { prototype: FetchedBatch } = require('kafkajs/src/consumer/batch')
  batch.isEmpty = function (this: FetchedBatch) {
    return this.rawMessages.found.next <= BigInt(this.fetchedOffset)
  }
  // kafkajs would skip such a batch by itself, and nobody would hear that the position has moved.
  batch.isEmptyDueToFiltering = () => false
  batch.lastOffset = function (this: FetchedBatch) {
    return String(this.rawMessages.found.next - 1n)
  }
}

/** In place of kafkajs' decoder: which of the batches count is known only when the whole answer is. */
function bytesOf(decoder: Decoder): Buffer {
  const size = decoder.readInt32()
  return size > 0 && decoder.canReadBytes(size) ? decoder.readBytes(size) : NOTHING
}

async function readResponse(
  { topics }: FetchRequest,
  { responses }: FetchResponse,
  readOld: (bytes: Buffer) => Promise<OldMessage[]>,
): Promise<void> {
  const all = responses.flatMap((r) => r.partitions)
  const isEmpty = all.every(({ messages }) => messages.length === 0)
  for (const { topicName, partitions } of responses) {
    for (const data of partitions) {
      const from = startOf(topics, topicName, data.partition)
      const found = await readPartition(data, from, readOld)
      const end = endOf(data)
      // An answer without a byte was not cut short by its size: up to the end there is nothing but holes.
      const next = found.next ?? (isEmpty && end > from ? end : from)
      const known = BigInt(data.highWatermark)
      data.messages = Object.assign([] as OldMessage[], {
        found: {
          batches: found.batches,
          next,
          // The end was asked for before the records were read.
          end: end > next ? end : next,
          withheld: known > end ? known - end : 0n,
        },
      })
      data.abortedTransactions = []
    }
  }
}

async function readPartition(
  { messages, abortedTransactions = [] }: PartitionData,
  from: bigint,
  readOld: (bytes: Buffer) => Promise<OldMessage[]>,
): Promise<Fetched> {
  if (!Buffer.isBuffer(messages)) return fromOld(messages, from)
  if (messages.length <= MAGIC_AT || messages[MAGIC_AT] >= OUR_MAGIC) {
    return readBatches(messages, from, abortedTransactions)
  }
  try {
    return fromOld(await readOld(messages), from)
  } catch (error) {
    const damage = `records of an old format: ${(error as Error).message}`
    const record = { key: null, value: messages, timestamp: 0, offset: from, damage }
    return { batches: [[record]], next: from + 1n }
  }
}

function fromOld(messages: OldMessage[], from: bigint): Fetched {
  const records = messages.map(({ key, value, timestamp, offset }) => ({
    key,
    value,
    timestamp: Number(timestamp ?? 0),
    offset: BigInt(offset),
  }))
  const last = records.at(-1)
  const next = last ? last.offset + 1n : null
  return { batches: [records.filter((r) => r.offset >= from)], next }
}

function startOf(topics: FetchRequest['topics'], topic: string, partition: number): bigint {
  for (const { topic: name, partitions } of topics) {
    if (name !== topic) continue
    const asked = partitions.find((p) => p.partition === partition)
    if (asked) return BigInt(asked.fetchOffset)
  }
  throw new Error(`kafkajs: an answer about ${topic}/${partition}, which was not asked for`)
}

/** Where readers of committed data come to an end: before the first transaction that is open. */
function endOf({ highWatermark, lastStableOffset }: PartitionData): bigint {
  const [high, stable] = [BigInt(highWatermark), BigInt(lastStableOffset ?? -1)]
  return stable >= 0n && stable < high ? stable : high
}
