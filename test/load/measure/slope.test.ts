// Slopes by least squares, and how sure they are.
import { describe, expect, it } from 'vitest'
import { certainGrowth, trendOfLastHalf } from '../../../load/measure/slope.ts'

const points = (seconds: number, valueAt: (second: number) => number) =>
  Array.from({ length: seconds + 1 }, (_, i) => ({ atMs: i * 1000, value: valueAt(i) }))
const trend = (seconds: number, valueAt: (second: number) => number) =>
  trendOfLastHalf(points(seconds, valueAt), 0, seconds * 1000)!

describe('a trend', () => {
  it('is the slope of a line, without a doubt', () => {
    const { slope, margin } = trend(60, (s) => 500 + 40 * s)
    expect(slope).toBeCloseTo(40, 9)
    expect(margin).toBeLessThan(1e-6)
  })

  it('looks at the last half only', () => {
    expect(trend(60, (s) => (s < 30 ? 1000 * s : 30_000)).slope).toBeCloseTo(0, 9)
  })

  it('does not take the saw of a group that commits every five seconds for growth', () => {
    const saw = (rate: number, growth: number) => (s: number) => rate * ((s + 2) % 5) + growth * s
    expect(certainGrowth(trend(60, saw(20_000, 0)))).toBe(0)
    expect(certainGrowth(trend(60, saw(20_000, 4_000)))).toBeGreaterThan(100)
  })

  it('is unknown from two points', () => {
    expect(
      trendOfLastHalf(
        points(2, (s) => s),
        0,
        2000,
      ),
    ).toBeNull()
  })
})
