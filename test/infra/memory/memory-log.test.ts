// The memory log: the port's contract, and what only it promises: bounded memory, back-pressure, overtaken tails.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import type { NewRecord, TopicSpec } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { eventLogSuite } from '../event-log/event-log.suite.ts'
import { createMember, createSignal, createTailNotes, records, turns } from '../recorder.ts'

eventLogSuite('memory', async () => {
  const log = createMemoryLog()
  return { log, leaveHole: async (topic, partition) => log.skip(topic, partition, 2) }
})
// The same contract where every record lands in a slab instead of an entry list.
eventLogSuite('memory, every topic in slabs', async () => {
  const log = createMemoryLog()
  const ensureTopics = (specs: TopicSpec[]) =>
    log.ensureTopics(
      specs.map((s) => (s.cleanup === 'delete' ? { ...s, retain: 'events' as const } : s)),
    )
  return {
    log: { ...log, ensureTopics },
    leaveHole: async (topic, partition) => log.skip(topic, partition, 2),
  }
})

const KIB = 1024
const events = (name: string, partitions = 1): TopicSpec => ({
  name,
  partitions,
  cleanup: 'delete',
  retain: 'events',
})

function kilobytes(label: string, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(`${label}-${i}`),
    value: Buffer.alloc(KIB, label),
    timestamp: i,
  }))
}

describe('memory log: retention', () => {
  it('keeps about the newest budget of event bytes over all topics, oldest slab first', async () => {
    const log = createMemoryLog({ eventBytes: 1024 * KIB })
    await log.ensureTopics([events('quiet'), events('busy', 2)])
    await log.append('quiet', 0, kilobytes('q', 20))
    for (let i = 0; i < 60; i++) await log.append('busy', i % 2, kilobytes('b', 50))
    expect(log.stats().eventBytes).toBeLessThanOrEqual(1024 * KIB)
    const busy = await log.offsets('busy')
    expect(busy.map((b) => b.latest)).toEqual([1500n, 1500n])
    const kept = busy.reduce((sum, b) => sum + Number(b.latest - b.earliest), 0) * KIB
    expect(
      kept / (1024 * KIB),
      'share of the budget, rests of small slabs left out',
    ).toBeGreaterThan(0.6)
    expect(Math.abs(Number(busy[0].earliest - busy[1].earliest))).toBeLessThan(60)
    const [quiet] = await log.offsets('quiet')
    expect(quiet.latest).toBe(20n)
    expect(quiet.earliest, 'the oldest sealed slabs went first').toBeGreaterThan(15n)
    await log.close()
  })

  it('stores a record that is larger than a slab', async () => {
    const log = createMemoryLog({ eventBytes: 256 * KIB })
    await log.ensureTopics([events('t')])
    const value = Buffer.alloc(700 * KIB, 'z')
    for (let i = 0; i < 4; i++) {
      await log.append('t', 0, [...records('s', 2), { key: null, value, timestamp: 0 }])
    }
    const notes = createTailNotes()
    await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await notes.until(() => notes.records.at(-1)?.offset === 11n)
    expect(notes.records.at(-1)!.value!.equals(value)).toBe(true)
    await log.close()
  })

  it('keeps the newest number of records and never uses an offset twice', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([
      { name: 't', partitions: 1, cleanup: 'delete', retain: { records: 10 } },
    ])
    for (let i = 0; i < 25; i++) await log.append('t', 0, records(`r${i}`, 1))
    expect(await log.offsets('t')).toEqual([{ partition: 0, earliest: 15n, latest: 25n }])
    const notes = createTailNotes()
    await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await notes.seen(10)
    expect(notes.records.map((r) => r.offset)).toEqual(
      Array.from({ length: 10 }, (_, i) => BigInt(15 + i)),
    )
    await log.close()
  })

  it('compacts to the newest record per key, keeps tombstones and records without a key', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'compact' }])
    const put = (key: string | null, value: string | null) =>
      log.append('t', 0, [
        {
          key: key === null ? null : Buffer.from(key),
          value: value && Buffer.from(value),
          timestamp: 0,
        } as NewRecord,
      ])
    await put('a', 'a1')
    await put(null, 'n1')
    await put('b', 'b1')
    await put('a', 'a2')
    await put(null, 'n2')
    await put('b', null)
    const notes = createTailNotes()
    await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await notes.seen(4)
    expect(notes.records.map((r) => `${r.offset} ${r.key} ${r.value}`)).toEqual([
      '1 null n1',
      '3 a a2',
      '4 null n2',
      '5 b null',
    ])
    expect(notes.overtaken).toEqual([])
    await log.close()
  })

  it('stays small under ten thousand rewrites of few keys, and the count limit drops oldest keys', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([
      { name: 't', partitions: 1, cleanup: 'compact,delete', retain: { records: 3 } },
    ])
    for (let i = 0; i < 10_000; i++) await log.append('t', 0, [keyed(`k${i % 2}`, `${i}`)])
    await log.append('t', 0, [keyed('x', '1'), keyed('y', '2')])
    const notes = createTailNotes()
    await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await notes.seen(3)
    expect(notes.values()).toEqual(['9999', '1', '2'])
    await log.close()
  })
})

