// A reader that outlives failures and retention.
import pino from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createConsoleMetrics } from '../../../../../console/server/metrics.ts'
import { openTail } from '../../../../../console/server/state/feed/tail.ts'
import { virtualClock } from '../../../../../infra/clock.ts'
import type { EventLog } from '../../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../../infra/memory/memory-log.ts'
import { waitUntil } from '../../../../../load/wait-until.ts'

function world(log: EventLog) {
  const clock = virtualClock()
  const registry = new Registry()
  const metrics = createConsoleMetrics(registry)
  const context = { log, clock, logger: pino({ level: 'silent' }), metrics }
  return { clock, registry, context }
}

const record = (text: string) => ({ key: null, value: Buffer.from(text), timestamp: 0 })
const spec = (records: number) => ({
  ...{ name: 'news', partitions: 1, cleanup: 'delete' as const, retain: { records } },
})

describe('a tail', () => {
  it('goes on after the last record when the log fails', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([spec(100)])
    await log.append('news', 0, [record('a'), record('b')])
    let fail = () => {}
    const flaky: EventLog = {
      ...log,
      async tail(options) {
        const tail = await log.tail(options)
        const failing = new Promise<void>((_resolve, reject) => {
          fail = () => reject(new Error('broker gone'))
        })
        return { ...tail, done: Promise.race([tail.done, failing]), close: () => tail.close() }
      },
    }
    const { clock, context } = world(flaky)
    const seen: string[] = []
    const tail = openTail(context, 'news', 0, 'earliest', ({ value }) => seen.push(String(value)))
    await waitUntil('both', () => seen.length === 2)
    expect(tail.problem()).toBeNull()
    fail()
    await waitUntil('the trouble', () => tail.problem() !== null)
    expect(tail.problem()).toBe('news/0: broker gone')
    clock.advance(500)
    await waitUntil('it reads again', () => tail.problem() === null)
    await log.append('news', 0, [record('c')])
    await waitUntil('the third', () => seen.includes('c'))
    expect(seen).toEqual(['a', 'b', 'c'])
    await tail.close()
    await log.close()
  })

  it('waits for a topic that does not exist yet', async () => {
    const log = createMemoryLog()
    const { clock, context } = world(log)
    const seen: string[] = []
    const tail = openTail(context, 'news', 0, 'earliest', ({ value }) => seen.push(String(value)))
    await waitUntil('the trouble', () => tail.problem()?.includes('no topic'))
    await log.ensureTopics([spec(10)])
    await log.append('news', 0, [record('a')])
    clock.advance(500)
    await waitUntil('the record', () => seen.length === 1)
    await tail.close()
    await log.close()
  })

  it('counts being overtaken by retention and reads on', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([spec(3)])
    const { registry, context } = world(log)
    for (let i = 0; i < 10; i++) await log.append('news', 0, [record(`${i}`)])
    const seen: string[] = []
    const take = ({ value }: { value: Buffer | null }) => seen.push(String(value))
    const tail = openTail(context, 'news', 0, { offset: 1n }, take)
    await waitUntil('the newest', () => seen.includes('9'))
    expect(await registry.metrics()).toContain('tail_overtaken_total{topic="news"} 1')
    await tail.close()
    await log.close()
  })
})
