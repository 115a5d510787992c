// The micro-batcher: few requests, one unacknowledged batch per topic-partition, and retries that never overtake.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { Batcher, type BatcherOptions } from '../../../../infra/kafka/produce/batcher.ts'
import type { ProducePart } from '../../../../infra/kafka/produce/lane-queue.ts'
import { records, turns } from '../../recorder.ts'

const LIMIT = 1_000_000
type Request = {
  parts: ProducePart[]
  answer(): void
  answerWith(outcomes: (bigint | Error)[]): void
  refuse(error: Error): void
}

/** A broker that answers when asked to, and notes per topic-partition what it wrote. */
function open(options: Partial<BatcherOptions> = {}) {
  const clock = virtualClock(0)
  const requests: Request[] = []
  const written = new Map<string, string[]>()
  const batcher = new Batcher({
    clock,
    isRetriable: (error) => !error.message.includes('fatal'),
    isOfOnePart: (error) => error.message.includes('part'),
    send: (parts) =>
      new Promise((resolve, reject) => {
        requests.push({
          parts,
          answer() {
            resolve(
              parts.map(({ topic, partition, records }) => {
                const key = `${topic}/${partition}`
                const log = written.get(key) ?? []
                written.set(key, log)
                log.push(...records.map((r) => String(r.value)))
                return BigInt(log.length - records.length)
              }),
            )
          },
          refuse: reject,
          answerWith: resolve,
        })
      }),
    ...options,
  })
  return { clock, requests, written, batcher }
}

const shape = ({ parts }: Request) =>
  parts.map((p) => `${p.topic}/${p.partition}:${p.records.length}`).join(' ')

