// Events per wall second, as the ledgers of the last ten seconds say.
import { expect, it } from 'vitest'
import { EventRate } from '../../../../console/server/live/event-rate.ts'
import type { ShownRun } from '../../../../console/server/state/run.ts'

const runOf = (read: number, status = 'running', epoch = 1) =>
  ({ epoch, ledger: { read: () => read }, clock: { status: () => status } }) as unknown as ShownRun

it('is that of the last ten seconds, stands between two ledgers, and ends with the run', () => {
  const rate = new EventRate()
  expect(rate.perSecond(runOf(0), 0)).toBe(0)
  for (let s = 0; s <= 20; s++)
    rate.sample(runOf(s < 10 ? 100 * s : 1000 + 500 * (s - 10)), s * 1000)
  expect(rate.perSecond(runOf(6000), 20_000)).toBe(500)
  rate.sample(runOf(6000), 25_000) // the same ledger again
  expect(rate.perSecond(runOf(6000), 25_000)).toBe(500)
  expect(rate.perSecond(runOf(6000), 41_000)).toBe(0)
  expect(rate.perSecond(runOf(6000, 'paused'), 25_000)).toBe(0)
  rate.sample(runOf(10, 'running', 2), 26_000)
  expect(rate.perSecond(runOf(10, 'running', 2), 26_000)).toBe(0)
})
