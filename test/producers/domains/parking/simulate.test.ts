// Car parks: arrivals, stays, full lots, the day's rhythm, and the command.
import { describe, expect, it } from 'vitest'
import { parking } from '../../../../producers/domains/parking/domain.ts'
import { ENTRY, EXIT, type LotExit, STATUS } from '../../../../producers/domains/parking/event.ts'
import { createParkingSimulator } from '../../../../producers/domains/parking/simulate.ts'
import type { Demand } from '../../../../producers/simulation/demand.ts'
import type { SimulationContext } from '../../../../producers/simulation/simulator.ts'
import { createStays } from '../../../../producers/simulation/stays.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import {
  type CityOptions,
  drive,
  type FakeAsset,
  run,
  type Seen,
  simulatedCity,
} from '../../simulated-city.ts'

const START = '2025-06-18T16:30:00+08:00'
const START_MS = Date.parse(START)
const HOUR_MS = 3_600_000
const TYPES = ['office', 'home', 'mall', 'hospital', 'transport', 'kerb']

const lots = (count: number, capacity: number | ((n: number) => number), type?: string) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `park-440106-${String(n).padStart(5, '0')}`,
      attributes: {
        type: type ?? TYPES[n % TYPES.length],
        capacity: typeof capacity === 'number' ? capacity : capacity(n),
        guided: n % 2 === 0,
      },
    }),
  )

const options: CityOptions = { domain: parking, assets: lots(12, 120), start: START }
const lotOf = (s: Seen) => s.data as unknown as LotExit

/** Simulates `hours` and returns the simulator for its tallies. */
function simulate(context: SimulationContext, hours: number, see: (seen: Seen) => void) {
  const simulator = createParkingSimulator(context)
  drive(simulator, context, context.scenario.start + hours * HOUR_MS, see)
  return simulator
}

describe('parking simulator', () => {
  keepsTheDomainPromises({ domain: parking, assets: lots(18, 80), start: START, hours: 3 })

  it('conserves cars: occupied = at census + entries − exits, within 0 and capacity, at every event', () => {
    const occupied = new Map<string, number>()
    const counts = [0, 0, 0]
    const broken: Seen[] = []
    // Small lots, so that many are full or empty at times.
    const city = { ...options, assets: lots(60, (n) => 1 + 3 * n) }
    const context = simulatedCity(city)
    const simulator = simulate(context, 24, (s) => {
      const { occupied: now, capacity } = lotOf(s)
      const before = occupied.get(s.id)
      counts[s.event]++
      const change = s.event === ENTRY ? 1 : s.event === EXIT ? -1 : 0
      if (before === undefined ? s.event !== STATUS : now !== before + change) broken.push(s)
      if (now < 0 || now > capacity) broken.push(s)
      occupied.set(s.id, now)
    })
    let offered = 0
    let turnedAway = 0
    city.assets.forEach((_, i) => {
      offered += simulator.tally(i).offered
      turnedAway += simulator.tally(i).turnedAway
    })
    console.log(
      `60 lots, 24 h: ${counts[ENTRY]} entries, ${counts[EXIT]} exits, ${counts[STATUS]} statuses; ${turnedAway} of ${offered} cars turned away`,
    )
    expect(broken).toEqual([])
    expect(offered).toBe(counts[ENTRY] + turnedAway)
    expect(turnedAway).toBeGreaterThan(0)
  })

  it('tells at the exit how long the car stayed', () => {
    const entered = new Map<string, number>()
    let checked = 0
    // One space: the car that leaves is the one that came.
    for (const s of run({ ...options, assets: lots(30, 1, 'kerb') }, 24)) {
      if (s.event === ENTRY) entered.set(s.id, s.time)
      const since = entered.get(s.id)
      if (s.event !== EXIT || since === undefined) continue
      expect(lotOf(s).stayMin).toBe(Math.round((s.time - since) / 60_000))
      checked++
    }
    expect(checked).toBeGreaterThan(100)
  })

  it('reports the status of every lot once in five minutes', () => {
    const statuses = run(options, 2).filter((s) => s.event === STATUS && s.time >= START_MS)
    expect(statuses).toHaveLength(12 * 24)
  })

  it('fills homes at night and offices by day', () => {
    const taken = (type: string, at: string) => {
      const assets = lots(40, 200, type)
      const seen = run({ domain: parking, assets, start: at }, 0.01)
      const census = seen.filter((s) => s.time < Date.parse(at))
      return census.reduce((sum, s) => sum + lotOf(s).occupied, 0) / (40 * 200)
    }
    const night = '2025-06-18T03:00:00+08:00'
    const day = '2025-06-18T15:00:00+08:00'
    const shares = {
      home: [taken('home', night), taken('home', day)],
      office: [taken('office', night), taken('office', day)],
    }
    console.log(`occupied at 03:00 and 15:00: ${JSON.stringify(shares)}`)
    expect(shares.home[0]).toBeGreaterThan(0.85)
    expect(shares.home[1]).toBeLessThan(0.5)
    expect(shares.office[1]).toBeGreaterThan(0.8)
    expect(shares.office[0]).toBeLessThan(0.5)
  })

  it('starts as full as the same lots are that have run since the day before', () => {
    const occupied = (seen: Seen[]) => {
      const last = new Map<string, number>()
      for (const s of seen) last.set(s.id, lotOf(s).occupied)
      return [...last.values()].reduce((a, b) => a + b, 0)
    }
    for (const type of TYPES) {
      const assets = lots(40, 150, type)
      const fresh = occupied(run({ domain: parking, assets, start: START }, 0.0001))
      const day = { domain: parking, assets, start: '2025-06-17T16:30:00+08:00' }
      const grown = occupied(run(day, 24))
      const off = fresh / grown - 1
      console.log(
        `${type}: ${fresh} cars at the start, ${grown} grown, ${(100 * off).toFixed(1)} %`,
      )
      // Fresh lots do not remember whom a full night turned away: homes start a little too full.
      expect(Math.abs(off)).toBeLessThan(0.1)
    }
  })
})