describe('batcher', () => {
  it('sends again only what a broker did not take, and acknowledges the rest at once', async () => {
    const { clock, requests, batcher } = open()
    const taken = batcher.append('t', 0, records('a', 2), LIMIT)
    const refused = batcher.append('t', 1, records('b', 1), LIMIT)
    const fatal = batcher.append('t', 2, records('c', 1), LIMIT)
    clock.advance(5)
    requests[0].answerWith([7n, new Error('not the leader'), new Error('fatal')])
    expect(await taken).toBe(7n)
    await expect(fatal).rejects.toThrow('fatal')
    expect(batcher.backlog()).toMatchObject({ records: 1, error: 'not the leader' })
    clock.advance(100)
    await turns()
    expect(requests.map(shape)).toEqual(['t/0:2 t/1:1 t/2:1', 't/1:1'])
    requests[1].answerWith([40n])
    expect(await refused).toBe(40n)
  })

  it('waits for company, then sends all topic-partitions in one request', async () => {
    const { clock, requests, batcher } = open({ lingerMs: 5 })
    const appends = [
      batcher.append('a', 0, records('x', 2), LIMIT),
      batcher.append('a', 1, records('y', 1), LIMIT),
      batcher.append('a', 0, records('z', 3), LIMIT),
    ]
    clock.advance(4)
    expect(requests).toHaveLength(0)
    clock.advance(1)
    expect(requests.map(shape)).toEqual(['a/0:5 a/1:1'])
    requests[0].answer()
    expect(await Promise.all(appends)).toEqual([0n, 0n, 2n])
    expect(batcher.backlog()).toEqual({ records: 0, bytes: 0, oldestMs: 0, error: null })
  })

  it('sends a full batch at once and bounds it by its records', async () => {
    const { clock, requests, batcher } = open({ maxRecords: 500 })
    const append = batcher.append('a', 0, records('x', 1200), LIMIT)
    await turns(2)
    for (const size of [500, 500, 200]) {
      expect(requests.at(-1)!.parts[0].records).toHaveLength(size)
      requests.at(-1)!.answer()
      await turns(2)
      clock.advance(5) // the rest is not full: it waits for company
    }
    expect(await append).toBe(0n)
    expect(requests).toHaveLength(3)
  })

  it('bounds a batch by bytes, and lets a larger record go alone', async () => {
    const { clock, requests, batcher } = open({ maxBytes: 10_000 })
    const sized = (bytes: number) => [{ key: null, value: Buffer.alloc(bytes), timestamp: 1 }]
    void batcher.append(
      'a',
      0,
      [...sized(6000), ...sized(6000), ...sized(50_000), ...sized(1)],
      LIMIT,
    )
    await turns(2)
    const sizes: number[][] = []
    for (let i = 0; i < 4; i++) {
      clock.advance(20)
      sizes.push(requests[i].parts[0].records.map((r) => r.value!.length))
      requests[i].answer()
      await turns(2)
    }
    expect(sizes).toEqual([[6000], [6000], [50_000], [1]])
  })

  it('respects a topic that takes less', async () => {
    const { clock, requests, batcher } = open()
    const value = Buffer.alloc(900)
    void batcher.append('small', 0, Array(3).fill({ key: null, value, timestamp: 1 }), 2000)
    await turns(2)
    clock.advance(5)
    expect(requests[0].parts[0].records).toHaveLength(2)
  })

  it('has at most one unacknowledged request per topic-partition, and does not hold up the others', async () => {
    const { clock, requests, written, batcher } = open()
    const first = batcher.append('a', 0, records('1', 1), LIMIT)
    clock.advance(5)
    const second = batcher.append('a', 0, records('2', 1), LIMIT)
    const other = batcher.append('a', 1, records('o', 1), LIMIT)
    clock.advance(5)
    expect(requests.map(shape)).toEqual(['a/0:1', 'a/1:1'])
    requests[1].answer()
    expect(await other).toBe(0n)
    clock.advance(1000)
    expect(requests).toHaveLength(2)
    requests[0].answer()
    expect(await first).toBe(0n)
    clock.advance(5)
    requests[2].answer()
    expect(await second).toBe(1n)
    expect(written.get('a/0')).toEqual(['1-0', '2-0'])
  })

  it('resends the same records before anything newer', async () => {
    const { clock, requests, written, batcher } = open()
    const first = batcher.append('a', 0, records('old', 2), LIMIT)
    clock.advance(5)
    const second = batcher.append('a', 0, records('new', 1), LIMIT)
    requests[0].answer()
    await first
    clock.advance(5)
    requests[1].refuse(new Error('connection closed'))
    await turns(2)
    expect(batcher.backlog()).toMatchObject({ records: 1, error: 'connection closed' })
    const third = batcher.append('a', 0, records('newest', 1), LIMIT)
    clock.advance(100)
    await turns(2)
    expect(requests[2].parts[0].records).toEqual(requests[1].parts[0].records)
    requests[2].answer()
    expect(await second).toBe(2n)
    clock.advance(5)
    requests[3].answer()
    expect(await third).toBe(3n)
    expect(written.get('a/0')).toEqual(['old-0', 'old-1', 'new-0', 'newest-0'])
  })

  it("separates the parts of a request when it may be one part's fault", async () => {
    const { clock, requests, batcher } = open()
    const good = batcher.append('good', 0, records('g', 1), LIMIT)
    const bad = batcher.append('bad', 0, records('b', 1), LIMIT)
    const behind = batcher.append('bad', 0, records('c', 1), LIMIT)
    clock.advance(5)
    requests[0].refuse(new Error('a part failed'))
    await turns(2)
    expect(requests.slice(1).map(shape)).toEqual(['good/0:1', 'bad/0:2'])
    requests[1].answer()
    requests[2].refuse(new Error('fatal part'))
    expect(await good).toBe(0n)
    await expect(bad).rejects.toThrow('fatal part')
    await expect(behind).rejects.toThrow('fatal part')
  })

  it('fails after the delivery time-out, with everything behind it, and then takes new appends', async () => {
    const { clock, requests, batcher } = open({ deliveryTimeoutMs: 1000 })
    const append = batcher.append('a', 0, records('x', 1), LIMIT)
    const failed = expect(append).rejects.toThrow('no broker')
    clock.advance(5)
    for (let i = 0; clock.now() < 5000 && i < requests.length; i++) {
      requests[i].refuse(new Error('no broker'))
      await turns(2)
      clock.advance(1000)
      await turns(2)
    }
    await failed
    const again = batcher.append('a', 0, records('y', 1), LIMIT)
    clock.advance(5)
    requests.at(-1)!.answer()
    expect(await again).toBe(0n)
  })

  it('refuses an append that would pass the backlog, whatever is smaller goes on', async () => {
    const { clock, requests, batcher } = open({ maxBacklogBytes: 1000 })
    const value = Buffer.alloc(600)
    const first = batcher.append('a', 0, [{ key: null, value, timestamp: 1 }], LIMIT)
    await expect(
      batcher.append('a', 0, [{ key: null, value, timestamp: 1 }], LIMIT),
    ).rejects.toThrow(/wait for the broker.*expected at most 1000 bytes/)
    clock.advance(5)
    requests[0].answer()
    expect(await first).toBe(0n)
  })

  it('shows how old the oldest append is', () => {
    const { clock, batcher } = open()
    void batcher.append('a', 0, records('x', 3), LIMIT)
    clock.advance(70)
    expect(batcher.backlog()).toMatchObject({ records: 3, oldestMs: 70 })
  })

  it('delivers what was appended before it closes, and refuses what comes afterwards', async () => {
    const { requests, batcher } = open()
    const append = batcher.append('a', 0, records('x', 1), LIMIT)
    const closed = batcher.close()
    await expect(batcher.append('a', 0, records('y', 1), LIMIT)).rejects.toThrow(/closed/)
    requests[0].answer()
    await closed
    expect(await append).toBe(0n)
  })
})
