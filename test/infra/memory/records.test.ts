// Storage of topics that keep a number of records: equal to a plain list whatever is packed, and far smaller.
import { hash, randomFillSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { LogRecord, NewRecord } from '../../../infra/event-log/event-log.ts'
import { RecordStore } from '../../../infra/memory/records.ts'
import {
  BATCH_BYTES,
  BATCH_RECORDS,
  lentRecords,
  type PartitionStore,
} from '../../../infra/memory/store.ts'
import { below, stream } from '../../../infra/random.ts'

const nobody = () => Number.POSITIVE_INFINITY

/** Everything from `from` on, batch after batch. */
function readAll(store: PartitionStore, from = store.start): LogRecord[] {
  const all: LogRecord[] = []
  for (let at = from; at < store.next; ) {
    const { records, next } = store.read(at)
    expect(next).toBeGreaterThan(at)
    expect(records.length).toBeLessThanOrEqual(BATCH_RECORDS)
    const bytes = records.reduce((sum, r) => sum + (r.key?.length ?? 0) + (r.value?.length ?? 0), 0)
    if (records.length > 1) expect(bytes).toBeLessThanOrEqual(BATCH_BYTES)
    all.push(...records)
    at = next
  }
  return all
}

function shown({ key, value, timestamp, offset, headers }: LogRecord): string {
  const texts = (headers ?? []).map(([name, bytes]) => `${name}=${bytes?.toString('hex')}`)
  const [k, v] = [key, value].map((bytes) => bytes && hash('sha256', bytes))
  return `${offset} ${timestamp} ${k} ${v} ${texts}`
}

/** The same promises in the plainest way: a list. */
function createList(limit: number, compact: boolean, floor: () => number) {
  let list: LogRecord[] = []
  let next = 0
  let start = 0
  return {
    append(record: NewRecord): boolean {
      const same = (r: LogRecord) => compact && record.key !== null && r.key?.equals(record.key)
      const others = list.filter((r) => !same(r))
      if (others.length === list.length && list.length >= limit) {
        if (Number(list[0].offset) >= floor()) return false
        start = Number(list.shift()!.offset) + 1
        list.push({ ...record, offset: BigInt(next++) })
      } else list = [...others, { ...record, offset: BigInt(next++) }]
      return true
    },
    start: () => start,
    next: () => next,
    from: (offset: number) => list.filter((r) => Number(r.offset) >= offset),
    offsetAt: (t: number) => Number(list.find((r) => r.timestamp >= t)?.offset ?? next),
  }
}

/** Short and long, of text and of noise, with and without key, value and headers. */
function drawRecord(words: Uint32Array, i: number): NewRecord {
  const noise = below(words, 0, 8) === 0
  const size = below(words, 0, 40) === 0 ? below(words, 0, 150_000) : below(words, 0, 2_000)
  const value = noise ? randomFillSync(Buffer.alloc(size)) : Buffer.alloc(size, `{"n":${i},`)
  return {
    key: below(words, 0, 10) === 0 ? null : Buffer.from(`key-${below(words, 0, 250)}`),
    value: below(words, 0, 20) === 0 ? null : value,
    timestamp: 1_000 * i + below(words, 0, 5_000),
    ...(below(words, 0, 15) === 0 ? { headers: [['h', Buffer.from(`${i}`)]] } : {}),
  }
}

/** A reading of 800 bytes; all of a KPI and window have a key of their own. */
function reading(i: number, key = `0|kpi-${i % 24}|${Math.floor(i / 24)}`): NewRecord {
  const scopes = Array.from({ length: 12 }, (_, s) => ({ value: i / 7, numerator: i, n: i * s }))
  const value = JSON.stringify({ kpi: `kpi-${i % 24}`, window: i, truth: 'equal', scopes })
  return { key: Buffer.from(key), value: Buffer.from(value), timestamp: i }
}

describe('record store', () => {
  it.each([
    { limit: 150, compact: true },
    { limit: 400, compact: false },
    { limit: Number.POSITIVE_INFINITY, compact: true },
  ])('holds what a plain list holds: limit $limit, compact $compact', ({ limit, compact }) => {
    const words = stream(7, `${limit}`, 'records')
    let held = 0 // where a group stands; it never goes back
    const floor = () => held
    const store = new RecordStore(limit, compact, floor)
    const list = createList(limit, compact, floor)
    let refused = 0
    for (let i = 0; i < 3_000; i++) {
      const record = drawRecord(words, i)
      const accepted = list.append(record)
      expect(store.append(record)).toBe(accepted)
      if (!accepted) refused++
      if (i % 10 === 0) held = Math.min(store.next, held + below(words, 0, 19))
      expect([store.start, store.next]).toEqual([list.start(), list.next()])
      if (i % 97 > 0) continue
      const from = store.start + below(words, 0, store.next - store.start + 1)
      expect(readAll(store, from).map(shown)).toEqual(list.from(from).map(shown))
      const time = 1_000 * below(words, 0, i + 5)
      expect(store.offsetAt(time)).toBe(list.offsetAt(time))
    }
    expect(readAll(store).map(shown)).toEqual(list.from(0).map(shown))
    if (limit < Number.POSITIVE_INFINITY) expect(refused).toBeGreaterThan(0)
  })

  it.each([
    { limit: 150, compact: true },
    { limit: 150, compact: false },
  ])('goes on behind lent records as if it had them: limit $limit, compact $compact', (rules) => {
    const { limit, compact } = rules
    const words = stream(8, `${limit} ${compact}`, 'records')
    let held = 0
    const floor = () => held
    const list = createList(limit, compact, floor)
    for (let i = 0; i < 120; i++) list.append(drawRecord(words, i))
    const store = new RecordStore(limit, compact, floor).withLent(lentRecords(list.from(0)))
    let refused = 0
    for (let i = 120; i < 1_500; i++) {
      const record = drawRecord(words, i)
      const accepted = list.append(record)
      expect(store.append(record)).toBe(accepted)
      if (!accepted) refused++
      if (i % 10 === 0) held = Math.min(store.next, held + below(words, 0, 19))
      expect([store.start, store.next]).toEqual([list.start(), list.next()])
      if (i % 37 > 0) continue
      const from = store.start + below(words, 0, store.next - store.start + 1)
      expect(readAll(store, from).map(shown)).toEqual(list.from(from).map(shown))
      const time = 1_000 * below(words, 0, i + 5)
      expect(store.offsetAt(time)).toBe(list.offsetAt(time))
    }
    expect(refused).toBeGreaterThan(0)
  })

  it('lent records are looked through once somebody asks for what their keys tell, and not before', () => {
    const records = Array.from({ length: 100 }, (_, i) => ({ ...reading(i), offset: BigInt(i) }))
    const lent = lentRecords(records)
    let asked = 0
    const key = (i: number) => {
      asked++
      return lent.key(i)
    }
    const watched = { ...lent, key }
    const store = new RecordStore(1_000, true, nobody).withLent(watched)
    expect(store.read(100).records).toEqual([])
    expect([store.start, store.next, asked]).toEqual([0, 100, 0])
    expect(store.append(reading(7))).toBe(true)
    expect(asked).toBe(100)
    expect(readAll(store).map(({ offset }) => Number(offset))).not.toContain(7)
    expect(asked).toBe(100)
  })

  it('keeps a day of readings in a fraction of their bytes', () => {
    const store = new RecordStore(24 * 1_500, true, nobody)
    let bytes = 0
    for (let i = 0; i < 24 * 1_600; i++) {
      const { key, value, timestamp } = reading(i)
      store.append({ key, value, timestamp })
      if (i >= 24 * 100) bytes += key!.length + value!.length
    }
    expect([store.start, store.next]).toEqual([24 * 100, 24 * 1_600])
    expect(store.bytes).toBeLessThan(bytes / 5)
    const offsets = readAll(store).map((r) => Number(r.offset))
    expect(offsets).toEqual(Array.from({ length: 24 * 1_500 }, (_, i) => 24 * 100 + i))
  })

  it('gives the bytes of records back that were rewritten among others that stay', () => {
    const store = new RecordStore(Number.POSITIVE_INFINITY, true, nobody)
    // Nine of ten are rewritten, each long after it was packed.
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 2_000; i++) {
        const key = i % 10 === 0 ? `${round}|${i}` : `${i}`
        const value = randomFillSync(Buffer.alloc(500))
        store.append({ key: Buffer.from(key), value, timestamp: 0 })
      }
    }
    const live = readAll(store)
    expect(live.length).toBe(1_800 + 10 * 200)
    const bytes = live.reduce((sum, r) => sum + r.key!.length + r.value!.length, 0)
    expect(store.bytes).toBeLessThan(2.5 * bytes)
  })

  it('leaves what a reader holds as it is while records are compacted, packed and dropped', () => {
    const store = new RecordStore(500, true, nobody)
    for (let i = 0; i < 400; i++) store.append(reading(i))
    const held = readAll(store)
    const before = held.map(shown)
    for (let i = 0; i < 3_000; i++) store.append(reading(i + 7, `0|kpi-${i % 900}`))
    expect(held.map(shown)).toEqual(before)
  })

  it('stays small while a few keys are rewritten for ever', () => {
    const store = new RecordStore(Number.POSITIVE_INFINITY, true, nobody)
    store.append(reading(0, 'written once'))
    for (let i = 0; i < 20_000; i++) store.append(reading(i, `key-${i % 5}`))
    expect(readAll(store).length).toBe(6)
    expect(store.bytes).toBeLessThan(500_000)
  })
})
