// Kafka's record batches as they lie in the log: bytes → records. Damage becomes a record that says so, nothing is thrown.
// kafkajs reads them too, but it drops a whole fetch for one bad batch, compares no checksum, forgets where a batch ends when
// compaction took its last record, and takes data for aborted or not by a record's key.

import type { LogRecord } from '../event-log/event-log.ts'
import {
  CHECKSUM_AT,
  CHECKSUM_COUNTS_FROM,
  FORMAT,
  HEADER_BYTES,
  LENGTH_COUNTS_FROM,
} from './batch-layout.ts'
import { codecName, unpack } from './codecs.ts'
import { crc32c } from './crc32c.ts'

const CODEC_BITS = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20
const NO_PRODUCER = -1n
const ABORT = 0
/** No more offsets than this are believed to belong to one damaged batch. */
const MOST_OFFSETS = 10_000_000

/** As a broker reports it with a fetch: everything of this producer from here to its marker is void. */
export type AbortedTransaction = { producerId: string; firstOffset: string }

export type Fetched = {
  /** Each made when it is asked for: thousands of records that wait are a burden to the garbage collector. */
  batches: Iterable<LogRecord[]>
  /** The position behind the last whole batch; null when there was none. */
  next: bigint | null
}

type Header = {
  base: bigint
  /** Offset after the batch's last one. */
  next: bigint
  attributes: number
  firstTimestamp: number
  maxTimestamp: number
  producerId: bigint
  count: number
}

/** Batches with the records at or above `from` that count: no markers, and nothing of aborted transactions. */
export async function readBatches(
  bytes: Buffer,
  from: bigint,
  aborted: AbortedTransaction[] = [],
): Promise<Fetched> {
  const found: FoundBatch[] = []
  const isVoid = createVoids(aborted)
  let next: bigint | null = null
  let at = 0
  for (; at + LENGTH_COUNTS_FROM < bytes.length; ) {
    const end = at + LENGTH_COUNTS_FROM + bytes.readInt32BE(at + 8)
    if (end > bytes.length || end <= at + LENGTH_COUNTS_FROM) break // the fetch's size cut it off
    const batch = bytes.subarray(at, end)
    at = end
    const reason = faultOf(batch, next)
    if (reason) {
      const following = at + 8 <= bytes.length ? bytes.readBigInt64BE(at) : null
      next = afterDamage(batch, next ?? 0n, following)
      if (next > from) found.push({ batch, next, damage: reason })
      continue
    }
    const header = headerOf(batch)
    next = header.next
    if (isVoid(header, batch) || next <= from) continue
    try {
      const codec = header.attributes & CODEC_BITS
      const body = batch.subarray(HEADER_BYTES)
      found.push({ batch, next, header, body: codec === 0 ? body : await unpack(codec, body) })
    } catch (error) {
      found.push({ batch, next, damage: damageOf(header, error) })
    }
  }
  if ((next === null || next <= from) && bytes.length > 0) {
    // A broker's answer begins with a whole batch: what is none there never becomes one, and would be fetched for ever.
    const whole = `no whole batch with offset ${from}, expected one`
    return { batches: [[damaged(bytes, from + 1n, whole)]], next: from + 1n }
  }
  return { batches: { [Symbol.iterator]: () => batchesOf(found, from) }, next }
}

type FoundBatch = { batch: Buffer; next: bigint } & (
  | { header: Header; body: Buffer }
  | { damage: string }
)

function* batchesOf(found: FoundBatch[], from: bigint): Generator<LogRecord[]> {
  for (const one of found) {
    const records = recordsOfOne(one)
    const isFromHere = records.length === 0 || records[0].offset >= from
    yield isFromHere ? records : records.filter(({ offset }) => offset >= from)
  }
}

/** All or nothing: a batch with one record that cannot be read is damaged as a whole. */
function recordsOfOne(one: FoundBatch): LogRecord[] {
  const { batch, next } = one
  if ('damage' in one) return [damaged(batch, next, one.damage)]
  try {
    return recordsOf(one.body, one.header)
  } catch (error) {
    return [damaged(batch, next, damageOf(one.header, error))]
  }
}

function damageOf({ attributes }: Header, error: unknown): string {
  return `${codecName(attributes & CODEC_BITS)}: ${(error as Error).message}`
}

/** Why the batch's header cannot be believed, or null; `position` is behind the batch before it. */
function faultOf(batch: Buffer, position: bigint | null): string | null {
  if (batch.length < HEADER_BYTES) return `a batch of ${batch.length} bytes, expected a header`
  if (batch[16] !== FORMAT) return `record format ${batch[16]}, expected ${FORMAT}`
  const [said, found] = [
    batch.readUInt32BE(CHECKSUM_AT),
    crc32c(batch.subarray(CHECKSUM_COUNTS_FROM)),
  ]
  if (said !== found) return `checksum ${found.toString(16)}, expected ${said.toString(16)}`
  const { base, next } = headerOf(batch)
  const least = position ?? 0n
  if (base < least || next <= base) return `offset ${base}, expected at least ${least}`
  return null
}

