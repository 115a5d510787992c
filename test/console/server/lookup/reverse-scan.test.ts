// A reverse scan is bounded in records and in time, and says what kept it from seeing all of them.
import { expect, it } from 'vitest'
import { createReverseScan, parsedObject } from '../../../../console/server/lookup/reverse-scan.ts'
import { virtualClock } from '../../../../infra/clock.ts'
import type { EventLog } from '../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'

const TOPIC = 't'

async function filled(count: number) {
  const log = createMemoryLog()
  await log.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'delete' }])
  const record = (i: number) => ({ key: null, value: Buffer.from(String(i)), timestamp: 0 })
  await log.append(
    TOPIC,
    0,
    Array.from({ length: count }, (_, i) => record(i)),
  )
  return log
}

it('sees at most the newest 20,000 records, oldest first', async () => {
  const log = await filled(20_003)
  const seen: string[] = []
  const reverseScan = createReverseScan({ log, clock: virtualClock() })
  const stretch = await reverseScan.read(TOPIC, 0, ({ value }) => seen.push(String(value)))
  expect(stretch).toEqual({ range: { from: 3n, to: 20_003n }, problem: null })
  expect([seen.length, seen[0], seen.at(-1)]).toEqual([20_000, '3', '20002'])
  await log.close()
})

it('distinguishes a reader that stopped from one that is slow', async () => {
  const memory = await filled(3)
  const clock = virtualClock()
  const broken = createReverseScan({ log: memory, clock })
  const stopped = await broken.read(TOPIC, 0, () => {
    throw new Error('cannot read this')
  })
  expect(stopped.problem).toBe('t/0: the reader stopped: cannot read this')
  const silent: EventLog = {
    ...memory,
    tail: async () => ({ done: new Promise<void>(() => {}), close: async () => {} }),
  }
  const late = createReverseScan({ log: silent, clock }).read(TOPIC, 0, () => {})
  for (let i = 0; i < 10; i++) await Promise.resolve()
  clock.advance(3_000)
  expect((await late).problem).toBe('t/0: reading took longer than 3 s')
  await memory.close()
})

it('takes no value that is no object, or that nests without end', () => {
  expect(parsedObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 })
  for (const text of ['hello', '7', 'null', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`]) {
    expect(parsedObject(Buffer.from(text))).toBeNull()
  }
})
