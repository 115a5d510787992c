// The wait before the next attempt, and what makes the next loss a first one again.
import { describe, expect, it } from 'vitest'
import { Backoff, retryDelay } from '../../../../../console/web/store/connection/backoff.ts'

describe('retryDelay', () => {
  it('doubles from half a second to fifteen, with full jitter', () => {
    expect([0, 1, 2, 3, 4, 5, 20].map((n) => retryDelay(n, 1))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ])
    expect(retryDelay(5, 0)).toBe(0)
    expect(retryDelay(1, 0.25)).toBe(250)
  })
})

describe('backoff', () => {
  it('grows with every failure, and begins anew after ten seconds of work', () => {
    let now = 0
    const backoff = new Backoff(
      () => now,
      () => 1,
    )
    backoff.started()
    expect([backoff.failed(), backoff.failed()]).toEqual([500, 1_000])
    backoff.started()
    now = 9_999
    backoff.worked()
    expect([backoff.attempt, backoff.failed()]).toEqual([2, 2_000])
    backoff.started()
    now += 10_000
    backoff.worked()
    expect([backoff.attempt, backoff.failed()]).toEqual([0, 500])
  })
})
