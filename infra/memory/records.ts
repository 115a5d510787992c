// Storage of the topics that keep a number of records: compaction by key, older segments packed.

import type { LogRecord, NewRecord } from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import { lowerBound } from '../lower-bound.ts'
import { sizeAt } from './page.ts'
import {
  add,
  copyOfSegment,
  createSegment,
  heldBytes,
  indexOf,
  isLive,
  isMostlyDead,
  kill,
  lastOffset,
  liveRecord,
  type Segment,
  settled,
} from './segment.ts'
import { BATCH_BYTES, BATCH_RECORDS, type PartitionStore, type Slice } from './store.ts'

/** The newest segments stay as they are: what is rewritten several times a second dies there, before it is moved. */
const FRESH_SEGMENTS = 4

/**
 * Keeps the newest `limit` records; with `compact` only the newest per key (records without a key all stay).
 * `floor()` = lowest read position of any group: nothing at or above it is dropped by the limit.
 *
 * Records are appended to a fresh segment; what still lives when its turn comes moves on into a filling one, which
 * settles when it is full and is written anew whenever half of it has died.
 */
export class RecordStore implements PartitionStore {
  readonly #limit: number
  readonly #compact: boolean
  readonly #floor: () => number
  /** By offset: settled ones, at most one filling, fresh ones; the last is appended to. */
  readonly #segments: Segment[] = []
  /** Offset of the newest record. */
  #byKey = new Map<string, number>()
  #live = 0
  #start = 0
  #next = 0

  constructor(limit: number, compact: boolean, floor: () => number) {
    this.#limit = limit
    this.#compact = compact
    this.#floor = floor
  }

  /** One of its own that holds what this one does now, at the same offsets; what is held stays one memory. */
  copy(floor: () => number): RecordStore {
    const copy = new RecordStore(this.#limit, this.#compact, floor)
    copy.#segments.push(...this.#segments.map(copyOfSegment))
    copy.#byKey = new Map(this.#byKey)
    copy.#live = this.#live
    copy.#start = this.#start
    copy.#next = this.#next
    return copy
  }

  get start(): number {
    return this.#start
  }

  get next(): number {
    return this.#next
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + heldBytes(segment), 0)
  }

  append(record: NewRecord): boolean {
    const key = this.#compact && record.key ? record.key.toString('latin1') : null
    const older = key === null ? undefined : this.#byKey.get(key)
    if (older !== undefined) {
      const s = this.#segmentOf(older)
      this.#killAt(s, indexOf(this.#segments[s], older))
    } else if (this.#live >= this.#limit && !this.#dropOldest()) return false
    const next = this.#next
    const last = this.#segments.at(-1)
    if (!last || !add(last, record, next)) add(this.#open(recordBytes(record)), record, next)
    if (key !== null) this.#byKey.set(key, next)
    this.#live++
    this.#next++
    return true
  }

  skip(count: number): void {
    this.#next += count
  }

  read(from: number): Slice {
    const segments = this.#segments
    const records: LogRecord[] = []
    let bytes = 0
    for (let s = this.#segmentOf(from); s < segments.length; s++) {
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
    return { records, next: this.#next }
  }

  offsetAt(timestamp: number): number {
    for (const segment of this.#segments) {
      const { page, offset } = segment
      if (page.newest < timestamp) continue
      for (let i = segment.first; i < page.count; i++) {
        if (isLive(segment, i) && page.timestamp[i] >= timestamp) return offset[i]
      }
    }
    return this.#next
  }

  #open(size: number): Segment {
    const segments = this.#segments
    if (segments.at(-1)?.live === 0) segments.pop()
    const oldest = segments.at(-FRESH_SEGMENTS)
    if (oldest?.stage === 'fresh') this.#moveOn(segments.length - FRESH_SEGMENTS)
    const segment = createSegment('fresh', size)
    segments.push(segment)
    return segment
  }

  /** Moves what lives in segment `s`, the oldest fresh one, behind the settled records. */
  #moveOn(s: number): void {
    const segments = this.#segments
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
  #segmentOf(offset: number): number {
    const segments = this.#segments
    return lowerBound(segments.length, (s) => lastOffset(segments[s]) < offset)
  }

  #killAt(s: number, i: number): void {
    const segments = this.#segments
    const segment = segments[s]
    kill(segment, i)
    this.#live--
    // The last one stays: it is appended to.
    if (segment.live === 0 && s < segments.length - 1) segments.splice(s, 1)
    else if (segment.stage === 'settled' && isMostlyDead(segment)) segments[s] = settled(segment)
  }

  #dropOldest(): boolean {
    const s = this.#segments.findIndex((segment) => segment.live > 0)
    const oldest = this.#segments[s]
    const offset = oldest.offset[oldest.first]
    if (offset >= this.#floor()) return false
    const key = this.#compact ? liveRecord(oldest, oldest.first).key : null
    if (key) this.#byKey.delete(key.toString('latin1'))
    this.#killAt(s, oldest.first)
    this.#start = offset + 1
    return true
  }
}
