// What incidents make of junctions: by how much each condition moves them, whose doing their cycles say it is, and that nothing
// else moves.
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../../../infra/time.ts'
import { trafficSignal } from '../../../../producers/domains/traffic-signal/domain.ts'
import type { Cycle } from '../../../../producers/domains/traffic-signal/event.ts'
import { createSignalSimulator } from '../../../../producers/domains/traffic-signal/simulate.ts'
import type { ConditionKind, Conditions } from '../../../../producers/simulation/conditions.ts'
import { type OneCondition, pairOf, type Told } from '../../one-condition.ts'
import { drive, simulatedCity } from '../../simulated-city.ts'
import { CALM, inDistrict, rowsOfJunctions } from './town.ts'

const AT = { domain: 'traffic-signal', from: 30, until: 90, minutes: 150 }
const pair = (condition: OneCondition['condition'], value: number, over = {}) =>
  pairOf<Cycle>({ ...AT, condition, value, ...over })

type Cycles = Told<Cycle>[]
/** The longest cycle is over, and the condition holds for all. */
const within = (cycles: Cycles) => cycles.filter(({ minute }) => minute > 33 && minute < 90)
const earlier = (cycles: Cycles) => cycles.filter(({ minute }) => minute <= 30)
const volumeOf = (cycles: Cycles) => cycles.reduce((sum, { data }) => sum + data.volume, 0)
const delayOf = (cycles: Cycles) =>
  cycles.reduce((sum, { data }) => sum + data.volume * data.delayS, 0) / volumeOf(cycles)
const shareOf = (cycles: Cycles, mode: string) =>
  cycles.filter(({ data }) => data.mode === mode).length / cycles.length
const textsOf = (cycles: Cycles) => cycles.map(({ text }) => text)

describe.each([
  ['mains', 1],
  ['road-capacity', 0.5],
  ['crowd', 1],
  ['control-centre', 1],
] as const)('%s', (condition, value) => {
  const { moved, usual } = pair(condition, value)

  it('moves nothing before and nothing elsewhere', () => {
    expect(moved.outside).toEqual(usual.outside)
    expect(textsOf(earlier(moved.inside))).toEqual(textsOf(earlier(usual.inside)))
    expect(moved.outside.length).toBeGreaterThan(1000)
  })

  it('is named by cycles of its district that begin while it lasts, and then until queues are gone, 20 cycles at most', () => {
    expect(usual.caused).toHaveLength(0)
    expect(moved.caused.length).toBeGreaterThan(200)
    const after = new Map<string, number>()
    for (const { subject, district, minute } of moved.caused) {
      expect([district, minute > 30]).toEqual(['990101', true])
      // A cycle that began in time ends within 150 s.
      if (minute > 92.5) after.set(subject, (after.get(subject) ?? 0) + 1)
    }
    for (const cycles of after.values()) expect(cycles).toBeLessThanOrEqual(20)
  })
})

describe('a junction without mains', () => {
  const { moved, usual } = pair('mains', 1)
  const between = (from: number, to: number) =>
    moved.inside.filter(({ minute }) => minute > from && minute < to)

  it('flashes on its battery for half an hour, is then dark, and comes back', () => {
    expect(shareOf(usual.inside, 'flashing')).toBeLessThan(0.02)
    expect(shareOf(between(34, 60), 'flashing')).toBeGreaterThan(0.95)
    expect(shareOf(between(65, 90), 'offline')).toBe(1)
    expect(shareOf(between(95, 150), 'flashing')).toBeLessThan(0.02)
  })

  it('lets far fewer through without jams', () => {
    const [then, always] = [between(34, 60), usual.inside.filter(({ minute }) => minute > 34)]
    expect(delayOf(then)).toBeGreaterThan(2 * delayOf(always))
  })
})

describe('a road that is not whole', () => {
  it('halved: fewer get through, each after a longer wait', () => {
    const { moved, usual } = pair('road-capacity', 0.5)
    const volume = volumeOf(within(moved.inside)) / volumeOf(within(usual.inside))
    const delay = delayOf(within(moved.inside)) / delayOf(within(usual.inside))
    console.log(`volume × ${volume.toFixed(2)}, delay × ${delay.toFixed(2)}`)
    expect(volume).toBeLessThan(0.9)
    expect(volume).toBeGreaterThan(0.5)
    expect(delay).toBeGreaterThan(2)
  })

  it('a little narrower in the rain: a little more delay', () => {
    const { moved, usual } = pair('road-capacity', 0.1)
    const delay = delayOf(within(moved.inside)) / delayOf(within(usual.inside))
    console.log(`delay × ${delay.toFixed(2)}`)
    expect(delay).toBeGreaterThan(1.02)
    expect(delay).toBeLessThan(2)
  })

  it('closed: nobody gets through and nobody waits, until it opens', () => {
    const { moved, usual } = pair('road-capacity', 1)
    const shut = within(moved.inside)
    const late = (cycles: Cycles) => cycles.filter(({ minute }) => minute > 100)
    expect(volumeOf(shut)).toBe(0)
    expect(Math.max(...shut.map(({ data }) => data.queue))).toBe(0)
    // No controller in reach reports it as clear.
    const modes = new Set(shut.map(({ data }) => data.mode))
    expect([...modes].sort()).toEqual(['closed', 'offline'])
    expect(late(moved.inside).filter(({ data }) => data.mode === 'closed')).toEqual([])
    const volume = volumeOf(late(moved.inside)) / volumeOf(late(usual.inside))
    expect(volume).toBeGreaterThan(0.97)
    expect(volume).toBeLessThan(1.03)
  })
})