describe('parking credibility', () => {
  it('lets cars arrive by the curve: chi-square of hourly arrivals against λ(t)', () => {
    const mall = {
      curve: 'parking-mall',
      turnsPerDay: 1,
      stayMedianMin: 30,
      staySigma: 0.5,
      popularitySigma: 0.3,
    }
    const assets = lots(30, 3_000, 'mall')
    const parameters = { types: { mall } }
    const city = { ...options, start: '2025-06-18T00:00:00+08:00', assets, parameters }
    const context = simulatedCity(city)
    const hourly = new Array<number>(24).fill(0)
    const simulator = createParkingSimulator(context)
    let rate = 0
    city.assets.forEach((_, i) => {
      rate += simulator.meanRate(i)
    })
    drive(simulator, context, context.scenario.start + 24 * HOUR_MS, (s) => {
      if (s.event === ENTRY) hourly[Math.floor((s.time - context.scenario.start) / HOUR_MS)]++
    })
    let offered = 0
    city.assets.forEach((_, i) => {
      expect(simulator.tally(i).turnedAway).toBe(0)
      offered += simulator.tally(i).offered
    })
    let chiSquare = 0
    for (let hour = 0; hour < 24; hour++) {
      let expected = 0
      for (let minute = 0.5; minute < 60; minute++) {
        const time = context.scenario.start + hour * HOUR_MS + minute * 60_000
        expected += rate * 60_000 * context.demand.curve('parking-mall', time)
      }
      chiSquare += (hourly[hour] - expected) ** 2 / expected
    }
    console.log(`${offered} arrivals: χ² ${chiSquare.toFixed(1)} over 24 hours (99 %: 43.0)`)
    // Nothing was fitted: 24 degrees of freedom.
    expect(chiSquare).toBeLessThan(43)
    expect(chiSquare).toBeGreaterThan(8)
  })

  it('turns away as many cars as Erlang B says, within the 99 % interval of 60 lots', () => {
    const capacity = 40
    const load = 42
    const stays = createStays(70, 0.8)
    const type = {
      curve: 'flat',
      turnsPerDay: (load * 86_400_000) / (stays.meanMs * capacity),
      stayMedianMin: 70,
      staySigma: 0.8,
      popularitySigma: 0,
    }
    const flat: Demand = { ...simulatedCity(options).demand, curve: () => 1, peak: () => 1 }
    const assets = lots(60, capacity, 'office')
    const parameters = { types: { office: type } }
    const context = { ...simulatedCity({ ...options, assets, parameters }), demand: flat }
    const simulator = simulate(context, 96, () => {})
    const blocked = assets.map((_, i) => {
      const { turnedAway, offered } = simulator.tally(i)
      return turnedAway / offered
    })
    const mean = blocked.reduce((a, b) => a + b, 0) / blocked.length
    const variance = blocked.reduce((a, b) => a + (b - mean) ** 2, 0) / (blocked.length - 1)
    const half = 2.662 * Math.sqrt(variance / blocked.length) // Student's t, 59 degrees of freedom
    const formula = erlangB(capacity, load)
    console.log(
      `blocking ${(100 * mean).toFixed(2)} ± ${(100 * half).toFixed(2)} %, Erlang B ${(100 * formula).toFixed(2)} %`,
    )
    expect(half).toBeLessThan(0.05 * formula)
    expect(Math.abs(mean - formula)).toBeLessThan(half)
  })
})

