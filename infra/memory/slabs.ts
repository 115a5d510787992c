// Storage of the domain topics: bytes in slabs that share one budget, so that 20,000 events/s cost no object each.

import type { LogRecord, NewRecord } from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import { lowerBound } from '../lower-bound.ts'
import {
  copyOfPage,
  createPage,
  hasRoom,
  INDEX_BYTES_PER_SLOT,
  type Page,
  put,
  recordAt,
  sizeAt,
} from './page.ts'
import { BATCH_BYTES, BATCH_RECORDS, copyOf, type PartitionStore, type Slice } from './store.ts'

const MAX_SLAB_BYTES = 256 * 1024
const MIN_SLAB_BYTES = 4 * 1024
/** The first slab of a topic-partition: most of what few records are in would be empty. Each one after it is so many times larger. */
const FIRST_SLAB_BYTES = 16 * 1024
const GROWTH = 4
/** A budget holds at least about this many slabs, so that dropping one drops little. */
const SLABS_PER_BUDGET = 256
/** Index slots per slab: smaller records than this on average fill the index before the bytes. */
const BYTES_PER_SLOT = 128

export type Slab = {
  /** Offset of the first record. */
  base: number
  page: Page
  cost: number
  /** Drops this slab from its topic-partition; false while a group still has to read it. */
  drop(): boolean
}

export type SlabContents = { slabs: { base: number; page: Page }[]; start: number; next: number }

