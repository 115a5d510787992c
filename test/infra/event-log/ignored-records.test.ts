// Ignored records are counted one by one, logged at a bounded rate, and listed with the newest of each kind.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import {
  createIgnoredRecords,
  type IgnoredRecord,
} from '../../../infra/event-log/ignored-records.ts'
import { createMetrics } from '../../../infra/metrics.ts'

const record = (offset: bigint, more: Partial<IgnoredRecord> = {}): IgnoredRecord => ({
  topic: 'city.kpi',
  partition: 0,
  offset,
  reason: 'schema',
  detail: '/epoch: must be integer',
  ...more,
})

it('counts every one and logs the first of a kind at once, then at most one in ten seconds', async () => {
  const clock = virtualClock(1000)
  const lines: string[] = []
  const metrics = createMetrics({ defaults: false })
  const ignored = createIgnoredRecords({ clock, logger: { warn: (t) => lines.push(t) }, metrics })
  for (let i = 0; i < 100; i++) ignored.report(record(BigInt(i)))
  ignored.report(record(100n, { reason: 'key', detail: 'x' }))
  expect(lines).toEqual([
    'city.kpi/0/0: ignored, schema: /epoch: must be integer',
    'city.kpi/0/100: ignored, key: x',
  ])
  clock.advance(10_000)
  ignored.report(record(101n))
  expect(lines.at(-1)).toContain('101: ignored, schema: /epoch: must be integer (and 99 more')
  expect(await metrics.registry.metrics()).toContain(
    'huacheng_records_ignored_total{topic="city.kpi",reason="schema"} 101',
  )
  expect(ignored.list()).toEqual([
    {
      topic: 'city.kpi',
      reason: 'schema',
      count: 101,
      last: { partition: 0, offset: '101', detail: '/epoch: must be integer', at: 11_000 },
    },
    {
      topic: 'city.kpi',
      reason: 'key',
      count: 1,
      last: { partition: 0, offset: '100', detail: 'x', at: 1000 },
    },
  ])
})

it('keeps little of a detail that anybody chose', () => {
  const ignored = createIgnoredRecords({ clock: virtualClock(), logger: { warn: () => {} } })
  ignored.report(record(0n, { detail: 'x'.repeat(1_000_000) }))
  expect(ignored.list()[0].last.detail.length).toBe(300)
})
