// What control does to delay: adaptive against fixed time, and each command against what its effect text says.
import { describe, expect, it } from 'vitest'
import {
  correlationOfNeighbours,
  delayOf,
  junctions,
  rowsOfJunctions,
  type Trial,
  type TrialOrder,
} from './town.ts'

const MORNING = '2025-06-18T07:00:00+08:00'
const MIDDAY = '2025-06-18T11:00:00+08:00'
const EVENING = '2025-06-18T17:00:00+08:00'
const HALF_PAST_FIVE = '2025-06-18T17:30:00+08:00'
const NIGHT = '2025-06-18T02:00:00+08:00'

/** Relative change of mean delay by an order to every junction. */
function changeBy(order: TrialOrder, stretch: Trial): number {
  const change = delayOf({ ...stretch, order }).delayS / delayOf(stretch).delayS - 1
  console.log(`${order[0]} ${JSON.stringify(order[1])}: ${(100 * change).toFixed(1)} %`)
  return change
}

describe('adaptive control', () => {
  it.each([
    ['morning', MORNING],
    ['evening', EVENING],
  ])('spares 5 to 15 % of the delay of fixed time in the %s peak', (_, start) => {
    const fixed = delayOf({ assets: junctions(240, () => false), start, hours: 2 }).delayS
    const adaptive = delayOf({ assets: junctions(240, () => true), start, hours: 2 }).delayS
    const less = 1 - adaptive / fixed
    console.log(
      `${fixed.toFixed(1)} s fixed, ${adaptive.toFixed(1)} s adaptive (−${(100 * less).toFixed(1)} %)`,
    )
    expect(less).toBeGreaterThan(0.05)
    expect(less).toBeLessThan(0.16)
  })
})

describe('the commands do what their effect texts say', () => {
  const evening = { start: HALF_PAST_FIVE, hours: 1.25, after: 0.25 }
  const standard: TrialOrder = ['signal.switch-plan', { plan: 5 }]

  it('switch plan, as proposed: 5 to 15 % less delay at fixed-time junctions in the evening', () => {
    const change = changeBy(standard, { ...evening, assets: junctions(240, () => false) })
    expect(change).toBeLessThan(-0.05)
    expect(change).toBeGreaterThan(-0.16)
  })

  it('switch plan, as proposed: about the same at adaptive junctions', () => {
    const change = changeBy(standard, { ...evening, assets: junctions(240, () => true) })
    expect(Math.abs(change)).toBeLessThan(0.06)
  })

  it('switch plan: the evening plan is no plan for the night, nor the night plan for the evening', () => {
    const assets = junctions(120, () => false)
    expect(changeBy(standard, { assets, start: NIGHT, hours: 1.25, after: 0.25 })).toBeGreaterThan(
      0.1,
    )
    expect(changeBy(['signal.switch-plan', { plan: 1 }], { ...evening, assets })).toBeGreaterThan(
      0.1,
    )
  })

  const uncoordinated = (start: string, coordinated: number): Trial => ({
    ...{ start, assets: rowsOfJunctions(30, 6), hours: 1.25, after: 0.25 },
    parameters: { corridor: { longestLinkKm: 1.2, speedKmH: 45, ahead: 0.8, coordinated } },
  })
  const wave: TrialOrder = ['signal.green-wave', { for: 'PT2H' }]

  it('green wave: 5 to 15 % less delay where the road was not coordinated, the same where it was', () => {
    const change = changeBy(wave, uncoordinated(MIDDAY, 0))
    expect(change).toBeLessThan(-0.05)
    expect(change).toBeGreaterThan(-0.16)
    expect(changeBy(wave, uncoordinated(MIDDAY, 1))).toBe(0)
  })

  it('green wave: little changes where the peak fills the stop lines', () => {
    expect(Math.abs(changeBy(wave, uncoordinated(HALF_PAST_FIVE, 0)))).toBeLessThan(0.06)
  })

  it('flashing amber: less delay in light traffic, far more in heavy', () => {
    const assets = junctions(60, () => false)
    const amber: TrialOrder = ['signal.flash', { for: 'PT2H' }]
    expect(changeBy(amber, { assets, start: NIGHT, hours: 1.25, after: 0.25 })).toBeLessThan(-0.2)
    expect(changeBy(amber, { ...evening, assets })).toBeGreaterThan(1)
  })

  it('lock stage, then restore: queues of the others grow, and subside within a few cycles', () => {
    const assets = junctions(60, () => false)
    const stretch = { assets, start: HALF_PAST_FIVE, hours: 0.15 }
    const queue = ({ simulator }: ReturnType<typeof delayOf>) =>
      assets.reduce((sum, _, j) => sum + simulator.tally(j).queue, 0)
    const lock: TrialOrder = ['signal.lock-stage', { stage: 1, for: 'PT5M' }]
    const usual = queue(delayOf(stretch))
    const locked = queue(delayOf({ ...stretch, hours: 0.1, order: lock }))
    const later = queue(delayOf({ ...stretch, start: NIGHT, hours: 0.5, order: lock }))
    const night = queue(delayOf({ ...stretch, start: NIGHT, hours: 0.5 }))
    console.log(
      `waiting ${usual} usually, ${locked} while locked; by night ${night}, ${later} after a lock`,
    )
    expect(locked).toBeGreaterThan(1.5 * usual)
    expect(later).toBeLessThan(1.5 * night + 20)
  })
})

describe('a row of junctions', () => {
  const tallies = (stretch: Trial) => {
    const { simulator } = delayOf(stretch)
    return stretch.assets.map((_, j) => simulator.tally(j))
  }

  it('hands vehicles on without losing any, and keeps its junctions at about the same second', () => {
    const all = tallies({ assets: rowsOfJunctions(10, 5), start: EVENING, hours: 2 })
    const sum = (of: (tally: (typeof all)[number]) => number) => all.reduce((s, t) => s + of(t), 0)
    for (const t of all) expect(t.arrived - t.served).toBe(t.queue)
    expect(sum((t) => t.sentOn)).toBeGreaterThan(10_000)
    expect(sum((t) => t.sentOn) - sum((t) => t.came)).toBe(sum((t) => t.coming))
  })

  it('spills back: a junction that lets nobody through fills the road and stops the one before', () => {
    const assets = rowsOfJunctions(20, 3)
    const middle = assets.flatMap((_, j) => (j % 3 === 1 ? [j] : []))
    const order: TrialOrder = ['signal.lock-stage', { stage: 2, for: 'PT10M' }]
    const blocked = (storagePerLane: number) =>
      tallies({
        assets,
        start: EVENING,
        hours: 0.25,
        order,
        to: middle,
        parameters: { storagePerLane },
      })
    const short = blocked(15)
    const [sent, sentToo] = [short, blocked(200)].map((all) =>
      all.reduce((sum, { sentOn }, j) => sum + (j % 3 === 1 ? 0 : sentOn), 0),
    )
    console.log(`sent on to a blocked junction: ${sent} where the road is short, else ${sentToo}`)
    expect(sent).toBeLessThan(0.8 * sentToo)
    for (const t of short) expect(t.arrived - t.served).toBe(t.queue)
  })

  it('has neighbours whose volumes of five minutes rise and fall together', () => {
    const correlation = correlationOfNeighbours(rowsOfJunctions(12, 4), '2025-06-18T10:00:00+08:00')
    console.log(
      `correlation of neighbours' 5-min volumes, minus their mean: ${correlation.toFixed(2)}`,
    )
    expect(correlation).toBeGreaterThan(0.4)
    expect(correlation).toBeLessThan(0.85)
  })
})
