// Queues at a junction: vehicles are conserved and waits agree with Webster.
import { describe, expect, it } from 'vitest'
import {
  type Approaches,
  type Passage,
  pass,
  ROAD_S,
} from '../../../../../producers/domains/traffic-signal/street/queue.ts'
import type { SimulationContext } from '../../../../../producers/simulation/simulator.ts'
import { createPartStreams } from '../../../../../producers/simulation/streams.ts'

const NO_LIMIT = 1_000_000

/** Approaches that lead nowhere. */
function approachesOf(seed: number, count = 1, storage = NO_LIMIT): Approaches {
  const context = { assets: [0], catalogue: { ids: ['sig-test'] }, scenario: { seed } }
  const arrivals = createPartStreams(context as unknown as SimulationContext, 'arrival', count)
  return {
    queue: new Uint32Array(count),
    gap: Float64Array.from({ length: count }, (_, a) => arrivals.exponential(a, 1)),
    credit: new Float64Array(count),
    left: new Uint32Array(count),
    storage: new Uint32Array(count).fill(storage),
    next: new Int32Array(count).fill(-1),
    ahead: new Float64Array(count),
    share: new Float64Array(count),
    wayS: new Uint8Array(count).fill(30),
    onRoad: new Uint32Array(count),
    coming: new Uint8Array(count * ROAD_S),
    room: new Int32Array(count).fill(storage),
    arrivals,
  }
}

const passage = (): Passage => ({
  ...{ arrived: 0, served: 0, refused: 0, waitedS: 0, came: 0, sentOn: 0 },
})

/** One cycle at approach `a` from second `from` on, green from `greenFrom` until `greenTo`. */
function passCycle(
  approaches: Approaches,
  [cycleS, greenFrom, greenTo]: [number, number, number],
  [flow, saturation]: [number, number],
  { a = 0, from = 0 } = {},
): Passage {
  const out = passage()
  const stretch = {
    from,
    to: from + cycleS,
    phase: 0,
    cycleS,
    greenFrom,
    greenTo,
    flow,
    saturation,
  }
  pass(approaches, a, stretch, out)
  return out
}

/** Webster's two-term delay, s per vehicle: 0.9 · (d₁ + d₂). */
function webster(cycleS: number, greenS: number, flow: number, saturation: number): number {
  const share = greenS / cycleS
  const x = flow / (share * saturation)
  const uniform = (0.5 * cycleS * (1 - share) ** 2) / (1 - x * share)
  const random = x ** 2 / (2 * flow * (1 - x))
  return 0.9 * (uniform + random)
}

/** Mean delay of `cycles` cycles at a constant flow, after a warm-up. */
function measured(
  cycleS: number,
  greenS: number,
  flow: number,
  saturation: number,
  cycles: number,
) {
  const approach = approachesOf(7)
  let waited = 0
  let served = 0
  for (let k = -200; k < cycles; k++) {
    const out = passCycle(approach, [cycleS, cycleS - greenS, cycleS], [flow, saturation])
    if (k < 0) continue
    waited += out.waitedS
    served += out.served
  }
  return waited / served
}

