// Guards kafkajs' produce requests: they carry record batches that are encoded already; and of an answer kafkajs throws the
// first refusal and forgets what the broker did write. Reaches into the same version's internals as connection/guards.ts,
// which installs it.
import { createRequire } from 'node:module'
import type { Message } from 'kafkajs'
import { rootCause } from '../problem.ts'
import type { ProducePart } from './lane-queue.ts'

type ProduceAnswer = {
  topics: {
    topicName: string
    partitions: { partition: number; errorCode: number; baseOffset: string }[]
  }[]
}
type ResponseParser = { parse(answer: ProduceAnswer): Promise<ProduceAnswer> }

/** As much of kafkajs' message as its grouping by topic and leader looks at, with the whole of a topic-partition's batch. */
type EncodedBatch = Message & { partition: number; batch: Buffer }
type ProduceRequest = {
  acks: number
  timeout: number
  transactionalId?: string | null
  topicData: { topic: string; partitions: { partition: number; messages: Message[] }[] }[]
}
type Encoder = {
  buf: Buffer
  offset: number
  room?: HeadRoom
  writeEncoder(value: Encoder): Encoder
}
/** An encoder's content, lying from `start` to the end of `bytes`: what has to stand before it fits in there. */
type HeadRoom = { bytes: Buffer; start: number }
type EncodedRequest = { apiVersion: number; encode(): Promise<Encoder> }
type RequestMaker = (request: ProduceRequest) => EncodedRequest

const PROTOCOL = 'kafkajs/src/protocol'
/** Before Kafka 0.11 there were no record batches. */
const WITHOUT_BATCHES = ['v0', 'v1', 'v2']
const FIRST_WITH_BATCHES = 'v3'
/** For the size, the kind, the number and the client's name of a request: a longer name is copied as kafkajs does. */
const HEAD_BYTES = 256
const require = createRequire(import.meta.url)

/** What stands for a topic-partition's records in a request: a part of kafkajs' `sendBatch`. */
export function messageOf(partition: number, batch: Buffer): EncodedBatch {
  // kafkajs refuses a message whose value is not there.
  return { partition, value: null, batch }
}

/** Must run before the first append of the process: later versions of the answer take their parser from the third. */
export function guardProduces(load: NodeJS.Require): void {
  const later = load.resolve(`${PROTOCOL}/requests/produce/v4/response`)
  if (load.cache[later]) {
    throw new Error('kafkajs: appended before the guards were in place, expected them first')
  }
  const response: ResponseParser = load(`${PROTOCOL}/requests/produce/v3/response`)
  const { parse } = response
  response.parse = async (answer) => {
    try {
      return await parse(answer)
    } catch (error) {
      throw Object.assign(error as Error, { answer })
    }
  }
  for (const version of WITHOUT_BATCHES) {
    replaceRequest(load, version, (original) => (request) => {
      if (!batchesOf(request)) return original(request)
      const got = `a broker whose produce requests end at version ${version.slice(1)}`
      throw Object.assign(new Error(`append: ${got}, expected Kafka 0.11 or newer`), {
        retriable: false,
      })
    })
  }
  const Encoder: { new (): Encoder; prototype: Encoder } = load(`${PROTOCOL}/encoder`)
  guardCopies(Encoder)
  replaceRequest(load, FIRST_WITH_BATCHES, (original) => (request) => {
    const batches = batchesOf(request)
    if (!batches) return original(request)
    const encode = async () => {
      const room = { bytes: encodeRequest(request, batches), start: HEAD_BYTES }
      const buf = room.bytes.subarray(HEAD_BYTES)
      return Object.assign(new Encoder(), { buf, offset: buf.length, room })
    }
    return { ...original(request), encode }
  })
}

/**
 * kafkajs puts a request's header, and then its size, before it by copying all of it twice, into buffers filled with zeros
 * first. Where there is room before what is written, they are put there.
 */
function guardCopies({ prototype }: { prototype: Encoder }): void {
  const { writeEncoder } = prototype
  prototype.writeEncoder = function (this: Encoder, value) {
    const { room } = value
    if (!room || room.start < this.offset) return writeEncoder.call(this, value)
    const start = room.start - this.offset
    this.buf.copy(room.bytes, start, 0, this.offset)
    this.buf = room.bytes.subarray(start)
    this.offset = this.buf.length
    this.room = { bytes: room.bytes, start }
    return this
  }
}

/** Later versions of the request are made of the third. */
function replaceRequest(
  load: NodeJS.Require,
  version: string,
  replaced: (original: RequestMaker) => RequestMaker,
): void {
  const path = `${PROTOCOL}/requests/produce/${version}/request`
  const original: RequestMaker = load(path)
  load.cache[load.resolve(path)]!.exports = replaced(original)
}

/** The encoded batches in the order of the request; null when these are messages of somebody else's producer. */
function batchesOf({ topicData }: ProduceRequest): Buffer[] | null {
  const messages = topicData.flatMap((t) => t.partitions.flatMap((p) => p.messages))
  const batches = messages.map((message) => (message as EncodedBatch).batch)
  return batches.every((batch) => batch !== undefined) ? batches : null
}

/** transactional_id, acks, timeout, and per topic and partition the bytes of its batch (KIP-98), behind some room. */
function encodeRequest({ acks, timeout, topicData }: ProduceRequest, batches: Buffer[]): Buffer {
  let size = HEAD_BYTES + 2 + 2 + 4 + 4
  for (const { topic, partitions } of topicData) {
    size += 2 + Buffer.byteLength(topic) + 4 + 8 * partitions.length
  }
  for (const batch of batches) size += batch.length
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeInt16BE(-1, HEAD_BYTES) // no transaction
  at = bytes.writeInt16BE(acks, at)
  at = bytes.writeInt32BE(timeout, at)
  at = bytes.writeInt32BE(topicData.length, at)
  let next = 0
  for (const { topic, partitions } of topicData) {
    at = bytes.writeInt16BE(Buffer.byteLength(topic), at)
    at += bytes.write(topic, at)
    at = bytes.writeInt32BE(partitions.length, at)
    for (const { partition, messages } of partitions) {
      if (messages.length !== 1) {
        throw new Error(
          `${topic}/${partition}: ${messages.length} batches in a request, expected 1`,
        )
      }
      const batch = batches[next++]
      at = bytes.writeInt32BE(partition, at)
      at = bytes.writeInt32BE(batch.length, at)
      bytes.set(batch, at)
      at += batch.length
    }
  }
  return bytes
}

/**
 * What became of each part of a request that was answered with a refusal; null when there was no answer. A part that
 * another broker was to write counts as not written: nobody waited for its answer.
 */
export function outcomesIn(thrown: unknown, parts: ProducePart[]): (bigint | Error)[] | null {
  const cause = rootCause(thrown) as Error & { answer?: ProduceAnswer }
  const { answer } = cause
  if (!answer) return null
  const createError: (code: number) => Error = require(`${PROTOCOL}/error`).createErrorFromCode
  return parts.map(({ topic, partition }) => {
    const found = answer.topics
      .filter((t) => t.topicName === topic)
      .flatMap((t) => t.partitions)
      .find((p) => p.partition === partition)
    if (!found) return cause
    return found.errorCode === 0 ? BigInt(found.baseOffset) : createError(found.errorCode)
  })
}
