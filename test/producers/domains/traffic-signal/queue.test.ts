// Queues at a junction: vehicles are conserved and waits agree with Webster.
import { describe, expect, it } from 'vitest'
import {
  type Approaches,
  type Passage,
  passCycle,
} from '../../../../producers/domains/traffic-signal/queue.ts'
import type { SimulationContext } from '../../../../producers/simulation/simulator.ts'
import { createPartStreams } from '../../../../producers/simulation/streams.ts'

const NO_LIMIT = 1_000_000

function oneApproach(seed: number): Approaches {
  const context = { assets: [0], catalogue: { ids: ['sig-test'] }, scenario: { seed } }
  const arrivals = createPartStreams(context as unknown as SimulationContext, 'arrival', 1)
  return {
    queue: new Uint32Array(1),
    gap: Float64Array.of(arrivals.exponential(0, 1)),
    credit: new Float64Array(1),
    arrivals,
  }
}

const passage = (): Passage => ({ arrived: 0, served: 0, refused: 0, waitedS: 0, left: 0 })

/** Webster's two-term delay, s per vehicle: 0.9 · (d₁ + d₂). */
function webster(cycleS: number, greenS: number, flow: number, saturation: number): number {
  const share = greenS / cycleS
  const x = flow / (share * saturation)
  const uniform = (0.5 * cycleS * (1 - share) ** 2) / (1 - x * share)
  const random = x ** 2 / (2 * flow * (1 - x))
  return 0.9 * (uniform + random)
}

/** Mean delay and served vehicles of `cycles` cycles at a constant flow, after a warm-up. */
function measured(
  cycleS: number,
  greenS: number,
  flow: number,
  saturation: number,
  cycles: number,
) {
  const approach = oneApproach(7)
  const out = passage()
  let waited = 0
  let served = 0
  for (let k = -200; k < cycles; k++) {
    passCycle(approach, 0, cycleS, cycleS - greenS, cycleS, flow, saturation, NO_LIMIT, out)
    if (k < 0) continue
    waited += out.waitedS
    served += out.served
  }
  return waited / served
}

describe('passCycle', () => {
  it('lets no idle stop line save up green for later', () => {
    const approach = oneApproach(3)
    const out = passage()
    // Green without traffic, then a burst in the last second but one.
    approach.gap[0] = 1_000_000
    passCycle(approach, 0, 100, 0, 100, 0, 0.5, NO_LIMIT, out)
    approach.queue[0] = 30
    passCycle(approach, 0, 10, 0, 10, 0, 0.5, NO_LIMIT, out)
    expect(out.served).toBeGreaterThanOrEqual(5)
    expect(out.served).toBeLessThanOrEqual(6)
    // Within one cycle as well: vehicles that come late find no more than the next one's green.
    approach.queue[0] = 0
    approach.gap[0] = 90
    passCycle(approach, 0, 100, 0, 100, 1, 0.5, NO_LIMIT, out)
    expect(out.arrived).toBeGreaterThan(3)
    expect(out.served).toBeLessThanOrEqual(6)
  })

  it('waits as long as Webster says at fixed time, within 10 %', () => {
    const rows: string[] = []
    let worst = 0
    for (const [cycleS, greenS, saturation] of [
      [90, 40, 0.5],
      [90, 40, 1],
      [60, 27, 1.5],
      [120, 45, 1],
    ]) {
      for (const x of [0.5, 0.6, 0.7, 0.8, 0.9]) {
        const flow = (x * greenS * saturation) / cycleS
        const formula = webster(cycleS, greenS, flow, saturation)
        const queue = measured(cycleS, greenS, flow, saturation, 40_000)
        const off = queue / formula - 1
        worst = Math.max(worst, Math.abs(off))
        rows.push(
          `C ${cycleS} g ${greenS} s ${saturation} X ${x}: ${queue.toFixed(2)} s, Webster ${formula.toFixed(2)} s, ${(100 * off).toFixed(1)} %`,
        )
      }
    }
    console.log(rows.join('\n'))
    expect(worst).toBeLessThan(0.1)
  })

  it('conserves vehicles at every step: arrived − served = growth of the queue', () => {
    const approach = oneApproach(3)
    const out = passage()
    let arrived = 0
    let served = 0
    let refused = 0
    let fullest = 0
    for (let k = 0; k < 5_000; k++) {
      const flow = 0.6 * (1 + Math.sin(k / 300))
      const before = approach.queue[0]
      passCycle(approach, 0, 80, 10, 45, flow, 1, 120, out)
      expect(out.arrived - out.served).toBe(approach.queue[0] - before)
      expect(out.served).toBeLessThanOrEqual(36)
      fullest = Math.max(fullest, approach.queue[0])
      arrived += out.arrived
      served += out.served
      refused += out.refused
    }
    console.log(
      `in ${arrived}, out ${served}, queue ${approach.queue[0]}, turned elsewhere ${refused}`,
    )
    expect(arrived - served).toBe(approach.queue[0])
    expect(fullest).toBe(120)
    expect(refused).toBeGreaterThan(0)
  })

  it('lets nobody through at red and everybody wait', () => {
    const approach = oneApproach(3)
    const out = passage()
    passCycle(approach, 0, 100, 0, 0, 0.5, 1, NO_LIMIT, out)
    expect(out.served).toBe(0)
    expect(out.waitedS).toBeGreaterThan(0)
    expect(approach.queue[0]).toBe(out.arrived)
  })

  it('serves no more than the saturation flow, over any number of cycles', () => {
    const approach = oneApproach(5)
    const out = passage()
    let served = 0
    for (let k = 0; k < 1_000; k++) {
      passCycle(approach, 0, 60, 20, 45, 2, 0.5, NO_LIMIT, out)
      served += out.served
    }
    expect(Math.abs(served - 1_000 * 25 * 0.5)).toBeLessThanOrEqual(1)
  })

  it('sees Poisson arrivals: mean and variance of the counts agree with the flow', () => {
    const approach = oneApproach(11)
    const out = passage()
    const counts: number[] = []
    for (let k = 0; k < 20_000; k++) {
      passCycle(approach, 0, 60, 0, 60, 0.2, 5, NO_LIMIT, out)
      counts.push(out.arrived)
    }
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length
    const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / (counts.length - 1)
    console.log(
      `arrivals in 60 s at 0.2/s: mean ${mean.toFixed(3)}, variance ${variance.toFixed(3)}`,
    )
    // 4 standard errors of each.
    expect(Math.abs(mean - 12)).toBeLessThan(4 * Math.sqrt(12 / counts.length))
    expect(Math.abs(variance / 12 - 1)).toBeLessThan(4 * Math.sqrt(2 / counts.length) + 0.01)
  })
})
