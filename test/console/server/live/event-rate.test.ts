// Events per wall second, as the ledgers of the last ten seconds say.
import { expect, it } from 'vitest'
import { EventRate } from '../../../../console/server/live/event-rate.ts'
import type { ShownRun } from '../../../../console/server/state/run.ts'

const runOf = (read: number, status = 'running', epoch = 1, watermark = 0) =>
  ({
    epoch,
    ledger: { read: () => read, slowestWatermark: () => watermark },
    clock: { status: () => status, view: () => ({ speed: 30 }) },
  }) as unknown as ShownRun

it('is that of the last ten seconds, stands between two ledgers, and ends with the run', () => {
  const rate = new EventRate()
  expect(rate.perSecond(runOf(0), 0)).toBeNull()
  for (let s = 0; s <= 20; s++)
    rate.sample(runOf(s < 10 ? 100 * s : 1000 + 500 * (s - 10)), s * 1000)
  expect(rate.perSecond(runOf(6000), 20_000)).toBe(500)
  rate.sample(runOf(6000), 25_000) // the same ledger again
  expect(rate.perSecond(runOf(6000), 25_000)).toBe(500)
  expect(rate.perSecond(runOf(6000), 41_000)).toBe(0)
  expect(rate.perSecond(runOf(6000, 'paused'), 25_000)).toBe(0)
  rate.sample(runOf(10, 'running', 2), 26_000)
  expect(rate.perSecond(runOf(10, 'running', 2), 26_000)).toBeNull()
})

it('is not told while a census and a backlog are read, but from when it is the city’s own', () => {
  const rate = new EventRate()
  let [read, watermark] = [0, 0]
  const told: (number | null)[] = []
  for (let s = 0; s <= 40; s++) {
    read += s === 0 ? 110_000 : s < 8 ? 20_000 : 8_600
    watermark += s < 8 ? 80_000 : 30_000
    rate.sample(runOf(read, 'running', 1, watermark), s * 1000)
    told.push(rate.perSecond(runOf(read), s * 1000))
  }
  const first = told.findIndex((t) => t !== null)
  expect(first).toBeGreaterThan(8)
  expect(first).toBeLessThan(20)
  expect(Math.max(...told.slice(first).map(Number))).toBeLessThan(10_500)
  expect(told.at(-1)).toBe(8_600)
})