describe('memory log: back-pressure', () => {
  const fast = { start: () => 'earliest' as const }

  it('lets an append wait while it would drop what a group has not read, and resumes it', async () => {
    const clock = virtualClock()
    const log = createMemoryLog({ eventBytes: 128 * KIB, clock })
    await log.ensureTopics([events('t')])
    const gate = createSignal()
    let open = false
    const member = createMember({ ...fast, onBatch: () => gate.until(() => open) })
    await log.group({ group: 'g', topics: ['t'], handler: member.handler })
    await member.until(() => member.owned.size === 1)

    const appends = Array.from({ length: 10 }, (_, i) => log.append('t', 0, kilobytes(`${i}`, 40)))
    await turns()
    expect(log.stats().waiting).toBeGreaterThan(0)
    expect((await log.offsets('t'))[0].earliest).toBe(0n)
    clock.advance(250)
    expect(log.stats().waitedMs).toBeGreaterThanOrEqual(250)

    open = true
    gate.notify()
    const firsts = await Promise.all(appends)
    expect(firsts).toEqual(firsts.map((_, i) => BigInt(40 * i)))
    await member.seen(400)
    const offsets = member.batches.flatMap((b) => b.records.map((r) => r.offset))
    expect(offsets, 'nothing lost, nothing twice').toEqual(
      Array.from({ length: 400 }, (_, i) => BigInt(i)),
    )
    expect(log.stats().waiting).toBe(0)
    await log.close()
  })

  it('holds for a group on a topic that keeps a number of records', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([
      { name: 't', partitions: 1, cleanup: 'delete', retain: { records: 5 } },
    ])
    const member = createMember(fast)
    await log.group({ group: 'g', topics: ['t'], handler: member.handler })
    await member.until(() => member.owned.size === 1)
    for (let i = 0; i < 20; i++) void log.append('t', 0, records(`${i}`, 4))
    await member.seen(80)
    expect(member.values()).toEqual(
      Array.from({ length: 80 }, (_, i) => `${Math.floor(i / 4)}-${i % 4}`),
    )
    await log.close()
  })

  it('does not hold for a group that nobody is in any more, whether it left or failed', async () => {
    for (const how of ['left', 'failed']) {
      const log = createMemoryLog({ eventBytes: 64 * KIB })
      await log.ensureTopics([events('t')])
      const signal = createSignal()
      let stop = false
      const member = createMember({
        ...fast,
        onBatch: async () => {
          await signal.until(() => stop)
          if (how === 'failed') throw new Error('task failed')
        },
      })
      const joined = await log.group({ group: 'g', topics: ['t'], handler: member.handler })
      const ended = joined.done.catch(() => {})
      const appends = Array.from({ length: 8 }, () => log.append('t', 0, kilobytes('x', 20)))
      await turns()
      expect(log.stats().waiting).toBeGreaterThan(0)
      stop = true
      if (how === 'left') void joined.close()
      signal.notify()
      await Promise.all(appends)
      await ended
      expect(await log.append('t', 0, kilobytes('y', 200))).toBe(160n)
      await log.close()
    }
  })

  it('never waits for a tail: the slow reader hears of it and goes on at the earliest record', async () => {
    const log = createMemoryLog({ eventBytes: 128 * KIB })
    await log.ensureTopics([events('t')])
    const gate = createSignal()
    let open = false
    const notes = createTailNotes()
    await log.tail({
      topic: 't',
      from: 'earliest',
      batch: async (b) => {
        notes.batch(b)
        await gate.until(() => open)
      },
      outOfRange: notes.outOfRange,
    })
    await log.append('t', 0, kilobytes('a', 1))
    await notes.seen(1)
    for (let i = 0; i < 10; i++) await log.append('t', 0, kilobytes('b', 50))
    const [{ earliest, latest }] = await log.offsets('t')
    open = true
    gate.notify()
    await notes.until(() => notes.records.at(-1)!.offset === latest - 1n)
    expect(notes.overtaken).toEqual([{ partition: 0, earliest }])
    expect(notes.records[1].offset).toBe(earliest)
    await log.close()
  })

  it('writes appends that wait when the log is closed: the group that held them is gone', async () => {
    const log = createMemoryLog({ eventBytes: 64 * KIB })
    await log.ensureTopics([events('t')])
    const gate = createSignal()
    let open = false
    const member = createMember({ ...fast, onBatch: () => gate.until(() => open) })
    await log.group({ group: 'g', topics: ['t'], handler: member.handler })
    const appends = Array.from({ length: 8 }, () => log.append('t', 0, kilobytes('x', 20)))
    await turns()
    expect(log.stats().waiting).toBeGreaterThan(0)
    const closed = log.close()
    open = true
    gate.notify()
    await closed
    expect(await Promise.all(appends)).toHaveLength(8)
    expect(log.stats().waiting).toBe(0)
  })
})

