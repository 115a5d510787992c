// The n-th event's intended time, from the plan alone.
import { describe, expect, it } from 'vitest'
import { LoadPlan } from '../../../load/plan/load-plan.ts'

describe('a plan', () => {
  it('spaces a steady rate evenly', () => {
    const plan = new LoadPlan([{ ms: 60_000, from: 1000, to: 1000 }])
    expect(plan.total).toBe(60_000)
    for (const n of [0, 1, 2, 999, 59_999]) expect(plan.timeOf(n)).toBeCloseTo(n, 9)
  })

  it('integrates a ramp: half of the events lie in the last 29 % of the time', () => {
    const plan = new LoadPlan([{ ms: 600_000, from: 0, to: 100_000 }])
    expect(plan.total).toBe(30_000_000)
    expect(plan.timeOf(15_000_000)).toBeCloseTo(600_000 / Math.SQRT2, 6)
    expect(plan.rateAt(300_000)).toBe(50_000)
  })

  it.each([
    [[{ ms: 1000, from: 0, to: 500 }]],
    [[{ ms: 1000, from: 500, to: 0 }]],
    [
      [
        { ms: 2000, from: 10, to: 10 },
        { ms: 500, from: 4000, to: 4000 },
        { ms: 2000, from: 10, to: 900 },
      ],
    ],
  ])('count and time are each other’s inverse, and time never goes back (%#)', (segments) => {
    const plan = new LoadPlan(segments)
    let before = -1
    for (let n = 0; n < plan.total; n += 0.5) {
      const at = plan.timeOf(n)
      expect(at).toBeGreaterThanOrEqual(before)
      expect(plan.countAt(at)).toBeCloseTo(n, 6)
      before = at
    }
    expect(plan.timeOf(plan.total)).toBeCloseTo(plan.durationMs, 6)
  })

  it('goes on at the last rate behind its end', () => {
    expect(new LoadPlan([{ ms: 1000, from: 100, to: 100 }]).timeOf(150)).toBeCloseTo(1500, 9)
  })
})
