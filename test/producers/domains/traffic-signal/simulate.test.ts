// Junctions: cycles, episodes, plans by the hour, and how commands are taken.
import { describe, expect, it } from 'vitest'
import { trafficSignal } from '../../../../producers/domains/traffic-signal/domain.ts'
import { CYCLE, type Cycle } from '../../../../producers/domains/traffic-signal/event.ts'
import { createSignalSimulator } from '../../../../producers/domains/traffic-signal/simulate.ts'
import { readingOf } from '../../../../producers/kernel/truth/interpret.ts'
import type { Domain } from '../../../../producers/simulation/simulator.ts'
import {
  type CityOptions,
  checkSchemas,
  drive,
  type FakeAsset,
  linesOf,
  run,
  type Seen,
  seedParameters,
  simulatedCity,
} from '../../simulated-city.ts'
import { CALM, inDistrict, junctions } from './town.ts'

const START = '2025-06-18T16:30:00+08:00'
const START_MS = Date.parse(START)
const LONGEST_MS = 150_000
const LOST_S = 6

const domainAt = (level: number): Domain => ({
  ...trafficSignal,
  createSimulator: (context) => trafficSignal.createSimulator(inDistrict(context, level)),
})

const domain = domainAt(1)
const options: CityOptions = { domain, assets: junctions(40), start: START }
const censusOf = (seen: Seen[]) => seen.filter((s) => s.time < START_MS)
const cycleOf = (s: Seen) => s.data as unknown as Cycle

/** A junction driven by hand, so that commands can come between its wakes. */
function byHand(asset: FakeAsset, parameters: Record<string, unknown> = { episodes: CALM }) {
  const assets = [asset]
  const context = inDistrict(simulatedCity({ domain, assets, start: START, parameters }), 1)
  const simulator = createSignalSimulator(context)
  let next = simulator.first(0)
  return {
    simulator,
    next: () => next,
    command: (name: string, args: Record<string, unknown>) =>
      simulator.command(0, name, args, next),
    cycle(): Cycle {
      let seen: Cycle | undefined
      next = simulator.wake(0, next, (_, data) => {
        seen = structuredClone(data) as Cycle
      })
      return seen!
    },
  }
}

