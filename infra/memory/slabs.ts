// Storage of the domain topics: bytes in slabs that share one budget, so that 20,000 events/s cost no object each.

import type { LogRecord } from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import {
  createPage,
  hasRoom,
  INDEX_BYTES_PER_SLOT,
  type Page,
  put,
  recordAt,
  sizeAt,
} from './page.ts'
import { BATCH_BYTES, BATCH_RECORDS, type PartitionStore } from './store.ts'

const MAX_SLAB_BYTES = 256 * 1024
const MIN_SLAB_BYTES = 4 * 1024
/** A budget holds at least about this many slabs, so that dropping one drops little. */
const SLABS_PER_BUDGET = 256
/** Index slots per slab: smaller records than this on average fill the index before the bytes. */
const BYTES_PER_SLOT = 128

type Slab = {
  /** Offset of the first record. */
  base: number
  page: Page
  cost: number
  /** Drops this slab from its topic-partition; false while a group still has to read it. */
  drop(): boolean
}

export type SlabBudget = {
  readonly slabBytes: number
  /** Bytes of all slabs, index included. */
  readonly used: number
  /** Makes room by dropping the oldest sealed slabs of any topic-partition; false = a group is in the way. */
  reserve(bytes: number): boolean
  seal(slab: Slab): void
}

/** `limit` in bytes; slabs that are still being filled may exceed it, one per topic-partition. */
export function createSlabBudget(limit: number): SlabBudget {
  const slabBytes = Math.min(
    MAX_SLAB_BYTES,
    Math.max(MIN_SLAB_BYTES, Math.floor(limit / SLABS_PER_BUDGET)),
  )
  const sealed: Slab[] = []
  let used = 0
  return {
    slabBytes,
    get used() {
      return used
    },
    reserve(bytes) {
      while (used + bytes > limit && sealed.length > 0) {
        if (!sealed[0].drop()) return false
        used -= sealed.shift()!.cost
      }
      used += bytes
      return true
    },
    seal: (slab) => {
      sealed.push(slab)
    },
  }
}

/** Nothing at or above `floor()`, the lowest read position of any group, is dropped. */
export function createSlabStore(budget: SlabBudget, floor: () => number): PartitionStore {
  const slabs: Slab[] = []
  let filling: Slab | null = null
  let start = 0
  let next = 0

  function drop(slab: Slab): boolean {
    const end = slab.base + slab.page.count
    if (end > floor()) return false
    slabs.shift()
    start = end
    return true
  }

  function open(size: number): Slab | null {
    if (filling) budget.seal(filling)
    filling = null
    const capacity = Math.max(budget.slabBytes, size)
    const slots = size > budget.slabBytes ? 1 : Math.ceil(capacity / BYTES_PER_SLOT)
    const cost = capacity + slots * INDEX_BYTES_PER_SLOT
    if (!budget.reserve(cost)) return null
    const page = createPage(capacity, slots)
    const slab: Slab = { base: next, page, cost, drop: () => drop(slab) }
    slabs.push(slab)
    return slab
  }

  function slabOf(offset: number): number {
    let low = 0
    let high = slabs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (slabs[middle].base + slabs[middle].page.count <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get start() {
      return start
    },
    get next() {
      return next
    },
    get bytes() {
      return slabs.reduce((sum, slab) => sum + slab.cost, 0)
    },
    append(record) {
      const size = recordBytes(record)
      if (!filling || !hasRoom(filling.page, size)) filling = open(size)
      if (!filling) return false
      put(filling.page, record)
      next++
      return true
    },
    skip(count) {
      next += count
      // Within a slab offsets have no holes.
      if (filling) budget.seal(filling)
      filling = null
    },
    read(from) {
      const records: LogRecord[] = []
      let bytes = 0
      let offset = from
      for (let s = slabOf(from); s < slabs.length; s++) {
        const { page, base } = slabs[s]
        offset = Math.max(offset, base)
        for (let i = offset - base; i < page.count; i++) {
          const size = sizeAt(page, i)
          const full = records.length === BATCH_RECORDS || bytes + size > BATCH_BYTES
          if (full && records.length > 0) return { records, next: offset }
          records.push(recordAt(page, page.bytes, i, offset))
          bytes += size
          offset++
        }
      }
      return { records, next }
    },
    offsetAt(timestamp) {
      for (const { page, base } of slabs) {
        if (page.newest < timestamp) continue
        for (let i = 0; i < page.count; i++) if (page.timestamp[i] >= timestamp) return base + i
      }
      return next
    },
  }
}
