// A segment of a topic that keeps a number of records: a page with offsets of its own, packed with zstd once it is old.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { LogRecord, NewRecord } from '../event-log/event-log.ts'
import { lowerBound } from '../lower-bound.ts'
import {
  copyOfPage,
  createPage,
  hasRoom,
  INDEX_BYTES_PER_SLOT,
  type Page,
  put,
  recordAt,
} from './page.ts'
import { copyOf } from './store.ts'

const SEGMENT_BYTES = 64 * 1024
const BYTES_PER_SLOT = 128
/** A segment of readings shrinks to a twelfth at 350 MB/s; higher levels gain little. */
const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 }
const WORTH_PACKING = 0.8
/** In place of a value's length: compacted away, or dropped by the limit. */
const DEAD = -2
const NOTHING = Buffer.alloc(0)

export type Segment = {
  /** Where it stands on a record's way: fresh → filling → settled (records.ts). */
  stage: 'fresh' | 'filling' | 'settled'
  page: Page
  offset: Float64Array
  live: number
  liveBytes: number
  /** Everything before this index is dead. */
  first: number
  /** The page's bytes, which are then empty. */
  packed: Buffer | null
  /** Goes when nobody reads it any more. */
  unpacked: WeakRef<Buffer> | null
}

/** Takes at least one record of `size` bytes. */
export function createSegment(stage: 'fresh' | 'filling', size: number): Segment {
  const capacity = Math.max(SEGMENT_BYTES, size)
  return emptySegment(stage, capacity, SEGMENT_BYTES / BYTES_PER_SLOT)
}

function emptySegment(stage: Segment['stage'], capacity: number, slots: number): Segment {
  return {
    stage,
    page: createPage(capacity, slots),
    offset: new Float64Array(slots),
    live: 0,
    liveBytes: 0,
    first: 0,
    packed: null,
    unpacked: null,
  }
}

/** What it holds now; it takes no more records, and what dies in one of the two lives on in the other. */
export function copyOfSegment(segment: Segment): Segment {
  const page = copyOfPage(segment.page)
  // Who dies is noted there.
  page.valueLength = page.valueLength.slice()
  return { ...segment, page, offset: segment.offset.subarray(0, page.count) }
}

/** False = there is no room. */
export function add(segment: Segment, record: NewRecord, offset: number): boolean {
  const { page } = segment
  const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  if (!hasRoom(page, size)) return false
  segment.offset[page.count] = offset
  put(page, record)
  segment.live++
  segment.liveBytes += size
  return true
}

export function isLive(segment: Segment, i: number): boolean {
  return segment.page.valueLength[i] !== DEAD
}

export function kill(segment: Segment, i: number): void {
  const { page } = segment
  segment.liveBytes -= Math.max(0, page.keyLength[i]) + Math.max(0, page.valueLength[i])
  segment.live--
  page.valueLength[i] = DEAD
  page.headers?.delete(i)
  while (segment.first < page.count && !isLive(segment, segment.first)) segment.first++
}

/** Its bytes are views of the log's memory. */
export function liveRecord(segment: Segment, i: number): LogRecord {
  return recordAt(segment.page, bytesOf(segment), i, segment.offset[i])
}

export function isMostlyDead({ page, liveBytes }: Segment): boolean {
  return 2 * liveBytes < page.used
}

/** No record comes any more: a segment of what is alive, no larger than needed and packed where that is worth it. */
export function settled(segment: Segment): Segment {
  const { page, live, liveBytes, first } = segment
  const copy = emptySegment('settled', liveBytes, live)
  for (let i = first; i < page.count; i++) {
    if (isLive(segment, i)) add(copy, liveRecord(segment, i), segment.offset[i])
  }
  const packed = zstdCompressSync(copy.page.bytes, { params: LEVEL })
  if (packed.length < WORTH_PACKING * liveBytes) {
    // Not the result itself: it may be a view of a larger buffer.
    copy.packed = copyOf(packed)
    copy.page.bytes = NOTHING
  }
  return copy
}

function bytesOf(segment: Segment): Buffer {
  const { packed, page } = segment
  if (!packed) return page.bytes
  const held = segment.unpacked?.deref()
  if (held) return held
  const bytes = zstdDecompressSync(packed, { chunkSize: Math.max(page.used, BYTES_PER_SLOT) })
  segment.unpacked = new WeakRef(bytes)
  return bytes
}

/** Offset of the last record, dead or alive; an empty segment is yet to get its records. */
export function lastOffset({ page, offset }: Segment): number {
  return page.count > 0 ? offset[page.count - 1] : Number.POSITIVE_INFINITY
}

/** Index of the first record at or above `offset`. */
export function indexOf(segment: Segment, offset: number): number {
  return lowerBound(segment.page.count, (i) => segment.offset[i] < offset)
}

/** Index included, headers left out. */
export function heldBytes({ page, packed, offset }: Segment): number {
  const index = page.at.length * INDEX_BYTES_PER_SLOT + offset.byteLength
  return page.bytes.length + (packed?.length ?? 0) + index
}