describe('memory log: cost to others', () => {
  it('lets timers and sockets run while a reader works through a backlog', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([events('t')])
    for (let i = 0; i < 100; i++) await log.append('t', 0, records(`${i}`, 500))
    let between = 0
    let reading = true
    const count = () => {
      between++
      if (reading) setImmediate(count)
    }
    setImmediate(count)
    const notes = createTailNotes()
    await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await notes.seen(50_000)
    reading = false
    expect(notes.batches.length).toBeGreaterThanOrEqual(100)
    expect(between).toBeGreaterThanOrEqual(notes.batches.length - 1)
    await log.close()
  })

  it('lets timers and sockets run while an appender never stops', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([events('t')])
    let turned = false
    setImmediate(() => {
      turned = true
    })
    let appends = 0
    while (!turned && appends < 10_000) {
      await log.append('t', 0, kilobytes('x', 10))
      appends++
    }
    expect(turned).toBe(true)
    await log.close()
  })

  it('starts no handler call after close() was called, although records are there', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([events('t')])
    const member = createMember()
    const notes = createTailNotes()
    const group = await log.group({ group: 'g', topics: ['t'], handler: member.handler })
    const tail = await log.tail({ topic: 't', from: 'earliest', batch: notes.batch })
    await member.until(() => member.owned.size === 1)
    await turns()
    void log.append('t', 0, records('a', 1))
    await Promise.all([group.close(), tail.close()])
    await turns()
    expect(member.calls).toEqual(['assigned t/0', 'revoked t/0'])
    expect(notes.records).toEqual([])
    await log.close()
  })

  it('refuses a topic that keeps less than one record', async () => {
    const log = createMemoryLog()
    const spec: TopicSpec = { name: 't', partitions: 1, cleanup: 'delete', retain: { records: 0 } }
    await expect(log.ensureTopics([spec])).rejects.toThrow(/retain 0 records/)
  })
})

function keyed(key: string, value: string): NewRecord {
  return { key: Buffer.from(key), value: Buffer.from(value), timestamp: 0 }
}