/** What all slabs together may take; `limit` in bytes. Slabs that are still being filled may exceed it, one per topic-partition. */
export class SlabBudget {
  readonly slabBytes: number
  readonly #limit: number
  /** Full ones, the oldest first. */
  readonly #sealed: Slab[] = []
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
    const share = Math.floor(limit / SLABS_PER_BUDGET)
    this.slabBytes = Math.min(MAX_SLAB_BYTES, Math.max(MIN_SLAB_BYTES, share))
  }

  /** Takes over what copies of the slabs of `of` cost, to be dropped in the same order; of an empty budget. */
  copyFrom(of: SlabBudget, copies: Map<Slab, Slab>): void {
    for (const { cost } of copies.values()) this.#used += cost
    const sealed = of.#sealed.flatMap((slab) => copies.get(slab) ?? [])
    const isSealed = new Set(sealed)
    this.#sealed.push(...sealed, ...[...copies.values()].filter((copy) => !isSealed.has(copy)))
  }

  /** Full ones, from whose bytes the oldest are dropped first. */
  take(slabs: Slab[]): void {
    slabs.sort((a, b) => a.page.newest - b.page.newest)
    for (const { cost } of slabs) this.#used += cost
    this.#sealed.push(...slabs)
  }

  /** Drops the oldest until at most `bytes` are left, or a group is in the way. */
  dropTo(bytes: number): void {
    const sealed = this.#sealed
    while (this.#used > bytes && sealed.length > 0 && sealed[0].drop()) {
      this.#used -= sealed.shift()!.cost
    }
  }

  get limit(): number {
    return this.#limit
  }

  /** Bytes of all slabs, index included. */
  get used(): number {
    return this.#used
  }

  /** Makes room by dropping the oldest sealed slabs of any topic-partition; false = a group is in the way. */
  reserve(bytes: number): boolean {
    this.dropTo(this.#limit - bytes)
    if (this.#used + bytes > this.#limit && this.#sealed.length > 0) return false
    this.#used += bytes
    return true
  }

  seal(slab: Slab): void {
    this.#sealed.push(slab)
  }
}

/** Nothing at or above `floor()`, the lowest read position of any group, is dropped. */
export class SlabStore implements PartitionStore {
  readonly #budget: SlabBudget
  readonly #floor: () => number
  readonly #slabs: Slab[] = []
  #filling: Slab | null = null
  #nextSlabBytes = FIRST_SLAB_BYTES
  #start = 0
  #next = 0

  constructor(budget: SlabBudget, floor: () => number) {
    this.#budget = budget
    this.#floor = floor
  }

  /** One of its own that holds what this one does now; `copies` gets its slabs, whose bytes are the same memory. */
  copy(budget: SlabBudget, floor: () => number, copies: Map<Slab, Slab>): SlabStore {
    const copy = new SlabStore(budget, floor)
    for (const slab of this.#slabs) {
      const { base } = slab
      const page = copyOfPage(slab.page)
      let { cost } = slab
      // Of one that is still being filled most may be empty: that is not kept for the copy's sake.
      if (slab === this.#filling) {
        page.bytes = copyOf(page.bytes)
        cost = page.used + page.count * INDEX_BYTES_PER_SLOT
      }
      const own: Slab = { base, page, cost, drop: () => copy.#drop(own) }
      copy.#slabs.push(own)
      copies.set(slab, own)
    }
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
    return this.#slabs.reduce((sum, slab) => sum + slab.cost, 0)
  }

  append(record: NewRecord): boolean {
    const size = recordBytes(record)
    let filling = this.#filling
    if (!filling || !hasRoom(filling.page, size)) filling = this.#open(size)
    if (!filling) return false
    put(filling.page, record)
    this.#next++
    return true
  }

  contents(): SlabContents {
    const slabs = this.#slabs.map(({ base, page }) => ({ base, page: copyOfPage(page) }))
    return { slabs, start: this.#start, next: this.#next }
  }

  /** Of an empty one, which has the contents from then on; the budget is yet to hear of the slabs. */
  fill({ slabs, start, next }: SlabContents): Slab[] {
    for (const { base, page } of slabs) {
      const cost = page.used + page.count * INDEX_BYTES_PER_SLOT
      const own: Slab = { base, page, cost, drop: () => this.#drop(own) }
      this.#slabs.push(own)
    }
    this.#start = start
    this.#next = next
    return [...this.#slabs]
  }

  skip(count: number): void {
    this.#next += count
    // Within a slab offsets have no holes.
    if (this.#filling) this.#budget.seal(this.#filling)
    this.#filling = null
  }

  read(from: number): Slice {
    const slabs = this.#slabs
    const records: LogRecord[] = []
    let bytes = 0
    let offset = from
    for (let s = this.#slabOf(from); s < slabs.length; s++) {
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
    return { records, next: this.#next }
  }

  offsetAt(timestamp: number): number {
    for (const { page, base } of this.#slabs) {
      if (page.newest < timestamp) continue
      for (let i = 0; i < page.count; i++) if (page.timestamp[i] >= timestamp) return base + i
    }
    return this.#next
  }

  /** A new slab to be filled; null when there is no room for it. */
  #open(size: number): Slab | null {
    if (this.#filling) this.#budget.seal(this.#filling)
    this.#filling = null
    const slabBytes = Math.min(this.#budget.slabBytes, this.#nextSlabBytes)
    const capacity = Math.max(slabBytes, size)
    const slots = size > slabBytes ? 1 : Math.ceil(capacity / BYTES_PER_SLOT)
    const cost = capacity + slots * INDEX_BYTES_PER_SLOT
    if (!this.#budget.reserve(cost)) return null
    const page = createPage(capacity, slots)
    const slab: Slab = { base: this.#next, page, cost, drop: () => this.#drop(slab) }
    this.#slabs.push(slab)
    this.#filling = slab
    this.#nextSlabBytes = Math.min(MAX_SLAB_BYTES, GROWTH * this.#nextSlabBytes)
    return slab
  }

  #drop(slab: Slab): boolean {
    const end = slab.base + slab.page.count
    if (end > this.#floor()) return false
    this.#slabs.shift()
    this.#start = end
    return true
  }

  #slabOf(offset: number): number {
    const slabs = this.#slabs
    return lowerBound(slabs.length, (s) => slabs[s].base + slabs[s].page.count <= offset)
  }
}