describe('traffic-signal simulator', () => {
  it('has seeds that fit its parameter schema', () => {
    expect(() => seedParameters(trafficSignal)).not.toThrow()
  })

  it('emits only events that fit their schemas, keys in order', () => {
    expect(checkSchemas(domain, run(options, 2))).toBeGreaterThan(1_500)
  })

  it('draws a declared state from every cycle', () => {
    const { states, state } = trafficSignal.declaration.layer
    const codes = states.map((x) => x.code)
    const drawnState = readingOf(state)
    const drawn = new Set(run(options, 2).map((s) => drawnState(s.data)))
    for (const code of drawn) expect(codes).toContain(code)
    expect(drawn.size).toBeGreaterThan(3)
  })

  it('has measures whose terms are exact at their decimals', () => {
    const seen = run(options, 2)
    for (const { name, used, of, decimals } of trafficSignal.declaration.measures) {
      for (const term of [used, of]) {
        if (term === undefined) continue
        for (const s of seen) {
          const scaled = Number(readingOf(term)(s.data)) * 10 ** decimals
          expect(Math.abs(scaled - Math.round(scaled)), name).toBeLessThanOrEqual(
            1e-9 * (1 + scaled),
          )
        }
      }
    }
  })

  it('emits one cycle per junction before the start, no longer ago than the longest cycle', () => {
    const census = censusOf(run({ ...options, assets: junctions(300) }, 0.01))
    expect(census.map((s) => s.id).sort()).toEqual(junctions(300).map((a) => a.id))
    expect(Math.min(...census.map((s) => s.time))).toBeGreaterThanOrEqual(START_MS - LONGEST_MS)
  })

  it('keeps a junction silent until the first cycle after its commissioning', () => {
    const commissioned = new Date(START_MS + 3_600_000).toISOString()
    const assets = [{ ...junctions(1)[0], commissioned }, ...junctions(3).slice(1)]
    const own = run({ ...options, assets }, 2).filter((s) => s.id === assets[0].id)
    expect(own[0].time).toBeGreaterThan(START_MS + 3_600_000)
    expect(own[0].time).toBeLessThanOrEqual(START_MS + 3_600_000 + LONGEST_MS)
  })

  it('never reports before a junction is commissioned', () => {
    const commissioned = new Date(START_MS - 5_000).toISOString()
    const assets = junctions(50).map((a) => ({ ...a, commissioned }))
    const census = censusOf(run({ ...options, assets }, 0.01))
    expect(census).toHaveLength(50)
    expect(Math.min(...census.map((s) => s.time))).toBeGreaterThanOrEqual(START_MS - 5_000)
  })

  it('repeats itself for the same seed and differs for another', () => {
    const one = linesOf(run(options, 1))
    expect(linesOf(run(options, 1))).toEqual(one)
    expect(linesOf(run({ ...options, seed: 2 }, 1))).not.toEqual(one)
  })

  it('leaves the other junctions alone when one goes away or another shard owns it', () => {
    const gone = options.assets[7].id
    const rest = linesOf(run(options, 1).filter((s) => s.id !== gone))
    const without = options.assets.filter((a) => a.id !== gone)
    expect(linesOf(run({ ...options, assets: without }, 1))).toEqual(rest)
    expect(linesOf(run({ ...options, own: (id) => id !== gone }, 1))).toEqual(rest)
  })

  it('reports each cycle when it ends: greens and lost times fill the time between two events', () => {
    const last = new Map<string, number>()
    let checked = 0
    for (const s of run({ ...options, parameters: { episodes: CALM } }, 3)) {
      const { cycleS, stages } = cycleOf(s)
      const greens = stages.reduce((sum, stage) => sum + stage.greenS, 0)
      expect(greens + stages.length * LOST_S).toBe(cycleS)
      const previous = last.get(s.id)
      if (previous !== undefined) expect(s.time - previous).toBe(cycleS * 1000)
      last.set(s.id, s.time)
      checked++
    }
    expect(checked).toBeGreaterThan(2_000)
  })

  it('conserves vehicles at every junction, and reports all that it serves', () => {
    const context = inDistrict(simulatedCity({ ...options, parameters: { episodes: CALM } }), 1.5)
    const simulator = createSignalSimulator(context)
    const atStart = options.assets.map((_, j) => simulator.tally(j))
    const reported = new Map<string, number>()
    const until = START_MS + 3 * 3_600_000
    drive(simulator, context, until, ({ id, time, data }) => {
      const { volume } = data as unknown as Cycle
      if (time >= START_MS) reported.set(id, (reported.get(id) ?? 0) + volume)
    })
    const sum = { arrived: 0, served: 0, refused: 0 }
    options.assets.forEach(({ id }, j) => {
      const tally = simulator.tally(j)
      expect(tally.arrived - tally.served).toBe(tally.queue)
      expect(reported.get(id)).toBe(tally.reported - atStart[j].reported)
      expect(tally.served).toBeGreaterThanOrEqual(tally.reported)
      sum.arrived += tally.arrived
      sum.served += tally.served
      sum.refused += tally.refused
    })
    console.log(`demand × 1.5, 3 h, 40 junctions: ${JSON.stringify(sum)}`)
    expect(sum.refused).toBeGreaterThan(0)
  })

  it('spends the given shares of the time offline and out of adaptive control', () => {
    const assets = junctions(600, () => true).map((a, n) => ({
      ...a,
      attributes: { ...a.attributes, cabinet: `cab-${Math.floor(n / 4)}` },
    }))
    const spell = (share: number) => ({ share, meanMin: 30 })
    const offline = { cabinet: spell(0.02), line: spell(0.01), chronic: spell(0.01) }
    const episodes = { ...CALM, offline, detector: spell(0.06) }
    const time = new Map<string, number>()
    const lost = new Map<number, Set<number>>()
    let all = 0
    for (const s of run({ domain, assets, start: START, parameters: { episodes } }, 6)) {
      const { mode, cycleS } = cycleOf(s)
      time.set(mode, (time.get(mode) ?? 0) + (cycleS || 60))
      all += cycleS || 60
      if (mode !== 'offline') continue
      const minute = Math.floor(s.time / 60_000)
      lost.set(minute, (lost.get(minute) ?? new Set()).add(Number(s.id.slice(-5))))
      expect(s.data).toEqual({
        mode,
        plan: 0,
        cycleS: 0,
        stages: [],
        volume: 0,
        queue: 0,
        delayS: 0,
        saturation: 0,
      })
    }
    const shares = Object.fromEntries([...time].map(([m, s]) => [m, s / all]))
    // A lost junction's neighbours at the cabinet are lost at the same minute far more often than others.
    let near = 0
    let far = 0
    for (const at of lost.values()) {
      for (const n of at) {
        if (at.has(n ^ 1)) near++
        if (at.has((n + 300) % 600)) far++
      }
    }
    console.log(
      `time by mode: ${JSON.stringify(shares)}; lost together ${near}, with others ${far}`,
    )
    expect(Math.abs(shares.offline - 0.04)).toBeLessThan(0.012)
    expect(Math.abs(shares.fixed - 0.06)).toBeLessThan(0.015)
    expect(near).toBeGreaterThan(4 * far)
  })

  it('follows the timetable at fixed time', () => {
    const assets = junctions(1, () => false)
    const city: CityOptions = { domain, assets, start: START, parameters: { episodes: CALM } }
    const plans = new Map<number, Set<number>>()
    for (const s of run({ ...city, start: '2025-06-18T00:00:00+08:00' }, 24)) {
      const hour = Math.floor((s.time - Date.parse('2025-06-18T00:00:00+08:00')) / 3_600_000)
      plans.set(hour, (plans.get(hour) ?? new Set()).add(cycleOf(s).plan))
    }
    expect([...plans.get(3)!]).toEqual([1])
    expect([...plans.get(8)!]).toEqual([3])
    expect([...plans.get(12)!]).toEqual([2])
    expect([...plans.get(18)!]).toEqual([4])
  })
})

