// Storage of the topics that keep a number of records: compaction by key, older segments packed.

import type { LogRecord } from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import { sizeAt } from './page.ts'
import {
  add,
  createSegment,
  heldBytes,
  indexOf,
  isLive,
  isMostlyDead,
  kill,
  lastOffset,
  liveRecord,
  lowerBound,
  type Segment,
  settled,
} from './segment.ts'
import { BATCH_BYTES, BATCH_RECORDS, type PartitionStore } from './store.ts'

/** The newest segments stay as they are: what is rewritten several times a second dies there, before it is moved. */
const FRESH_SEGMENTS = 4

/**
 * Keeps the newest `limit` records; with `compact` only the newest per key (records without a key all stay).
 * `floor()` = lowest read position of any group: nothing at or above it is dropped by the limit.
 *
 * Records are appended to a fresh segment; what still lives when its turn comes moves on into a filling one, which
 * settles when it is full and is written anew whenever half of it has died.
 */
export function createRecordStore(
  limit: number,
  compact: boolean,
  floor: () => number,
): PartitionStore {
  /** By offset: settled ones, at most one filling, fresh ones; the last is appended to. */
  const segments: Segment[] = []
  /** Offset of the newest record. */
  const byKey = new Map<string, number>()
  let live = 0
  let start = 0
  let next = 0

  function open(size: number): Segment {
    if (segments.at(-1)?.live === 0) segments.pop()
    const oldest = segments.at(-FRESH_SEGMENTS)
    if (oldest?.stage === 'fresh') moveOn(segments.length - FRESH_SEGMENTS)
    const segment = createSegment('fresh', size)
    segments.push(segment)
    return segment
  }

  /** Moves what lives in segment `s`, the oldest fresh one, behind the settled records. */
  function moveOn(s: number): void {
    const [fresh] = segments.splice(s, 1)
    for (let i = fresh.first; i < fresh.page.count; i++) {
      if (!isLive(fresh, i)) continue
      const record = liveRecord(fresh, i)
      const filling = segments[s - 1]
      if (filling?.stage === 'filling') {
        if (add(filling, record, fresh.offset[i])) continue
        segments[s - 1] = settled(filling)
      }
      const opened = createSegment('filling', sizeAt(fresh.page, i))
      add(opened, record, fresh.offset[i])
      segments.splice(s++, 0, opened)
    }
  }

  /** Index of the first segment that reaches to `offset` or beyond. */
  function segmentOf(offset: number): number {
    return lowerBound(segments.length, (s) => lastOffset(segments[s]) < offset)
  }

  function killAt(s: number, i: number): void {
    const segment = segments[s]
    kill(segment, i)
    live--
    // The last one stays: it is appended to.
    if (segment.live === 0 && s < segments.length - 1) segments.splice(s, 1)
    else if (segment.stage === 'settled' && isMostlyDead(segment)) segments[s] = settled(segment)
  }

  function dropOldest(): boolean {
    const s = segments.findIndex((segment) => segment.live > 0)
    const oldest = segments[s]
    const offset = oldest.offset[oldest.first]
    if (offset >= floor()) return false
    const key = compact ? liveRecord(oldest, oldest.first).key : null
    if (key) byKey.delete(key.toString('latin1'))
    killAt(s, oldest.first)
    start = offset + 1
    return true
  }

  return {
    get start() {
      return start
    },
    get next() {
      return next
    },
    get bytes() {
      return segments.reduce((sum, segment) => sum + heldBytes(segment), 0)
    },
    append(record) {
      const key = compact && record.key ? record.key.toString('latin1') : null
      const older = key === null ? undefined : byKey.get(key)
      if (older !== undefined) {
        const s = segmentOf(older)
        killAt(s, indexOf(segments[s], older))
      } else if (live >= limit && !dropOldest()) return false
      const last = segments.at(-1)
      if (!last || !add(last, record, next)) add(open(recordBytes(record)), record, next)
      if (key !== null) byKey.set(key, next)
      live++
      next++
      return true
    },
    skip(count) {
      next += count
    },
    read(from) {
      const records: LogRecord[] = []
      let bytes = 0
      for (let s = segmentOf(from); s < segments.length; s++) {
        const segment = segments[s]
        const { page, offset } = segment
        for (let i = indexOf(segment, from); i < page.count; i++) {
          if (!isLive(segment, i)) continue
          const size = sizeAt(page, i)
          const full = records.length === BATCH_RECORDS || bytes + size > BATCH_BYTES
          if (full && records.length > 0) return { records, next: offset[i] }
          records.push(liveRecord(segment, i))
          bytes += size
        }
      }
      return { records, next }
    },
    offsetAt(timestamp) {
      for (const segment of segments) {
        const { page, offset } = segment
        if (page.newest < timestamp) continue
        for (let i = segment.first; i < page.count; i++) {
          if (isLive(segment, i) && page.timestamp[i] >= timestamp) return offset[i]
        }
      }
      return next
    },
  }
}
