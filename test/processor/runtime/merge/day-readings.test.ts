// Which readings of days are published, while old windows are merged again and after.
import { expect, it } from 'vitest'
import type { KpiReading } from '../../../../processor/contract/types.ts'
import { DayReadings } from '../../../../processor/runtime/merge/day-readings.ts'

const MIDNIGHT = '2025-06-18T16:00:00.000Z' // in the city
const dayAt = (end: string, kpi = 'lamp.lit') =>
  ({ kpi, window: { kind: 'day', end } }) as KpiReading

it('publishes each while nothing is rebuilt', () => {
  const days = new DayReadings()
  const reading = dayAt('2025-06-18T09:00:00.000Z')
  expect(days.take(reading, false)).toEqual([reading])
})

it('keeps days of old windows back, but for one that ends there', () => {
  const days = new DayReadings()
  const [early, last, next] = [
    '2025-06-18T15:59:00.000Z',
    MIDNIGHT,
    '2025-06-18T16:01:00.000Z',
  ].map((end) => dayAt(end))
  expect(days.take(early, true)).toEqual([])
  expect(days.take(last, true)).toEqual([])
  expect(days.take(next, true)).toEqual([last])
})

it('has the newest of each KPI to publish again after half a minute', () => {
  const days = new DayReadings()
  const other = dayAt(MIDNIGHT, 'lamp.load')
  const newest = dayAt(MIDNIGHT)
  for (const reading of [dayAt('2025-06-18T15:59:00.000Z'), other, newest]) days.take(reading, true)
  expect([...days.again(1000)]).toEqual([newest, other])
  expect([days.isDue(30_999), days.isDue(31_000)]).toEqual([false, true])
  days.clear()
  expect([...days.again(31_000)]).toEqual([])
})
