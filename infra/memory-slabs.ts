// Storage of the domain topics: bytes in slabs that share one budget, so that 20,000 events/s cost no object each.
import type { LogRecord, NewRecord } from './event-log.ts'
import {
  BATCH_BYTES,
  BATCH_RECORDS,
  copyHeaders,
  type PartitionStore,
  recordBytes,
} from './memory-store.ts'

const MAX_SLAB_BYTES = 256 * 1024
const MIN_SLAB_BYTES = 4 * 1024
/** A budget holds at least about this many slabs, so that dropping one drops little. */
const SLABS_PER_BUDGET = 256
/** Index slots per slab: smaller records than this on average fill the index before the bytes. */
const BYTES_PER_SLOT = 128
const INDEX_BYTES_PER_SLOT = 20
const NULL_LENGTH = -1

type Slab = {
  /** Offset of the first record. */
  base: number
  count: number
  used: number
  bytes: Buffer
  at: Uint32Array
  keyLength: Int32Array
  valueLength: Int32Array
  timestamp: Float64Array
  newest: number
  headers: Map<number, NewRecord['headers']> | null
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
    const end = slab.base + slab.count
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
    const slab: Slab = {
      base: next,
      count: 0,
      used: 0,
      bytes: Buffer.allocUnsafeSlow(capacity),
      at: new Uint32Array(slots),
      keyLength: new Int32Array(slots),
      valueLength: new Int32Array(slots),
      timestamp: new Float64Array(slots),
      newest: Number.NEGATIVE_INFINITY,
      headers: null,
      cost,
      drop: () => drop(slab),
    }
    slabs.push(slab)
    return slab
  }

  function slabOf(offset: number): number {
    let low = 0
    let high = slabs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (slabs[middle].base + slabs[middle].count <= offset) low = middle + 1
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
    append(record) {
      const size = recordBytes(record)
      const fits =
        filling !== null &&
        filling.used + size <= filling.bytes.length &&
        filling.count < filling.at.length
      if (!fits) filling = open(size)
      if (!filling) return false
      write(filling, record)
      next++
      return true
    },
    read(from) {
      const records: LogRecord[] = []
      let bytes = 0
      let offset = from
      for (let s = slabOf(from); s < slabs.length; s++) {
        const slab = slabs[s]
        for (let i = offset - slab.base; i < slab.count; i++) {
          const size = Math.max(0, slab.keyLength[i]) + Math.max(0, slab.valueLength[i])
          const full = records.length === BATCH_RECORDS || bytes + size > BATCH_BYTES
          if (full && records.length > 0) return { records, next: offset }
          records.push(recordAt(slab, i))
          bytes += size
          offset++
        }
      }
      return { records, next: offset }
    },
    offsetAt(timestamp) {
      for (const slab of slabs) {
        if (slab.newest < timestamp) continue
        for (let i = 0; i < slab.count; i++) {
          if (slab.timestamp[i] >= timestamp) return slab.base + i
        }
      }
      return next
    },
  }
}

function write(slab: Slab, record: NewRecord): void {
  const { key, value } = record
  const i = slab.count++
  slab.at[i] = slab.used
  slab.keyLength[i] = key ? key.length : NULL_LENGTH
  slab.valueLength[i] = value ? value.length : NULL_LENGTH
  slab.timestamp[i] = record.timestamp
  if (record.timestamp > slab.newest) slab.newest = record.timestamp
  if (key) {
    slab.bytes.set(key, slab.used)
    slab.used += key.length
  }
  if (value) {
    slab.bytes.set(value, slab.used)
    slab.used += value.length
  }
  if (record.headers) {
    slab.headers ??= new Map()
    slab.headers.set(i, copyHeaders(record.headers))
  }
}

/** Key and value are views: a slab is never written twice, and lives as long as a view of it does. */
function recordAt(slab: Slab, i: number): LogRecord {
  const at = slab.at[i]
  const keyLength = slab.keyLength[i]
  const valueLength = slab.valueLength[i]
  const valueAt = at + Math.max(0, keyLength)
  const record: LogRecord = {
    key: keyLength === NULL_LENGTH ? null : slab.bytes.subarray(at, valueAt),
    value: valueLength === NULL_LENGTH ? null : slab.bytes.subarray(valueAt, valueAt + valueLength),
    timestamp: slab.timestamp[i],
    offset: BigInt(slab.base + i),
  }
  const headers = slab.headers?.get(i)
  if (headers) record.headers = headers
  return record
}