/** Blocking of M/G/c/c with offered load `load`. */
function erlangB(servers: number, load: number): number {
  let blocking = 1
  for (let c = 1; c <= servers; c++) blocking = (load * blocking) / (c + load * blocking)
  return blocking
}

describe('parking.divert', () => {
  /** Three hours of lot 0, diverted from the first wake after `at` on if `args` are given. */
  function threeHours(args?: Record<string, unknown>) {
    const context = simulatedCity({ ...options, assets: lots(1, 800, 'mall') })
    const simulator = createParkingSimulator(context)
    let next = simulator.first(0)
    let reply: number | string | undefined
    let entries = 0
    while (next < START_MS + 3 * HOUR_MS) {
      const time = next
      next = simulator.wake(0, time, (event) => {
        if (event === ENTRY) entries++
      })
      if (args && reply === undefined && next >= START_MS) {
        reply = simulator.command!(0, 'parking.divert', args, START_MS)
        if (typeof reply === 'number') expect(reply).toBe(next)
      }
    }
    return { reply, entries, ...simulator.tally(0) }
  }

  it('sends the share of arrivals elsewhere for as long as asked, and shifts no arrival', () => {
    const usual = threeHours()
    const all = threeHours({ for: 'PT3H', share: 1 })
    const half = threeHours({ for: 'PT3H', share: 0.5 })
    const hour = threeHours({ for: 'PT1H', share: 1 })
    console.log(
      `of ${usual.offered} arrivals ${half.diverted} diverted at share 0.5, ${hour.diverted} in one of three hours`,
    )
    expect(usual.diverted).toBe(0)
    expect(all.entries).toBe(0)
    expect(all.diverted).toBe(usual.offered)
    expect([all.offered, half.offered, hour.offered]).toEqual(Array(3).fill(usual.offered))
    const spread = 4 * Math.sqrt(usual.offered * 0.25)
    expect(Math.abs(half.diverted - usual.offered / 2)).toBeLessThan(spread)
    expect(hour.diverted).toBeGreaterThan(0)
    expect(hour.entries).toBeGreaterThan(0)
  })

  it('refuses what it cannot do, says why, and changes nothing', () => {
    const usual = threeHours()
    for (const args of [
      { for: 'PT1H', share: 0 },
      { for: 'PT1H', share: '0.5' },
      { for: 'PT48H', share: 0.5 },
      { for: 'soon', share: 0.5 },
      { share: 0.5 },
    ]) {
      const refused = threeHours(args)
      expect(refused.reply).toMatch(/^parking\.divert .*expected /)
      expect({ ...refused, reply: undefined }).toEqual(usual)
    }
  })
})