describe('pass', () => {
  it('lets no idle stop line save up green for later', () => {
    const approach = approachesOf(3)
    // Green without traffic, then a burst at the start of the next.
    approach.gap[0] = 1_000_000
    passCycle(approach, [100, 0, 100], [0, 0.5])
    approach.queue[0] = 30
    const burst = passCycle(approach, [10, 0, 10], [0, 0.5])
    expect(burst.served).toBeGreaterThanOrEqual(5)
    expect(burst.served).toBeLessThanOrEqual(6)
    // Within one cycle as well: vehicles that come late find no more than the next one's green.
    approach.queue[0] = 0
    approach.gap[0] = 90
    const late = passCycle(approach, [100, 0, 100], [1, 0.5])
    expect(late.arrived).toBeGreaterThan(3)
    expect(late.served).toBeLessThanOrEqual(6)
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
    const approach = approachesOf(3, 1, 120)
    let arrived = 0
    let served = 0
    let refused = 0
    let fullest = 0
    for (let k = 0; k < 5_000; k++) {
      const flow = 0.6 * (1 + Math.sin(k / 300))
      const before = approach.queue[0]
      const out = passCycle(approach, [80, 10, 45], [flow, 1])
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
    const approach = approachesOf(3)
    const out = passCycle(approach, [100, 0, 0], [0.5, 1])
    expect(out.served).toBe(0)
    expect(out.waitedS).toBeGreaterThan(0)
    expect(approach.queue[0]).toBe(out.arrived)
  })

  it('counts the same waiting whether a red is passed at once or second by second', () => {
    const atOnce = approachesOf(9)
    const bySecond = approachesOf(9)
    const one = passCycle(atOnce, [100, 0, 0], [0.3, 1])
    let waitedS = 0
    for (let k = 0; k < 100; k++) {
      const out = passage()
      const stretch = { from: k, to: k + 1, phase: k, cycleS: 100, greenFrom: 0, greenTo: 0 }
      pass(bySecond, 0, { ...stretch, flow: 0.3, saturation: 1 }, out)
      waitedS += out.waitedS
    }
    expect(waitedS).toBe(one.waitedS)
    expect(bySecond.queue[0]).toBe(atOnce.queue[0])
  })

  it('serves no more than the saturation flow, over any number of cycles', () => {
    const approach = approachesOf(5)
    let served = 0
    for (let k = 0; k < 1_000; k++) {
      served += passCycle(approach, [60, 20, 45], [2, 0.5]).served
    }
    expect(Math.abs(served - 1_000 * 25 * 0.5)).toBeLessThanOrEqual(1)
  })

  it('sees Poisson arrivals: mean and variance of the counts agree with the flow', () => {
    const approach = approachesOf(11)
    const counts: number[] = []
    for (let k = 0; k < 20_000; k++) {
      counts.push(passCycle(approach, [60, 0, 60], [0.2, 5]).arrived)
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

  /** Two stop lines, the second 30 s behind the first; three of four go straight on. */
  function pair(storage: number): Approaches {
    const both = approachesOf(13, 2, storage)
    both.next[0] = 1
    both.ahead[0] = 0.75
    return both
  }

  it('hands platoons on: what leaves straight ahead arrives after the way', () => {
    const both = pair(NO_LIMIT)
    both.queue[0] = 40
    const first = passCycle(both, [20, 0, 20], [0, 1])
    expect([first.served, first.sentOn]).toEqual([20, 15])
    expect([both.onRoad[1], both.queue[1]]).toEqual([15, 0])
    // Red at the second stop line: the head has come after 30 s, the last of the platoon 20 s later.
    expect(passCycle(both, [30, 0, 0], [0, 1], { a: 1 }).came).toBe(0)
    expect(passCycle(both, [20, 0, 0], [0, 1], { a: 1, from: 30 }).came).toBe(15)
    expect([both.onRoad[1], both.queue[1]]).toEqual([0, 15])
  })

  it('holds back at the first stop line whom the second has no room for', () => {
    const both = pair(100)
    both.queue[0] = 40
    both.room[1] = 6
    const first = passCycle(both, [40, 0, 40], [0, 1])
    expect(first.sentOn).toBe(6)
    // The next that would go straight on stops those behind it too.
    expect(first.served).toBeLessThan(12)
    expect(both.queue[0]).toBe(40 - first.served)
    both.room[1] = 100
    expect(passCycle(both, [40, 0, 40], [0, 1], { from: 40 }).served).toBeGreaterThan(20)
  })

  it('saves up no green while the road ahead is full, nor while a platoon is still on its way', () => {
    const both = pair(100)
    both.queue[0] = 40
    const green = { cycleS: 60, greenFrom: 0, greenTo: 60, flow: 0, saturation: 0.5 }
    both.room[1] = 0
    pass(both, 0, { ...green, from: 0, to: 30, phase: 0 }, passage())
    both.room[1] = 100
    const freed = passage()
    pass(both, 0, { ...green, from: 30, to: 34, phase: 30 }, freed)
    expect(freed.served).toBeGreaterThan(0)
    expect(freed.served).toBeLessThanOrEqual(3)
    // Those that go straight on reach an empty stop line that has been green all the while.
    const met = passage()
    pass(both, 1, { ...green, from: 0, to: 64, phase: 0, saturation: 0.1 }, met)
    expect(met.came).toBeGreaterThan(1)
    expect(met.served).toBeLessThanOrEqual(1)
  })
})