describe('traffic-signal commands', () => {
  const adaptive = junctions(2, () => true)[1]

  it('switches to a plan after the running cycle, until restored', () => {
    const junction = byHand(adaptive)
    junction.cycle()
    const wake = junction.next()
    expect(junction.command('signal.switch-plan', { plan: 5 })).toBe(wake)
    expect(junction.cycle().mode).toBe('adaptive')
    for (let k = 0; k < 30; k++) expect(junction.cycle()).toMatchObject({ mode: 'fixed', plan: 5 })
    junction.command('signal.restore', {})
    junction.cycle()
    expect(junction.cycle()).toMatchObject({ mode: 'adaptive', plan: 0 })
  })

  it('holds a locked stage green for as long as asked, then goes back by itself', () => {
    const junction = byHand(adaptive)
    junction.cycle()
    junction.cycle()
    const from = junction.next()
    junction.command('signal.lock-stage', { stage: 2, for: 'PT3M30S' })
    junction.cycle()
    const before = junction.simulator.tally(0).queue
    const held: number[] = []
    for (;;) {
      const began = junction.next()
      const cycle = junction.cycle()
      if (cycle.mode !== 'manual') break
      expect(began - from).toBeLessThanOrEqual(210_000)
      expect(cycle.stages[0].greenS).toBe(0)
      held.push(cycle.stages[1].greenS)
    }
    expect(held).toEqual([60, 60, 60, 30])
    expect(junction.simulator.tally(0).queue).toBeGreaterThan(before)
  })

  it('flashes without a cycle for as long as asked', () => {
    const junction = byHand(adaptive)
    junction.cycle()
    junction.command('signal.flash', { for: 'PT5M' })
    junction.cycle()
    for (let k = 0; k < 5; k++) {
      const cycle = junction.cycle()
      expect(cycle).toMatchObject({ mode: 'flashing', plan: 0, cycleS: 0, stages: [] })
      expect(cycle.volume).toBeGreaterThan(0)
    }
    expect(junction.cycle().mode).toBe('adaptive')
  })

  it('refuses what it cannot do, says why, and goes on unchanged', () => {
    const junction = byHand(adaptive)
    const twin = byHand(adaptive)
    const refusals = [
      junction.command('signal.switch-plan', { plan: 6 }),
      junction.command('signal.switch-plan', { plan: '2' }),
      junction.command('signal.lock-stage', { stage: 4, for: 'PT1M' }),
      junction.command('signal.lock-stage', { stage: 1, for: 'PT1H' }),
      junction.command('signal.flash', { for: 'half an hour' }),
      junction.command('signal.flash', {}),
      junction.command('signal.all-red', {}),
    ]
    for (const refusal of refusals) expect(refusal).toMatch(/^signal\..*, expected /)
    expect(refusals[0]).toBe('signal.switch-plan plan: 6, expected a whole number from 1 to 5')
    for (let k = 0; k < 20; k++) expect(junction.cycle()).toEqual(twin.cycle())
  })

  it('refuses to command a controller that is offline', () => {
    const chronic = { share: 0.999, meanMin: 1e6 }
    const always = { ...CALM, offline: { ...CALM.offline, chronic } }
    const junction = byHand(adaptive, { episodes: always })
    expect(junction.cycle().mode).toBe('offline')
    expect(junction.command('signal.restore', {})).toMatch(/offline, expected/)
  })
})

it('uses event number 0 for cycles', () => {
  expect(trafficSignal.declaration.events[CYCLE].name).toBe('cycle')
})
