// A stretch of a topic-partition is read to its end and no further, and only as fast as it is asked for.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Range, readRange } from '../../../infra/event-log/log-range.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'

const TOPIC = 'stretch'
const BATCH = 500

let log: MemoryLog

beforeEach(async () => {
  log = createMemoryLog()
  await log.ensureTopics([
    { name: TOPIC, partitions: 2, cleanup: 'delete', retain: { records: 2000 } },
    { name: 'by-key', partitions: 1, cleanup: 'compact', retain: { records: 2000 } },
  ])
})
afterEach(() => log.close())

async function append(count: number, topic = TOPIC, key: (i: number) => string = String) {
  const records = Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(key(i)),
    value: Buffer.from(`value ${i}`),
    timestamp: i,
  }))
  await log.append(topic, 0, records)
}

async function offsetsOf(range: Partial<Range>): Promise<number[]> {
  const offsets: number[] = []
  for await (const records of readRange(log, { topic: TOPIC, partition: 0, ...range })) {
    offsets.push(...records.map((r) => Number(r.offset)))
  }
  return offsets
}

const span = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('readRange', () => {
  it('reads what was there at the call, whatever comes afterwards', async () => {
    await append(3 * BATCH)
    const read: number[] = []
    for await (const records of readRange(log, { topic: TOPIC, partition: 0 })) {
      if (read.length === 0) await append(10)
      read.push(...records.map((r) => Number(r.offset)))
    }
    expect(read).toEqual(span(0, 3 * BATCH))
  })

  it('reads on while there is more, where it is asked to: compaction may have moved a record behind the end', async () => {
    await append(2 * BATCH)
    const read: number[] = []
    let late = 3
    for await (const records of readRange(log, { topic: TOPIC, partition: 0, andNewer: true })) {
      if (late-- > 0) await append(5)
      read.push(...records.map((r) => Number(r.offset)))
    }
    expect(read).toEqual(span(0, 2 * BATCH + 15))
  })

  it('starts and ends where it is asked to', async () => {
    await append(20)
    expect(await offsetsOf({ from: 5n, to: 9n })).toEqual([5, 6, 7, 8])
    expect(await offsetsOf({ from: 18n, to: 900n })).toEqual([18, 19])
  })

  it('is empty for an empty stretch, an empty topic-partition and one that does not exist', async () => {
    await append(20)
    expect(await offsetsOf({ from: 9n, to: 9n })).toEqual([])
    expect(await offsetsOf({ from: 20n })).toEqual([])
    expect(await offsetsOf({ partition: 1 })).toEqual([])
    expect(await offsetsOf({ partition: 7 })).toEqual([])
  })

  it('passes over what retention took and what compaction left out', async () => {
    await append(2100)
    expect((await offsetsOf({ from: 3n })).at(0)).toBe(100)
    await append(30, 'by-key', (i) => String(i % 3))
    expect(await offsetsOf({ topic: 'by-key' })).toEqual([27, 28, 29])
  })

  it('ends when retention takes the whole stretch while it is read', async () => {
    await append(2 * BATCH)
    const read: number[] = []
    for await (const records of readRange(log, { topic: TOPIC, partition: 0 })) {
      if (read.length === 0) await append(3000)
      read.push(...records.map((r) => Number(r.offset)))
    }
    expect(read).toEqual(span(0, BATCH))
  })

  it('reads no further than it is asked, and lets the log close after a break', async () => {
    await append(4 * BATCH)
    let batches = 0
    for await (const _ of readRange(log, { topic: TOPIC, partition: 0 })) {
      if (++batches === 2) break
    }
    expect(batches).toBe(2)
  })
})
