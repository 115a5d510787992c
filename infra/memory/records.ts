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
import {
  BATCH_BYTES,
  BATCH_RECORDS,
  type LentRecords,
  type PartitionStore,
  pickedOf,
  type Slice,
} from './store.ts'

export type RecordContents = {
  segments: Segment[]
  byKey: Map<string, number>
  live: number
  start: number
  next: number
}

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

  get live(): number {
    return this.#live
  }

  /** Whether a record of this key, of which only the newest is kept, is there. */
  holds(key: Buffer): boolean {
    return this.#byKey.has(key.toString('latin1'))
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + heldBytes(segment), 0)
  }

  /**
   * Begins a store that is still empty with records of somebody else, in the order of their offsets: they are not copied
   * and must not change.
   */
  withLent(records: LentRecords): LentStore {
    const rules = { limit: this.#limit, compact: this.#compact, floor: this.#floor }
    return new LentStore(this, records, rules)
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

  contents(): RecordContents {
    const segments = this.#segments.map((segment) => ({
      ...copyOfSegment(segment),
      unpacked: null,
    }))
    return { segments, byKey: this.#byKey, live: this.#live, start: this.#start, next: this.#next }
  }

  /** Of an empty one, which has the contents from then on. */
  fill({ segments, byKey, live, start, next }: RecordContents): void {
    this.#segments.push(...segments)
    this.#byKey = byKey
    this.#live = live
    this.#start = start
    this.#next = next
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

type StoreRules = { limit: number; compact: boolean; floor: () => number }

/** Lent records in front, and what is appended behind them; the same rules for both. */
class LentStore implements PartitionStore {
  readonly #own: RecordStore
  readonly #lent: LentRecords
  readonly #rules: StoreRules
  /** Numbers in `lent`; as `byKey`, of what has been looked through. */
  readonly #dead = new Set<number>()
  #isLookedThrough = false
  readonly #byKey = new Map<string, number>()
  /** Those before it have been dropped. */
  #first = 0
  #start = 0

  constructor(own: RecordStore, lent: LentRecords, rules: StoreRules) {
    this.#own = own
    this.#lent = lent
    this.#rules = rules
    const end = lent.length === 0 ? 0 : lent.offset(lent.length - 1) + 1
    if (own.next < end) own.skip(end - own.next)
    if (lent.length > rules.limit) this.#look()
  }

  /** Once, and not before somebody asks for what only the keys tell: to go through them takes longer than to lend them. */
  #look(): void {
    if (this.#isLookedThrough) return
    this.#isLookedThrough = true
    const { compact, limit } = this.#rules
    for (let i = 0; compact && i < this.#lent.length; i++) {
      const key = this.#lent.key(i)
      if (key === null) continue
      this.#killKey(key)
      this.#byKey.set(key, i)
    }
    while (this.#live > limit && this.#dropOldest());
  }

  get start(): number {
    return Math.max(this.#start, this.#own.start)
  }

  get next(): number {
    return this.#own.next
  }

  copy(floor: () => number): LentStore {
    this.#look()
    const live: number[] = []
    for (let i = this.#first; i < this.#lent.length; i++) if (!this.#dead.has(i)) live.push(i)
    const rules = { ...this.#rules, floor }
    const copy = new LentStore(this.#own.copy(floor), pickedOf(this.#lent, live), rules)
    copy.#start = this.#start
    return copy
  }

  /** What is lent is held by whoever lent it. */
  get bytes(): number {
    return this.#own.bytes
  }

  append(record: NewRecord): boolean {
    this.#look()
    const key = this.#rules.compact ? record.key : null
    const isNew = !key || !(this.#killKey(key.toString('latin1')) || this.#own.holds(key))
    if (isNew && this.#live >= this.#rules.limit && !this.#dropOldest()) return false
    return this.#own.append(record)
  }

  skip(count: number): void {
    this.#own.skip(count)
  }

  read(from: number): Slice {
    const lent = this.#lent
    const first = lowerBound(lent.length, (i) => lent.offset(i) < from)
    if (first === lent.length) return this.#own.read(from)
    this.#look()
    const records: LogRecord[] = []
    let bytes = 0
    for (let i = Math.max(first, this.#first); i < lent.length; i++) {
      if (this.#dead.has(i)) continue
      const record = lent.at(i)
      const size = recordBytes(record)
      const full = records.length === BATCH_RECORDS || bytes + size > BATCH_BYTES
      if (full && records.length > 0) return { records, next: lent.offset(i) }
      records.push(record)
      bytes += size
    }
    return { records, next: lent.offset(lent.length - 1) + 1 }
  }

  offsetAt(timestamp: number): number {
    this.#look()
    const lent = this.#lent
    for (let i = this.#first; i < lent.length; i++) {
      if (!this.#dead.has(i) && lent.at(i).timestamp >= timestamp) return lent.offset(i)
    }
    return this.#own.offsetAt(timestamp)
  }

  get #live(): number {
    return this.#own.live + this.#lent.length - this.#first - this.#dead.size
  }

  /** Whether there was a lent record of this key. */
  #killKey(key: string): boolean {
    const older = this.#byKey.get(key)
    if (older === undefined) return false
    this.#byKey.delete(key)
    this.#dead.add(older)
    return true
  }

  /** Of the lent ones; false where a group has yet to read it. Where none is left the own ones go. */
  #dropOldest(): boolean {
    while (this.#dead.delete(this.#first)) this.#first++
    if (this.#first === this.#lent.length) return true
    const offset = this.#lent.offset(this.#first)
    if (offset >= this.#rules.floor()) return false
    const key = this.#rules.compact ? this.#lent.key(this.#first) : null
    if (key !== null) this.#byKey.delete(key)
    this.#first++
    this.#start = offset + 1
    return true
  }
}
