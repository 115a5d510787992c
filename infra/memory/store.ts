// What the memory log asks of one topic-partition's storage, and what its storages share.
import type { LogRecord, NewRecord } from '../event-log/event-log.ts'

/** At most this much goes into one delivered batch; one larger record travels alone. */
export const BATCH_RECORDS = 500
export const BATCH_BYTES = 1024 * 1024

/** Records from a position on, and the position after them (compaction may leave gaps). */
export type Slice = { records: LogRecord[]; next: number }

/** Offsets are plain numbers inside (2^53 is enough for one process's life) and bigint at the port. */
export interface PartitionStore {
  /** Oldest offset that retention has left; compaction alone does not move it. */
  readonly start: number
  /** Offset of the next record. */
  readonly next: number
  /** Bytes held, index included. */
  readonly bytes: number
  /** Copies the record in; false = it would overtake a group, try again later. */
  append(record: NewRecord): boolean
  /** Takes offsets that no record gets. */
  skip(count: number): void
  /** `from` lies within [start, next]. */
  read(from: number): Slice
  /** Offset of the first record at or after `timestamp`, else `next`. */
  offsetAt(timestamp: number): number
}

export function copyHeaders(headers: NewRecord['headers']): NewRecord['headers'] {
  return headers?.map(([name, value]) => [name, value && copyOf(value)])
}

// Not Buffer.from: its shared 8 kB pool would keep neighbours alive for as long as one record lives.
export function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}

/**
 * Records of somebody else, held without a copy and asked one by one, so that whoever lends them may make each when it is
 * read. In the order of their offsets; what is said of one must not change.
 */
export type LentRecords = {
  readonly length: number
  offset(i: number): number
  /** In Latin-1; null where it has none. */
  key(i: number): string | null
  at(i: number): LogRecord
}

export function lentRecords(records: readonly LogRecord[]): LentRecords {
  return {
    length: records.length,
    offset: (i) => Number(records[i].offset),
    key: (i) => records[i].key?.toString('latin1') ?? null,
    at: (i) => records[i],
  }
}

/** Those of these numbers, which rise. */
export function pickedOf(lent: LentRecords, numbers: readonly number[]): LentRecords {
  return {
    length: numbers.length,
    offset: (i) => lent.offset(numbers[i]),
    key: (i) => lent.key(numbers[i]),
    at: (i) => lent.at(numbers[i]),
  }
}
