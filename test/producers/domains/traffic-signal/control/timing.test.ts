// Cycle lengths and greens from flows, within the limits that the seeds give.
import { describe, expect, it } from 'vitest'
import {
  adaptiveCycle,
  type Limits,
  splitGreen,
  websterCycle,
} from '../../../../../producers/domains/traffic-signal/control/timing.ts'

const limits: Limits = { lostPerStageS: 5, minGreenS: 12, minCycleS: 60, maxCycleS: 150 }

describe('websterCycle', () => {
  it('is (1.5 L + 5) / (1 − Y), whole seconds', () => {
    expect(websterCycle(0.75, 10, limits)).toBe(80)
    expect(websterCycle(0.8, 12, limits)).toBe(115)
  })

  it('stays within the limits, saturated or empty', () => {
    expect(websterCycle(0.1, 10, limits)).toBe(60)
    expect(websterCycle(0.94, 15, limits)).toBe(150)
    expect(websterCycle(0.96, 10, limits)).toBe(150)
    expect(websterCycle(1.4, 10, limits)).toBe(150)
  })
})

describe('splitGreen', () => {
  const split = (cycleS: number, ratios: number[]) => {
    const greens = new Uint8Array(5)
    splitGreen(cycleS, ratios.length, ratios, 0, limits, greens, 1)
    return [...greens.subarray(1, 1 + ratios.length)]
  }

  it('shares the green by flow ratio', () => {
    expect(split(100, [0.4, 0.2])).toEqual([60, 30])
    expect(split(115, [0.4, 0.2, 0.2])).toEqual([50, 25, 25])
  })

  it('always sums to the cycle less its lost times, no stage below the least green', () => {
    for (let cycleS = 60; cycleS <= 150; cycleS++) {
      for (const ratios of [
        [0.5, 0.01, 0.01],
        [0, 0, 0],
        [0.3, 0.31],
        [0.01, 0.6, 0.02],
      ]) {
        const greens = split(cycleS, ratios)
        const sum = greens.reduce((a, b) => a + b, 0)
        expect(sum).toBe(cycleS - ratios.length * limits.lostPerStageS)
        expect(Math.min(...greens)).toBeGreaterThanOrEqual(limits.minGreenS)
      }
    }
  })
})

describe('adaptiveCycle', () => {
  const steer = (currentS: number, flowRatio: number) =>
    adaptiveCycle(currentS, flowRatio, 10, 0.9, 6, limits)

  it('settles where the target part of the green is used', () => {
    let cycleS = 60
    for (let k = 0; k < 20; k++) cycleS = steer(cycleS, 0.81)
    expect(cycleS).toBe(100)
    // Degree of saturation at that cycle: Y · C / (C − L).
    expect((0.81 * cycleS) / (cycleS - 10)).toBeCloseTo(0.9, 6)
  })

  it('moves by one step at most and stays within the limits', () => {
    expect(steer(80, 0.95)).toBe(86)
    expect(steer(148, 0.95)).toBe(150)
    expect(steer(100, 0.1)).toBe(94)
    expect(steer(62, 0.1)).toBe(60)
  })
})
