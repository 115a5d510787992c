// The contract of the event-log port, run over every adapter: in memory here, over real brokers where there are any.
// Long because it is the one list of everything an adapter promises.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventLog, TopicSpec } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { Problem } from '../../../infra/problem.ts'
import { createMember, createSignal, createTailNotes, name, records, turns } from '../recorder.ts'

let topicNumber = 0

export type Opened = {
  log: EventLog
  /** Leaves two offsets that no record has, as another program's transaction with one record does that is aborted. */
  leaveHole(topic: string, partition: number): Promise<void>
  close?(): Promise<void>
}

/** `open` hands out a connected log; brokers may be shared, so every test makes topics of its own. */
export function eventLogSuite(adapter: string, open: () => Promise<Opened>): void {
  describe(`event log: ${adapter}`, () => {
    let log: EventLog
    let leaveHole: Opened['leaveHole']
    let close: (() => Promise<void>) | undefined

    beforeEach(async () => {
      const opened = await open()
      log = opened.log
      leaveHole = opened.leaveHole
      close = opened.close
    })
    afterEach(async () => {
      await log.close()
      await close?.()
    })

    async function newTopic(partitions = 1, spec: Partial<TopicSpec> = {}): Promise<string> {
      const topic = `suite-${process.pid}-${Date.now().toString(36)}-${topicNumber++}`
      await log.ensureTopics([{ name: topic, partitions, cleanup: 'delete', ...spec }])
      return topic
    }
    const newGroup = () => `group-${process.pid}-${Date.now().toString(36)}-${topicNumber++}`

    describe('topics', () => {
      it('accepts a topic that exists with the same settings', async () => {
        const topic = await newTopic(3)
        await log.ensureTopics([{ name: topic, partitions: 3, cleanup: 'delete' }])
        expect(await log.offsets(topic)).toHaveLength(3)
      })

      it('refuses changed partitions and cleanup, all problems at once, and creates nothing', async () => {
        const topic = await newTopic(3)
        const fresh = `${topic}-fresh`
        const changed = log.ensureTopics([
          { name: topic, partitions: 4, cleanup: 'compact' },
          { name: fresh, partitions: 1, cleanup: 'delete' },
        ])
        const problem = await changed.then(
          () => null,
          (error) => error,
        )
        expect(problem).toBeInstanceOf(Problem)
        expect(problem.message).toContain(`topic ${topic}: 3 partitions, expected 4`)
        expect(problem.message).toContain(`topic ${topic}: cleanup delete, expected compact`)
        await expect(log.offsets(fresh)).rejects.toThrow(fresh)
      })

      it('names the unknown topic or partition, whatever was asked of it', async () => {
        const topic = await newTopic(2)
        const missing = `${topic}-missing`
        const handler = createMember().handler
        const tail = { from: 'earliest' as const, batch: () => {} }
        await expect(log.append(missing, 0, records('a', 1))).rejects.toThrow(missing)
        await expect(log.offsets(missing)).rejects.toThrow(missing)
        await expect(log.tail({ topic: missing, ...tail })).rejects.toThrow(missing)
        await expect(
          log.group({ group: newGroup(), topics: [topic, missing], handler }),
        ).rejects.toThrow(missing)
        await expect(log.append(topic, 2, records('a', 1))).rejects.toThrow(/partition 2 .*0\.\.1/)
        await expect(log.tail({ topic, partitions: [5], ...tail })).rejects.toThrow(/partition 5/)
      })
    })

    describe('append', () => {
      it('gives consecutive offsets per topic-partition and resolves with the first', async () => {
        const topic = await newTopic(2)
        expect(await log.append(topic, 0, records('a', 3))).toBe(0n)
        expect(await log.append(topic, 0, records('b', 2))).toBe(3n)
        expect(await log.append(topic, 1, records('c', 1))).toBe(0n)
        expect(await log.offsets(topic)).toEqual([
          { partition: 0, earliest: 0n, latest: 5n },
          { partition: 1, earliest: 0n, latest: 1n },
        ])
      })

      it('keeps the order of calls that were not awaited', async () => {
        const topic = await newTopic()
        const calls = Array.from({ length: 20 }, (_, i) => log.append(topic, 0, records(`${i}`, 3)))
        expect(await Promise.all(calls)).toEqual(calls.map((_, i) => BigInt(3 * i)))
        const notes = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: notes.batch })
        await notes.seen(60)
        const expected = calls.flatMap((_, i) => [`${i}-0`, `${i}-1`, `${i}-2`])
        expect(notes.values()).toEqual(expected)
      })

      it('keeps the bytes although the caller changes its buffer after the acknowledgement', async () => {
        const topic = await newTopic()
        const value = Buffer.from('before')
        await log.append(topic, 0, [{ key: null, value, timestamp: 1_750_000_000_000 }])
        value.fill('x')
        const notes = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: notes.batch })
        await notes.seen(1)
        expect(notes.values()).toEqual(['before'])
      })

      it('refuses a record above maxMessageBytes and writes nothing of that append', async () => {
        const topic = await newTopic(1, { maxMessageBytes: 2000 })
        const large = { key: null, value: Buffer.alloc(4000), timestamp: 1_750_000_000_000 }
        await expect(log.append(topic, 0, [...records('a', 1), large])).rejects.toThrow(
          /4000 bytes/,
        )
        expect(await log.append(topic, 0, records('b', 1))).toBe(0n)
      })
    })

    describe('tail', () => {
      it('delivers keys, values, nulls, headers, timestamps and offsets as they were appended', async () => {
        const topic = await newTopic()
        const timestamp = 1_750_000_000_123
        const written = [
          { key: Buffer.from('钥匙'), value: Buffer.from([0, 255, 10, 13]), timestamp },
          { key: null, value: Buffer.from('{"no":"key"}'), timestamp: timestamp + 5 },
          { key: Buffer.from('tombstone'), value: null, timestamp: timestamp + 9 },
          { key: Buffer.from(''), value: Buffer.from(''), timestamp: timestamp + 10 },
          {
            key: Buffer.from('h'),
            value: Buffer.from('v'),
            timestamp: timestamp + 11,
            headers: [
              ['catalogue', Buffer.from('9b1e')],
              ['b', Buffer.from('1')],
              ['a', null],
              ['b', Buffer.from([0, 255])],
              ['', Buffer.from('')],
            ] as [string, Buffer | null][],
          },
        ]
        await log.append(topic, 0, written)
        const notes = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: notes.batch })
        await notes.seen(written.length)
        const plain = notes.records.map((r) => ({
          key: r.key?.toString('hex'),
          value: r.value?.toString('hex'),
          timestamp: r.timestamp,
          offset: r.offset,
          headers: (r.headers ?? []).map(([k, v]) => [k, v?.toString('hex')]),
        }))
        expect(plain).toEqual(
          written.map((r, i) => ({
            key: r.key?.toString('hex'),
            value: r.value?.toString('hex'),
            timestamp: r.timestamp,
            offset: BigInt(i),
            headers: (r.headers ?? []).map(([k, v]) => [k, v?.toString('hex')]),
          })),
        )
      })

      it('reads from latest only what is appended afterwards', async () => {
        const topic = await newTopic()
        await log.append(topic, 0, records('old', 3))
        const notes = createTailNotes()
        await log.tail({ topic, from: 'latest', batch: notes.batch })
        await log.append(topic, 0, records('new', 2))
        await notes.seen(2)
        expect(notes.values()).toEqual(['new-0', 'new-1'])
        expect(notes.records[0].offset).toBe(3n)
      })

      it('reads from an offset', async () => {
        const topic = await newTopic()
        await log.append(topic, 0, records('a', 10))
        const notes = createTailNotes()
        await log.tail({ topic, from: { offset: 7n }, batch: notes.batch })
        await notes.seen(3)
        expect(notes.values()).toEqual(['a-7', 'a-8', 'a-9'])
      })

      it('reads from the first record at or after a timestamp, in each topic-partition', async () => {
        const topic = await newTopic(2)
        const t = 1_750_000_000_000
        await log.append(topic, 0, records('a', 10, t))
        await log.append(topic, 1, records('b', 10, t + 5))
        const notes = createTailNotes()
        await log.tail({ topic, from: { timestamp: t + 8 }, batch: notes.batch })
        await notes.seen(9)
        const expected = ['a-8', 'a-9', 'b-3', 'b-4', 'b-5', 'b-6', 'b-7', 'b-8', 'b-9']
        expect(notes.values().sort()).toEqual(expected)
      })

      it('waits at the end when every record is older than the timestamp', async () => {
        const topic = await newTopic()
        const t = 1_750_000_000_000
        await log.append(topic, 0, records('old', 5, t))
        const notes = createTailNotes()
        await log.tail({ topic, from: { timestamp: t + 1000 }, batch: notes.batch })
        await log.append(topic, 0, records('new', 1, t + 2000))
        await notes.seen(1)
        expect(notes.values()).toEqual(['new-0'])
      })

      it('reads the chosen partitions only', async () => {
        const topic = await newTopic(3)
        for (let p = 0; p < 3; p++) await log.append(topic, p, records(`p${p}`, 1))
        const notes = createTailNotes()
        await log.tail({ topic, partitions: [0, 2], from: 'earliest', batch: notes.batch })
        await notes.seen(2)
        await log.append(topic, 1, records('hidden', 1))
        await log.append(topic, 2, records('last', 1))
        await notes.seen(3)
        expect(notes.values().sort()).toEqual(['last-0', 'p0-0', 'p2-0'])
      })

      it('gives every tail everything', async () => {
        const topic = await newTopic()
        const all = [createTailNotes(), createTailNotes(), createTailNotes()]
        for (const { batch } of all) await log.tail({ topic, from: 'earliest', batch })
        await log.append(topic, 0, records('a', 50))
        for (const notes of all) {
          await notes.seen(50)
          expect(notes.records.map((r) => r.offset)).toEqual(
            Array.from({ length: 50 }, (_, i) => BigInt(i)),
          )
        }
      })

      it('never calls a handler while its last call still runs', async () => {
        const topic = await newTopic(4)
        for (let p = 0; p < 4; p++) await log.append(topic, p, records(`p${p}`, 5))
        const signal = createSignal()
        let running = 0
        let most = 0
        let count = 0
        await log.tail({
          topic,
          from: 'earliest',
          async batch(batch) {
            most = Math.max(most, ++running)
            await new Promise((resolve) => setImmediate(resolve))
            running--
            count += batch.records.length
            signal.notify()
          },
        })
        await signal.until(() => count === 20)
        expect(most).toBe(1)
      })

      it('bounds batches at 500 records and about 1 MB, and shows the high watermark', async () => {
        const topic = await newTopic(2)
        for (let i = 0; i < 3; i++) await log.append(topic, 0, records('small', 400))
        const value = Buffer.alloc(300_000)
        for (let i = 0; i < 6; i++) {
          await log.append(topic, 1, [{ key: null, value, timestamp: 1_750_000_000_000 }])
        }
        const notes = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: notes.batch })
        await notes.seen(1206)
        for (const batch of notes.batches) {
          expect(batch.records.length).toBeLessThanOrEqual(500)
          const bytes = batch.records.reduce((sum, r) => sum + r.value!.length, 0)
          expect(bytes).toBeLessThanOrEqual(1024 * 1024)
          expect(batch.end).toBe(batch.partition === 0 ? 1200n : 6n)
        }
      })

      it('lets a reader know that asks for an offset beyond the end, and goes on at earliest', async () => {
        const topic = await newTopic()
        await log.append(topic, 0, records('a', 2))
        const { batch, outOfRange, ...notes } = createTailNotes()
        await log.tail({ topic, from: { offset: 99n }, batch, outOfRange })
        await notes.seen(2)
        expect(notes.overtaken).toEqual([{ partition: 0, earliest: 0n }])
        expect(notes.values()).toEqual(['a-0', 'a-1'])
      })

      it('stops and rejects done when its handler throws', async () => {
        const topic = await newTopic()
        let calls = 0
        const tail = await log.tail({
          topic,
          from: 'earliest',
          batch() {
            calls++
            throw new Error('reader failed')
          },
        })
        const done = expect(tail.done).rejects.toThrow('reader failed')
        await log.append(topic, 0, records('a', 1))
        await done
        const witness = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: witness.batch })
        await log.append(topic, 0, records('b', 1))
        await witness.seen(2)
        expect(calls).toBe(1)
        await tail.close()
      })

      it('closes after the running handler call and delivers nothing afterwards', async () => {
        const topic = await newTopic()
        const signal = createSignal()
        let release = () => {}
        const seen: string[] = []
        const tail = await log.tail({
          topic,
          from: 'earliest',
          async batch(batch) {
            seen.push('begins')
            signal.notify()
            await new Promise<void>((resolve) => {
              release = resolve
            })
            seen.push(`ends after ${batch.records.length}`)
          },
        })
        await log.append(topic, 0, records('a', 1))
        await signal.until(() => seen.length === 1)
        const closed = tail.close().then(() => seen.push('closed'))
        await log.append(topic, 0, records('b', 1))
        release()
        await closed
        await tail.done
        const witness = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: witness.batch })
        await witness.seen(2)
        expect(seen).toEqual(['begins', 'ends after 1', 'closed'])
      })
    })

    describe('group', () => {
      it('asks for start offsets before the first batch and honours them', async () => {
        const topic = await newTopic(3)
        for (let p = 0; p < 3; p++) await log.append(topic, p, records(`p${p}`, 4))
        const starts = ['earliest', 'latest', 2n] as const
        const member = createMember({ start: ({ partition }) => starts[partition] })
        await log.group({ group: newGroup(), topics: [topic], handler: member.handler })
        await member.seen(6)
        for (let p = 0; p < 3; p++) await log.append(topic, p, records(`q${p}`, 1))
        await member.seen(9)
        expect(member.calls[0]).toBe(`assigned ${topic}/0 ${topic}/1 ${topic}/2`)
        expect(member.values().sort()).toEqual(
          ['p0-0', 'p0-1', 'p0-2', 'p0-3', 'p2-2', 'p2-3', 'q0-0', 'q1-0', 'q2-0'].sort(),
        )
      })

      it('reads several topics in order per topic-partition', async () => {
        const topics = [await newTopic(2), await newTopic(2)]
        const member = createMember()
        await log.group({ group: newGroup(), topics, handler: member.handler })
        for (let i = 0; i < 5; i++) {
          for (const topic of topics) {
            for (const p of [0, 1]) await log.append(topic, p, records(`${i}`, 2))
          }
        }
        await member.seen(40)
        for (const at of topics.flatMap((topic) => [`${topic}/0`, `${topic}/1`])) {
          const offsets = member.batches
            .filter((b) => name(b) === at)
            .flatMap((b) => b.records.map((r) => r.offset))
          expect(offsets).toEqual(Array.from({ length: 10 }, (_, i) => BigInt(i)))
        }
      })

      it('gives different groups everything each', async () => {
        const topic = await newTopic()
        const both = [createMember(), createMember()]
        for (const { handler } of both) {
          await log.group({ group: newGroup(), topics: [topic], handler })
        }
        await log.append(topic, 0, records('a', 7))
        for (const member of both) {
          await member.seen(7)
          expect(member.values()).toHaveLength(7)
        }
      })

      it('shares the topic-partitions out when a member joins, and gives them back when it leaves', async () => {
        const topic = await newTopic(4)
        const group = newGroup()
        // Two members of one process would be shown each other's partitions by a wrong adapter: `taken` catches it.
        const taken = new Map<string, string>()
        const positions = new Map<string, bigint>()
        const member = (who: string) =>
          createMember({
            start: (p) => {
              expect(taken.get(name(p)), `${name(p)} given to two members`).toBeUndefined()
              taken.set(name(p), who)
              return positions.get(name(p)) ?? 'earliest'
            },
            onBatch: (b) => {
              positions.set(name(b), b.records.at(-1)!.offset + 1n)
            },
            onRevoked: (ps) => {
              for (const p of ps) taken.delete(name(p))
            },
          })
        const first = member('first')
        const second = member('second')
        await log.group({ group, topics: [topic], handler: first.handler })
        await first.until(() => first.owned.size === 4)
        for (let p = 0; p < 4; p++) await log.append(topic, p, records(`before-p${p}`, 1))
        await first.seen(4)

        const joined = await log.group({ group, topics: [topic], handler: second.handler })
        await second.until(() => second.owned.size === 2)
        await first.until(() => first.owned.size === 2)
        for (let p = 0; p < 4; p++) await log.append(topic, p, records(`during-p${p}`, 1))
        await second.seen(2)
        await first.seen(6)

        await joined.close()
        expect(second.owned.size).toBe(0)
        await first.until(() => first.owned.size === 4)
        for (let p = 0; p < 4; p++) await log.append(topic, p, records(`after-p${p}`, 1))
        await first.seen(10)
        const all = [...first.values(), ...second.values()].sort()
        const expected = ['before', 'during', 'after'].flatMap((when) =>
          [0, 1, 2, 3].map((p) => `${when}-p${p}-0`),
        )
        expect(all).toEqual(expected.sort())
      })

      it('lets a revoked handler finish before anybody else is assigned its partitions', async () => {
        const topic = await newTopic(2)
        const group = newGroup()
        const order: string[] = []
        let released = false
        const signal = createSignal()
        const first = createMember({
          onRevoked: async () => {
            order.push('first drains')
            signal.notify()
            await signal.until(() => released)
            order.push('first is done')
          },
        })
        const second = createMember({
          start: () => {
            order.push('second is assigned')
            return 'earliest'
          },
        })
        await log.group({ group, topics: [topic], handler: first.handler })
        await first.until(() => first.owned.size === 2)
        await log.group({ group, topics: [topic], handler: second.handler })
        await signal.until(() => order.length === 1)
        await turns()
        order.push('released')
        released = true
        signal.notify()
        await second.until(() => second.owned.size > 0)
        expect(order).toEqual(['first drains', 'released', 'first is done', 'second is assigned'])
      })

      it('stops a member whose handler throws and hands its partitions to the others', async () => {
        const topic = await newTopic(2)
        const group = newGroup()
        const good = createMember()
        const bad = createMember({
          onBatch: () => {
            throw new Error('task failed')
          },
        })
        await log.group({ group, topics: [topic], handler: good.handler })
        await good.until(() => good.owned.size === 2)
        const failing = await log.group({ group, topics: [topic], handler: bad.handler })
        await bad.until(() => bad.owned.size === 1)
        const done = expect(failing.done).rejects.toThrow('task failed')
        for (const p of [0, 1]) await log.append(topic, p, records(`p${p}`, 3))
        await done
        await good.until(() => new Set(good.values()).size === 6)
        expect(good.owned.size).toBe(2)
        expect(bad.calls.filter((c) => c.startsWith('batch'))).toHaveLength(1)
        await failing.close()
      })

      it('closes after the running handler call, then revokes, and delivers nothing afterwards', async () => {
        const topic = await newTopic()
        let release = () => {}
        const signal = createSignal()
        let began = false
        const member = createMember({
          onBatch: async () => {
            began = true
            signal.notify()
            await new Promise<void>((resolve) => {
              release = resolve
            })
          },
        })
        const subscription = await log.group({
          group: newGroup(),
          topics: [topic],
          handler: member.handler,
        })
        await log.append(topic, 0, records('a', 1))
        await signal.until(() => began)
        const closed = subscription.close()
        await log.append(topic, 0, records('b', 1))
        release()
        await closed
        await subscription.done
        const at = `${topic}/0`
        expect(member.calls).toEqual([`assigned ${at}`, `batch ${at}`, `revoked ${at}`])
        expect(member.values()).toEqual(['a-0'])
      })

      it('shows how far the group has read', async () => {
        const topic = await newTopic(2)
        const group = newGroup()
        await log.append(topic, 0, records('a', 5))
        const member = createMember()
        const joined = await log.group({ group, topics: [topic], handler: member.handler })
        await member.seen(5)
        // Also while the member stays and nothing more comes.
        const isRead = async () => (await log.lag(group)).every((l) => l.committed === l.latest)
        while (!(await isRead())) await turns(1)
        await joined.close()
        await log.append(topic, 0, records('b', 3))
        expect(await log.lag(group)).toEqual([
          { topic, partition: 0, committed: 5n, latest: 8n },
          { topic, partition: 1, committed: 0n, latest: 0n },
        ])
        expect(await log.lag(`${group}-nobody`)).toEqual([])
      })
    })

    describe('offsets that no record has', () => {
      it('are passed on the way to the end, which is a position', async () => {
        const topic = await newTopic()
        await log.append(topic, 0, records('a', 2))
        await leaveHole(topic, 0)
        await log.append(topic, 0, records('b', 1))
        await leaveHole(topic, 0)
        expect(await log.offsets(topic)).toEqual([{ partition: 0, earliest: 0n, latest: 7n }])
        const notes = createTailNotes()
        await log.tail({ topic, from: 'earliest', batch: notes.batch })
        await notes.until(() => notes.batches.at(-1)?.next === 7n)
        expect(notes.values()).toEqual(['a-0', 'a-1', 'b-0'])
        expect(notes.records.map((r) => r.offset)).toEqual([0n, 1n, 4n])
        expect(notes.batches.at(-1)!.end).toBe(7n)
        let position = 0n
        for (const { records: some, next } of notes.batches) {
          for (const { offset } of some) expect(offset).toBeGreaterThanOrEqual(position)
          expect(next).toBeGreaterThan(some.at(-1)?.offset ?? position)
          position = next
        }
      })

      it('are all that a reader may find', async () => {
        const topic = await newTopic()
        await leaveHole(topic, 0)
        const notes = createTailNotes()
        await log.tail({ topic, from: { offset: 1n }, batch: notes.batch })
        await notes.until(() => notes.batches.length > 0)
        expect(notes.batches).toEqual([{ topic, partition: 0, records: [], next: 2n, end: 2n }])
        await log.append(topic, 0, records('a', 1))
        await notes.seen(1)
        expect(notes.records[0].offset).toBe(2n)
      })

      it('hold up no reader of a stretch', async () => {
        const topic = await newTopic()
        await log.append(topic, 0, records('a', 1))
        await leaveHole(topic, 0)
        const read: string[] = []
        for await (const some of readRange(log, { topic, partition: 0 })) {
          read.push(...some.map((r) => String(r.value)))
        }
        expect(read).toEqual(['a-0'])
      })

      it('move a group on, whose lag ends at none', async () => {
        const topic = await newTopic()
        const group = newGroup()
        const member = createMember()
        await log.group({ group, topics: [topic], handler: member.handler })
        await log.append(topic, 0, records('a', 3))
        await leaveHole(topic, 0)
        await member.until(() => member.batches.at(-1)?.next === 5n)
        while ((await log.lag(group))[0].committed !== 5n) await turns(1)
        await log.append(topic, 0, records('b', 1))
        await member.seen(4)
        expect(member.values()).toEqual(['a-0', 'a-1', 'a-2', 'b-0'])
      })
    })

    it('keeps at least the newest record per key of a compacted topic, in order', async () => {
      const topic = await newTopic(1, { cleanup: 'compact' })
      for (let round = 0; round < 5; round++) await log.append(topic, 0, records(`r${round}`, 4))
      const notes = createTailNotes()
      await log.tail({ topic, from: 'earliest', batch: notes.batch })
      await notes.until(() => notes.values().includes('r4-3'))
      expect(notes.values().slice(-4)).toEqual(['r4-0', 'r4-1', 'r4-2', 'r4-3'])
      expect(notes.records.at(-1)!.offset).toBe(19n)
      const offsets = notes.records.map((r) => Number(r.offset))
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b))
    })

    it('closes every subscription and refuses what comes afterwards', async () => {
      const topic = await newTopic()
      const member = createMember()
      const group = await log.group({ group: newGroup(), topics: [topic], handler: member.handler })
      const tail = await log.tail({ topic, from: 'earliest', batch: () => {} })
      await member.until(() => member.owned.size === 1)
      await log.close()
      await Promise.all([group.done, tail.done])
      expect(member.owned.size).toBe(0)
      await expect(log.append(topic, 0, records('late', 1))).rejects.toThrow(/closed/)
    })
  })
}