function headerOf(batch: Buffer): Header {
  const base = batch.readBigInt64BE(0)
  return {
    base,
    next: base + BigInt(batch.readInt32BE(23)) + 1n,
    attributes: batch.readInt16BE(21),
    firstTimestamp: Number(batch.readBigInt64BE(27)),
    maxTimestamp: Number(batch.readBigInt64BE(35)),
    producerId: batch.readBigInt64BE(43),
    count: batch.readInt32BE(57),
  }
}

/** As a broker reckons it, but always on from `position`, and never beyond the batch that follows. */
function afterDamage(batch: Buffer, position: bigint, following: bigint | null): bigint {
  const base = batch.readBigInt64BE(0)
  const delta = batch.length >= 27 ? batch.readInt32BE(23) : 0
  const said = base + BigInt(delta >= 0 && delta < MOST_OFFSETS ? delta : 0) + 1n
  if (said <= position) return position + 1n
  return following !== null && following > position && following < said ? following : said
}

/** Followed in order: which batches belong to a transaction that was aborted in the end. */
function createVoids(aborted: AbortedTransaction[]) {
  const coming = aborted
    .map((a) => ({ producerId: BigInt(a.producerId), first: BigInt(a.firstOffset) }))
    .sort((a, b) => (a.first < b.first ? -1 : 1))
  const running = new Set<bigint>()
  /** True for markers too: they are no data. */
  return ({ next, producerId, attributes }: Header, batch: Buffer): boolean => {
    while (coming.length > 0 && coming[0].first < next) running.add(coming.shift()!.producerId)
    if (attributes & CONTROL) {
      if (markerOf(batch) === ABORT) running.delete(producerId)
      return true
    }
    const isOfTransaction = (attributes & TRANSACTIONAL) !== 0 && producerId !== NO_PRODUCER
    return isOfTransaction && running.has(producerId)
  }
}

/** A control batch has one record, whose key is a version and a kind; null when there is none. */
function markerOf(batch: Buffer): number | null {
  try {
    const [{ key }] = recordsOf(batch.subarray(HEADER_BYTES), headerOf(batch))
    return key && key.length >= 4 ? key.readInt16BE(2) : null
  } catch {
    return null // its checksum was right, so it is of a kind that is still to come
  }
}

/** Views of `bytes`; throws when the lengths in them do not fit. */
function recordsOf(bytes: Buffer, header: Header): LogRecord[] {
  const { base, next, attributes, firstTimestamp, maxTimestamp, count } = header
  const reader = new Varints(bytes)
  const records: LogRecord[] = []
  const offsets = Number(next - base)
  let offset = base
  let expected = 0
  for (let i = 0; i < count; i++) {
    const length = reader.varint()
    const end = reader.at + length
    if (length < 0 || end > bytes.length) throw new Error('a record longer than its batch')
    reader.at++ // attributes, unused
    const timestamp = firstTimestamp + reader.varint()
    const delta = reader.varint()
    // Most follow one another: one large number is made, in place of four.
    offset = delta === expected && i > 0 ? offset + 1n : base + BigInt(delta)
    if (delta < 0 || delta >= offsets) throw new Error(`offset ${offset} outside of its batch`)
    expected = delta + 1
    const key = reader.bytes()
    const value = reader.bytes()
    const headers = headersOf(reader)
    if (reader.at !== end) throw new Error('a record of another length than it says')
    const record: LogRecord = {
      key,
      value,
      timestamp: attributes & LOG_APPEND_TIME ? maxTimestamp : timestamp,
      offset,
    }
    if (headers) record.headers = headers
    records.push(record)
  }
  return records
}

function headersOf(reader: Varints): LogRecord['headers'] {
  const count = reader.varint()
  if (count <= 0) return undefined
  const headers: [string, Buffer | null][] = []
  for (let i = 0; i < count; i++) {
    const name = reader.bytes()?.toString() ?? ''
    headers.push([name, reader.bytes()])
  }
  return headers
}

/** Kafka's zigzag numbers, and bytes with their length before them. */
class Varints {
  readonly #bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  varint(): number {
    // Most numbers have one byte.
    const byte = this.#bytes[this.at]
    if (byte < 0x80) {
      this.at++
      return (byte >>> 1) ^ -(byte & 1)
    }
    return this.#longVarint()
  }

  bytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const from = this.at
    const end = from + length
    if (end > this.#bytes.length) throw new Error('a field longer than its batch')
    this.at = end
    return this.#bytes.subarray(from, end)
  }

  #longVarint(): number {
    const bytes = this.#bytes
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      if (this.at >= bytes.length || factor > 2 ** 63) throw new Error('a number without an end')
      const byte = bytes[this.at++]
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
  }
}

/** At its last offset: whoever starts behind it does not meet it again, and whoever starts before it meets it there. */
function damaged(batch: Buffer, next: bigint, damage: string): LogRecord {
  const timestamp = batch.length >= HEADER_BYTES ? Number(batch.readBigInt64BE(35)) : 0
  const offset = next - 1n
  // No key: nobody can say what it was, and nothing may be replaced by it.
  return { key: null, value: batch, timestamp, offset, damage }
}
