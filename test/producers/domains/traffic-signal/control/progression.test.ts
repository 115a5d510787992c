// Coordination: offsets that let platoons through, cycles that come into step, spells that things share.
import { describe, expect, it } from 'vitest'
import { bestOffset } from '../../../../../producers/domains/traffic-signal/control/offsets.ts'
import { Progression } from '../../../../../producers/domains/traffic-signal/control/progression.ts'
import { Spells } from '../../../../../producers/domains/traffic-signal/control/spells.ts'
import type { SignalParameters } from '../../../../../producers/domains/traffic-signal/parameters.ts'
import { createChance } from '../../../../simulation/chance.ts'

const MINUTE_MS = 60_000

/** As it is defined. */
function waitOf(
  cycleS: number,
  headS: number,
  way: { flow: number; sendingS: number; greenS: number },
) {
  let wait = 0
  for (let k = 0; k < 5; k++) {
    const phase = (((headS + (way.sendingS * k) / 4) % cycleS) + cycleS) % cycleS
    if (phase >= way.greenS) wait += cycleS - phase
  }
  return (way.flow * wait) / 5
}

describe('bestOffset', () => {
  const way = (flow: number) => ({ flow, sendingS: 30, greenS: 40 })

  it('follows the way where traffic flows one way only', () => {
    const offset = bestOffset(100, 36, way(1), way(0))
    // A platoon of 30 s fits into a green of 40 s: it may start up to 10 s before the head comes.
    expect(offset).toBeGreaterThanOrEqual(26)
    expect(offset).toBeLessThanOrEqual(36)
  })

  it('goes back by the way where traffic flows back', () => {
    const offset = bestOffset(100, 36, way(0), way(1))
    expect((offset + 36) % 100).toBeLessThanOrEqual(10)
  })

  it('serves both ways where the cycle allows', () => {
    // There and back take one cycle: half a cycle suits both.
    expect(Math.abs(bestOffset(100, 50, way(1), way(1)) - 50)).toBeLessThanOrEqual(10)
  })

  it('is to the bit what the remainder of each time by the cycle gives', () => {
    const chance = createChance(1, 'offsets')
    for (let k = 0; k < 400; k++) {
      const cycleS = 30 + chance.below(200)
      const wayS = 1 + chance.below(100)
      const drawn = () => ({
        ...{ flow: chance.between(0, 1), sendingS: chance.between(0, cycleS) },
        greenS: chance.below(cycleS),
      })
      const [there, back] = [drawn(), drawn()]
      const waits = Array.from({ length: cycleS }, (_, offset) => {
        const [out, home] = [
          waitOf(cycleS, wayS - offset, there),
          waitOf(cycleS, wayS + offset, back),
        ]
        return out + home
      })
      expect(bestOffset(cycleS, wayS, there, back)).toBe(waits.indexOf(Math.min(...waits)))
    }
  })
})

describe('Progression', () => {
  const parameters = (coordinated: number) =>
    ({ corridor: { coordinated }, timing: { maxCycleS: 150 } }) as SignalParameters
  const rows = [{ road: 'a', junctions: [0, 1], waysS: [30] }]

  it('comes into step within a few cycles, no cycle changed by more than a fifth', () => {
    const progression = new Progression(2, rows, 1, parameters(1))
    for (let late = 0; late < 100; late++) {
      let second = late
      let cycles = 0
      while (second % 100 !== 0) {
        const cycleS = progression.stepS(second, 100, 57)
        expect(Math.abs(cycleS - 100)).toBeLessThanOrEqual(20)
        second += cycleS
        cycles++
      }
      expect(cycles).toBeLessThanOrEqual(3)
      expect(progression.stepS(second, 100, 57)).toBe(100)
    }
  })

  it('makes the longest cycle no longer', () => {
    const progression = new Progression(2, rows, 1, parameters(1))
    for (let late = 1; late < 150; late++) {
      expect(progression.stepS(late, 150, 57)).toBeLessThan(150)
    }
  })

  it('runs in step by arrangement, or for as long as ordered', () => {
    expect(new Progression(2, rows, 1, parameters(1)).isInStep(0, 0)).toBe(true)
    const free = new Progression(3, rows, 1, parameters(0))
    expect(free.isInStep(0, 0)).toBe(false)
    free.order(1, 1000)
    expect([free.isInStep(0, 999), free.isInStep(0, 1000)]).toEqual([true, false])
    free.order(2, 1000)
    expect(free.isInStep(2, 0)).toBe(false)
  })
})

describe('Spells', () => {
  it('hold their share of the time, each of the given mean length', () => {
    const ids = Array.from({ length: 400 }, (_, k) => `thing-${k}`)
    const spells = new Spells(1, 'test', { share: 0.1, meanMin: 60 }, ids, 0)
    let on = 0
    let starts = 0
    const steps = 2_000
    for (const [i] of ids.entries()) {
      let before = spells.at(i, 0)
      for (let k = 1; k <= steps; k++) {
        const now = spells.at(i, k * 5 * MINUTE_MS)
        if (now) on++
        if (now && !before) starts++
        before = now
      }
    }
    expect(Math.abs(on / (ids.length * steps) - 0.1)).toBeLessThan(0.01)
    // Some short ones fall between two looks.
    expect((on * 5) / starts).toBeGreaterThan(55)
    expect((on * 5) / starts).toBeLessThan(72)
  })

  it('are the same for all things of one id', () => {
    const spells = new Spells(1, 'cabinet', { share: 0.3, meanMin: 30 }, ['a', 'a', 'b'], 0)
    let apart = 0
    for (let k = 0; k < 1_000; k++) {
      const [one, two, other] = [0, 1, 2].map((i) => spells.at(i, k * MINUTE_MS))
      expect(two).toBe(one)
      if (other !== one) apart++
    }
    expect(apart).toBeGreaterThan(100)
  })
})
