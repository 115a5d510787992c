// What the memory log asks of one topic-partition's storage, and the storage that keeps a number of records.
import type { LogRecord, NewRecord } from './event-log.ts'

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
  /** Copies the record in; false = it would overtake a group, try again later. */
  append(record: NewRecord): boolean
  /** `from` lies within [start, next]. */
  read(from: number): Slice
  /** Offset of the first record at or after `timestamp`, else `next`. */
  offsetAt(timestamp: number): number
}

/** Key, value and header bytes. */
export function recordBytes(record: NewRecord): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const [name, value] of record.headers ?? []) bytes += name.length + (value?.length ?? 0)
  return bytes
}

export function copyHeaders(headers: NewRecord['headers']): NewRecord['headers'] {
  return headers?.map(([name, value]) => [name, value && copyOf(value)])
}

// Not Buffer.from: its shared 8 kB pool would keep neighbours alive for as long as one record lives.
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}

type Entry = { offset: number; record: LogRecord | null; bytes: number }

const MIN_DEAD_BEFORE_SWEEP = 64

/**
 * Keeps the newest `limit` records; with `compact` only the newest per key (records without a key all stay).
 * `floor()` = lowest read position of any group: nothing at or above it is dropped by the limit.
 */
export function createEntryStore(
  limit: number,
  compact: boolean,
  floor: () => number,
): PartitionStore {
  let entries: Entry[] = []
  let live = 0
  let first = 0 // index: everything before it is dead
  let start = 0
  let next = 0
  const byKey = new Map<string, Entry>()

  function kill(entry: Entry): void {
    entry.record = null
    live--
  }

  function sweep(): void {
    while (first < entries.length && entries[first].record === null) first++
    if (entries.length - live <= live + MIN_DEAD_BEFORE_SWEEP) return
    entries = entries.filter((entry) => entry.record !== null)
    first = 0
  }

  /** Index of the first entry at or above `offset`. */
  function indexOf(offset: number): number {
    let low = first
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (entries[middle].offset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  function dropOldest(): boolean {
    const oldest = entries[first]
    if (oldest.offset >= floor()) return false
    const key = oldest.record!.key
    if (compact && key) byKey.delete(key.toString('latin1'))
    kill(oldest)
    start = oldest.offset + 1
    sweep()
    return true
  }

  return {
    get start() {
      return start
    },
    get next() {
      return next
    },
    append(record) {
      const key = compact && record.key ? record.key.toString('latin1') : null
      const older = key === null ? undefined : byKey.get(key)
      if (older) kill(older)
      else if (live >= limit && !dropOldest()) return false
      const entry: Entry = {
        offset: next,
        bytes: recordBytes(record),
        record: {
          key: record.key && copyOf(record.key),
          value: record.value && copyOf(record.value),
          timestamp: record.timestamp,
          offset: BigInt(next),
          ...(record.headers ? { headers: copyHeaders(record.headers) } : {}),
        },
      }
      entries.push(entry)
      if (key !== null) byKey.set(key, entry)
      live++
      next++
      if (older) sweep()
      return true
    },
    read(from) {
      const records: LogRecord[] = []
      let bytes = 0
      for (let i = indexOf(from); i < entries.length; i++) {
        const { record, offset, bytes: size } = entries[i]
        if (record === null) continue
        const full = records.length === BATCH_RECORDS || bytes + size > BATCH_BYTES
        if (full && records.length > 0) return { records, next: offset }
        // A fresh object each time: a reader that changes its record must not change the log.
        records.push({ ...record })
        bytes += size
      }
      return { records, next }
    },
    offsetAt(timestamp) {
      for (let i = first; i < entries.length; i++) {
        const { record, offset } = entries[i]
        if (record !== null && record.timestamp >= timestamp) return offset
      }
      return next
    },
  }
}