describe('a crowd', () => {
  /** As seeds/testville has it. */
  const BY_ROAD = 0.17

  it('whose cars are a fifth more brings about a fifth more, with longer waits', () => {
    const { moved, usual } = pair('crowd', 0.2 / BY_ROAD)
    const volume = volumeOf(within(moved.inside)) / volumeOf(within(usual.inside))
    const delay = delayOf(within(moved.inside)) / delayOf(within(usual.inside))
    console.log(`volume × ${volume.toFixed(2)}, delay × ${delay.toFixed(2)}`)
    expect(volume).toBeGreaterThan(1.1)
    expect(volume).toBeLessThan(1.21)
    expect(delay).toBeGreaterThan(1.05)
  })
})

describe('controllers without their centre', () => {
  const { moved, usual } = pair('control-centre', 1)

  it('run their fixed plans', () => {
    expect(shareOf(within(usual.inside), 'adaptive')).toBeGreaterThan(0.3)
    expect(shareOf(within(moved.inside), 'adaptive')).toBe(0)
    const later = moved.inside.filter(({ minute }) => minute > 93)
    expect(shareOf(later, 'adaptive')).toBeGreaterThan(0.3)
  })

  it('leave those alone that need none', () => {
    const touched = new Set(moved.caused.map(({ subject }) => subject))
    const alone = (cycles: Cycles) => cycles.filter(({ subject }) => !touched.has(subject))
    expect(alone(moved.inside).length).toBeGreaterThan(20)
    // Their neighbours may send them others than usual; their lamps go on as usual.
    const lamps = (cycles: Cycles) =>
      alone(cycles).map(({ time, data }) => [time, data.mode, data.cycleS, data.stages])
    expect(lamps(moved.inside)).toEqual(lamps(usual.inside))
  })
})

describe('in a row', () => {
  const start = '2025-06-18T17:00:00+08:00'
  const startMs = Date.parse(start)
  /** Drives two hours; the condition holds at the junctions `at` for most of the first. */
  function drivenWith(condition: ConditionKind, at: (j: number) => boolean) {
    const conditions: Conditions = {
      none: false,
      at: (kind, time, j) =>
        kind === condition && at(j) && time >= startMs + 0.2 * HOUR_MS && time < startMs + HOUR_MS
          ? { value: 1, cause: 'it' }
          : null,
    }
    const assets = rowsOfJunctions(10, 5)
    const parameters = { episodes: CALM }
    const given = { domain: trafficSignal, assets, start, conditions, parameters }
    const context = inDistrict(simulatedCity(given), 1)
    const simulator = createSignalSimulator(context)
    const run = (hours: number) => drive(simulator, context, startMs + hours * HOUR_MS, () => {})
    return { simulator, run, assets }
  }

  it('a closed junction loses no vehicle and blocks nobody: who would go on to it turns off', () => {
    const { simulator, run, assets } = drivenWith('road-capacity', (j) => j % 5 === 2)
    run(2)
    const all = assets.map((_, j) => simulator.tally(j))
    const sum = (of: (tally: (typeof all)[number]) => number) => all.reduce((s, t) => s + of(t), 0)
    for (const t of all) expect(t.arrived - t.served).toBe(t.queue)
    expect(sum((t) => t.sentOn) - sum((t) => t.came)).toBe(sum((t) => t.coming))
    const usual = drivenWith('road-capacity', () => false)
    usual.run(2)
    const served = (s: typeof simulator, k: number) =>
      assets.reduce((n, _, j) => n + (j % 5 === k ? s.tally(j).served : 0), 0)
    const share = (k: number) => served(simulator, k) / served(usual.simulator, k)
    console.log(`served × ${share(2).toFixed(2)} where it is closed for 48 minutes of 120`)
    console.log(`× ${share(1).toFixed(2)} and ${share(3).toFixed(2)} beside it`)
    expect(share(2)).toBeGreaterThan(0.4)
    expect(share(2)).toBeLessThan(0.65)
    expect(share(1)).toBeGreaterThan(0.75)
  })

  it('takes no orders while the centre is down', () => {
    const { simulator, run } = drivenWith('control-centre', () => true)
    run(0.5)
    expect(simulator.command(0, 'signal.switch-plan', { plan: 5 }, startMs + HOUR_MS / 2)).toBe(
      'sig-440106-00000: its control centre is down, expected one that reaches it; wait until it is back',
    )
  })
})
