// Records → one of Kafka's record batches, ready for the wire: the other way of record-batch.ts. kafkajs writes them too, but
// with several buffers per record, headers by their names alone, and no header without a value.
import type { NewRecord } from '../event-log/event-log.ts'
import {
  CHECKSUM_AT,
  CHECKSUM_COUNTS_FROM,
  FORMAT,
  HEADER_BYTES,
  LENGTH_COUNTS_FROM,
} from './batch-layout.ts'
import { type Compression, pack } from './codecs.ts'
import { crc32c } from './crc32c.ts'

const NO_PRODUCER = -1n
const NO_SEQUENCE = -1
/** A null key, value or header value. */
const NOTHING = -1
/** Up to so many bytes a loop is faster than a call into the machine's copying. */
const LOOPED_BYTES = 48

/**
 * At least one record; timestamps are whole milliseconds. The broker writes the first offset. Sizes are measured before
 * anything is written, so that a batch is one buffer of its own size.
 */
export async function encodeBatch(
  records: readonly NewRecord[],
  compression: Compression,
): Promise<Buffer> {
  if (records.length === 0) throw new Error('encodeBatch: no record, expected at least one')
  const first = records[0].timestamp
  const sizes = new Int32Array(records.length)
  let newest = first
  let bytes = 0
  for (let i = 0; i < records.length; i++) {
    const { timestamp } = records[i]
    if (timestamp > newest) newest = timestamp
    sizes[i] = sizeOf(records[i], i, timestamp - first)
    bytes += varintBytes(sizes[i]) + sizes[i]
  }
  const plain = Buffer.allocUnsafe(HEADER_BYTES + bytes)
  let at = HEADER_BYTES
  for (let i = 0; i < records.length; i++) {
    at = putVarint(plain, at, sizes[i])
    at = putRecord(plain, at, records[i], i, records[i].timestamp - first)
  }
  const batch = await packed(plain, compression)
  putHeader(batch, records.length, first, newest)
  return batch
}

/** The same with its records packed; the header is still to come. */
async function packed(plain: Buffer, compression: Compression): Promise<Buffer> {
  if (compression === 'none') {
    plain.writeInt16BE(0, CHECKSUM_COUNTS_FROM)
    return plain
  }
  const { codec, bytes } = await pack(compression, plain.subarray(HEADER_BYTES))
  const batch = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
  batch.set(bytes, HEADER_BYTES)
  batch.writeInt16BE(codec, CHECKSUM_COUNTS_FROM)
  return batch
}

/** Everything but the attributes, which say how the records are packed. */
function putHeader(batch: Buffer, count: number, first: number, newest: number): void {
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - LENGTH_COUNTS_FROM, 8)
  batch.writeInt32BE(0, 12) // the leader's epoch, which the broker knows
  batch[16] = FORMAT
  batch.writeInt32BE(count - 1, 23)
  batch.writeBigInt64BE(BigInt(first), 27)
  batch.writeBigInt64BE(BigInt(newest), 35)
  batch.writeBigInt64BE(NO_PRODUCER, 43)
  batch.writeInt16BE(NO_SEQUENCE, 51)
  batch.writeInt32BE(NO_SEQUENCE, 53)
  batch.writeInt32BE(count, 57)
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKSUM_COUNTS_FROM)), CHECKSUM_AT)
}

/** Bytes of a record without the length before it. */
function sizeOf({ key, value, headers = [] }: NewRecord, index: number, later: number): number {
  let size = 1 + varintBytes(later) + varintBytes(index) + fieldBytes(key) + fieldBytes(value)
  size += varintBytes(headers.length)
  for (const [name, content] of headers) {
    const length = Buffer.byteLength(name)
    size += varintBytes(length) + length + fieldBytes(content)
  }
  return size
}

function fieldBytes(field: Buffer | null): number {
  return field === null ? 1 : varintBytes(field.length) + field.length
}

function putRecord(
  batch: Buffer,
  start: number,
  { key, value, headers = [] }: NewRecord,
  index: number,
  later: number,
): number {
  batch[start] = 0 // attributes, unused
  let at = putVarint(batch, start + 1, later)
  at = putVarint(batch, at, index)
  at = putField(batch, at, key)
  at = putField(batch, at, value)
  at = putVarint(batch, at, headers.length)
  for (const [name, content] of headers) {
    at = putVarint(batch, at, Buffer.byteLength(name))
    at += batch.write(name, at)
    at = putField(batch, at, content)
  }
  return at
}

function putField(batch: Buffer, start: number, field: Buffer | null): number {
  if (field === null) return putVarint(batch, start, NOTHING)
  const { length } = field
  const at = putVarint(batch, start, length)
  if (length > LOOPED_BYTES) batch.set(field, at)
  else for (let i = 0; i < length; i++) batch[at + i] = field[i]
  return at + length
}

/** Zigzag, seven bits a byte: small numbers of either sign are short. Whole numbers below 2^52, of which timestamps are. */
function putVarint(batch: Buffer, start: number, value: number): number {
  let left = value >= 0 ? 2 * value : -2 * value - 1
  let at = start
  while (left > 0x7f) {
    batch[at++] = (left % 0x80) | 0x80
    left = Math.floor(left / 0x80)
  }
  batch[at++] = left
  return at
}

function varintBytes(value: number): number {
  let left = value >= 0 ? 2 * value : -2 * value - 1
  let bytes = 1
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes++
  return bytes
}
