// A page of records: their bytes one after another and an index in typed arrays, so that a record costs no object.
import type { LogRecord, NewRecord } from '../event-log/event-log.ts'
import { copyHeaders } from './store.ts'

export const INDEX_BYTES_PER_SLOT = 20
const NULL_LENGTH = -1

export type Page = {
  /** Written once from the start to the end: what was delivered as a view of it stays as it is. */
  bytes: Buffer
  used: number
  count: number
  at: Uint32Array
  /** -1 = null. */
  keyLength: Int32Array
  valueLength: Int32Array
  timestamp: Float64Array
  newest: number
  headers: Map<number, NewRecord['headers']> | null
}

/** Room for `slots` records of together `capacity` bytes. */
export function createPage(capacity: number, slots: number): Page {
  // One allocation for all four columns; the widest comes first, for its alignment.
  const index = new ArrayBuffer(slots * INDEX_BYTES_PER_SLOT)
  return {
    bytes: Buffer.allocUnsafeSlow(capacity),
    used: 0,
    count: 0,
    timestamp: new Float64Array(index, 0, slots),
    at: new Uint32Array(index, 8 * slots, slots),
    keyLength: new Int32Array(index, 12 * slots, slots),
    valueLength: new Int32Array(index, 16 * slots, slots),
    newest: Number.NEGATIVE_INFINITY,
    headers: null,
  }
}

/**
 * What it holds now, without room for more: bytes and index are the same memory, of which nothing but `page` writes, and only
 * behind what is there now. Whoever changes an entry of a column takes a copy of that column.
 */
export function copyOfPage(page: Page): Page {
  const { bytes, used, count, newest, headers } = page
  return {
    bytes: bytes.subarray(0, Math.min(used, bytes.length)),
    ...{ used, count, newest },
    timestamp: page.timestamp.subarray(0, count),
    at: page.at.subarray(0, count),
    keyLength: page.keyLength.subarray(0, count),
    valueLength: page.valueLength.subarray(0, count),
    headers: headers && new Map(headers),
  }
}

export function hasRoom(page: Page, size: number): boolean {
  return page.used + size <= page.bytes.length && page.count < page.at.length
}

/** Key and value bytes of a record; headers are few and small. */
export function sizeAt(page: Page, i: number): number {
  return Math.max(0, page.keyLength[i]) + Math.max(0, page.valueLength[i])
}

/** Copies the record in; there must be room. */
export function put(page: Page, record: NewRecord): void {
  const { key, value } = record
  const i = page.count++
  page.at[i] = page.used
  page.keyLength[i] = key ? key.length : NULL_LENGTH
  page.valueLength[i] = value ? value.length : NULL_LENGTH
  page.timestamp[i] = record.timestamp
  if (record.timestamp > page.newest) page.newest = record.timestamp
  if (key) {
    page.bytes.set(key, page.used)
    page.used += key.length
  }
  if (value) {
    page.bytes.set(value, page.used)
    page.used += value.length
  }
  if (record.headers) {
    page.headers ??= new Map()
    page.headers.set(i, copyHeaders(record.headers))
  }
}

/** Key and value are views of `bytes`, which live as long as a view of them does. */
export function recordAt(page: Page, bytes: Buffer, i: number, offset: number): LogRecord {
  const at = page.at[i]
  const keyLength = page.keyLength[i]
  const valueLength = page.valueLength[i]
  const valueAt = at + Math.max(0, keyLength)
  const record: LogRecord = {
    key: keyLength === NULL_LENGTH ? null : bytes.subarray(at, valueAt),
    value: valueLength === NULL_LENGTH ? null : bytes.subarray(valueAt, valueAt + valueLength),
    timestamp: page.timestamp[i],
    offset: BigInt(offset),
  }
  const headers = page.headers?.get(i)
  if (headers) record.headers = headers
  return record
}
