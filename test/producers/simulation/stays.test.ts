// How long cars stay: the log-normal that the seeds ask for.
import { describe, expect, it } from 'vitest'
import { createStays } from '../../../producers/simulation/stays.ts'

const MINUTE_MS = 60_000

describe('createStays', () => {
  const stays = createStays(90, 0.6)

  it('has the median it was given and the mean of the log-normal, within 1 %', () => {
    expect(stays.quantile(0.5)).toBe(90 * MINUTE_MS)
    const mean = 90 * MINUTE_MS * Math.exp(0.6 ** 2 / 2)
    console.log(
      `mean stay ${(stays.meanMs / MINUTE_MS).toFixed(2)} min, log-normal ${(mean / MINUTE_MS).toFixed(2)} min`,
    )
    expect(Math.abs(stays.meanMs / mean - 1)).toBeLessThan(0.01)
  })

  it('has the quantiles of the log-normal', () => {
    // Standard normal quantiles of 5, 25, 75 and 95 %.
    for (const [u, z] of [
      [0.05, -1.644854],
      [0.25, -0.67449],
      [0.75, 0.67449],
      [0.95, 1.644854],
    ]) {
      const expected = 90 * MINUTE_MS * Math.exp(0.6 * z)
      expect(Math.abs(stays.quantile(u) / expected - 1)).toBeLessThan(0.01)
    }
  })

  it('has a distribution function that undoes the quantile', () => {
    for (let u = 0.01; u < 1; u += 0.01) {
      expect(stays.cdf(stays.quantile(u))).toBeCloseTo(u, 6)
    }
    expect(stays.cdf(0)).toBe(0)
    expect(stays.cdf(100 * 24 * 60 * MINUTE_MS)).toBe(1)
  })

  it('never stays less than a minute', () => {
    expect(createStays(1, 1.5).quantile(0)).toBe(MINUTE_MS)
  })
})
