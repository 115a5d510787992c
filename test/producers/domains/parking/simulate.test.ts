// Car parks: arrivals, stays by kind and clock, full lots that send cars on, the day's rhythm, and the command.
import { describe, expect, it } from 'vitest'
import { parking } from '../../../../producers/domains/parking/domain.ts'
import { ENTRY, EXIT, STATUS } from '../../../../producers/domains/parking/event.ts'
import { createParkingSimulator } from '../../../../producers/domains/parking/simulate.ts'
import type { Demand } from '../../../../producers/simulation/demand.ts'
import { createLocalDemand } from '../../../../producers/simulation/local-demand.ts'
import { createStays } from '../../../../producers/simulation/stays.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import {
  type CityOptions,
  drive,
  run,
  type Seen,
  seedParameters,
  simulatedCity,
} from '../../simulated-city.ts'
import { lotOf, lots, options, parameters, START, START_MS, simulate, TYPES } from './lots.ts'

const HOUR_MS = 3_600_000

type Simulated = ReturnType<typeof createParkingSimulator>

/** What became of the cars of all lots together. */
function tallyOf(simulator: Simulated, assets: readonly unknown[]) {
  const total = { ...simulator.tally(0), onTheWay: simulator.onTheWay(0) }
  for (let i = 1; i < assets.length; i++) {
    const one = { ...simulator.tally(i), onTheWay: simulator.onTheWay(i) }
    for (const name of Object.keys(one) as (keyof typeof one)[]) total[name] += one[name]
  }
  return total
}

describe('parking simulator', () => {
  keepsTheDomainPromises({
    ...{ domain: parking, assets: lots(18, 80), start: START, hours: 3 },
    silentMs: 24 * HOUR_MS,
  })

  it('conserves cars: occupied = at census + entries − exits, within 0 and capacity, at every event', () => {
    const occupied = new Map<string, number>()
    const counts = [0, 0, 0]
    const broken: Seen[] = []
    // Small lots, so that many are full or empty at times.
    const city = { ...options, assets: lots(60, (n) => 1 + 3 * n) }
    const simulator = simulate(simulatedCity(city), 24, (s) => {
      const { occupied: now, capacity } = lotOf(s)
      const before = occupied.get(s.id)
      counts[s.event]++
      const change = s.event === ENTRY ? 1 : s.event === EXIT ? -1 : 0
      if (before === undefined ? s.event !== STATUS : now !== before + change) broken.push(s)
      if (now < 0 || now > capacity) broken.push(s)
      occupied.set(s.id, now)
    })
    console.log(`60 lots, 24 h: ${counts[ENTRY]} entries, ${counts[EXIT]} exits`)
    expect(broken).toEqual([])
    expect(tallyOf(simulator, city.assets).parked).toBe(counts[ENTRY])
  })

  it('loses no car between full lots: each parks, goes on and arrives, or gives up', () => {
    const city = { ...options, assets: lots(60, (n) => 1 + 3 * n) }
    const simulator = simulate(simulatedCity(city), 24, () => {})
    city.assets.forEach((_, i) => {
      const { offered, received, parked, sentOn, gaveUp } = simulator.tally(i)
      expect(offered + received).toBe(parked + sentOn + gaveUp)
    })
    const total = tallyOf(simulator, city.assets)
    console.log(`60 lots, 24 h: ${JSON.stringify(total)}`)
    expect(total.sentOn).toBe(total.received + total.onTheWay)
    expect(total.turnedAway + total.guidedAway).toBe(total.sentOn + total.gaveUp)
    for (const some of [total.sentOn, total.gaveUp, total.guidedAway]) {
      expect(some).toBeGreaterThan(0.005 * total.offered)
    }
  })

  it('says at the exit how long the car stayed', () => {
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

  it('starts as full as the same lots are that have run for two days', () => {
    const occupied = (seen: Seen[]) => {
      const last = new Map<string, number>()
      for (const s of seen) last.set(s.id, lotOf(s).occupied)
      return [...last.values()].reduce((a, b) => a + b, 0)
    }
    for (const type of TYPES) {
      const city: CityOptions = { ...options, assets: lots(40, 150, type), alike: true }
      const fresh = occupied(run(city, 0.0001))
      const grown = occupied(run({ ...city, start: '2025-06-16T16:30:00+08:00' }, 48))
      const off = fresh / grown - 1
      console.log(
        `${type}: ${fresh} cars at the start, ${grown} grown, ${(100 * off).toFixed(1)} %`,
      )
      expect(Math.abs(off)).toBeLessThan(0.1)
    }
  })

  it('refuses types that the parameters do not list, and says where', () => {
    const { types, onward } = seedParameters(parking) as {
      types: Record<string, object>
      onward: { sharing: object[] }
    }
    const broken = {
      types: { ...types, office: { ...types.office, onwardTo: ['garage'] } },
      onward: { ...onward, sharing: [{ of: 'home', to: 'barn', fromHour: 18, toHour: 7 }] },
    }
    expect(() => run({ ...options, parameters: broken }, 0.01)).toThrow(
      /simulation\.types\.office\.onwardTo: no type "garage", expected one of office, .*\n.*sharing\[0\]\.to: no type "barn"/s,
    )
  })
})

/** Parameters of one type of lot whose drivers know no other. */
function alone(type: string, popularitySigma: number, groups: Record<string, object>) {
  const { onward } = seedParameters(parking) as { onward: object }
  return {
    ...parameters,
    types: { [type]: { popularitySigma, groups, onwardTo: [] } },
    onward: { ...onward, sharing: [] },
  }
}

describe('parking credibility', () => {
  it('lets cars arrive by the curve: chi-square of hourly arrivals against λ(t)', () => {
    const shoppers = { curve: 'parking-mall', perDay: 1, stay: { medianMin: 30, sigma: 0.5 } }
    const assets = lots(30, 3_000, 'mall')
    const city = {
      ...{ ...options, start: '2025-06-18T00:00:00+08:00', assets },
      parameters: alone('mall', 0.3, { shoppers }),
    }
    const context = simulatedCity(city)
    const hourly = new Array<number>(24).fill(0)
    const simulator = createParkingSimulator(context)
    drive(simulator, context, context.scenario.start + 24 * HOUR_MS, (s) => {
      if (s.event === ENTRY) hourly[Math.floor((s.time - context.scenario.start) / HOUR_MS)]++
    })
    let offered = 0
    city.assets.forEach((_, i) => {
      expect(simulator.tally(i).turnedAway).toBe(0)
      offered += simulator.tally(i).offered
    })
    const demand = createLocalDemand(context)
    let chiSquare = 0
    for (let hour = 0; hour < 24; hour++) {
      let expected = 0
      for (let minute = 0.5; minute < 60; minute++) {
        const time = context.scenario.start + hour * HOUR_MS + minute * 60_000
        city.assets.forEach((_, i) => {
          expected += simulator.meanRate(i) * 60_000 * demand.level('parking-mall', time, i)
        })
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
    const drivers = {
      curve: 'flat',
      perDay: (load * 86_400_000) / (stays.meanMs * capacity),
      stay: { medianMin: 70, sigma: 0.8 },
    }
    const flat: Demand = {
      ...simulatedCity(options).demand,
      levels: () => ({ at: () => 1, peak: 1 }),
      curve: () => 1,
      peak: () => 1,
    }
    const assets = lots(60, capacity, 'office')
    const city = { ...options, assets, parameters: alone('office', 0, { drivers }) }
    const context = { ...simulatedCity(city), demand: flat }
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

  it('sends them on to a lot with free spaces nearby, where they arrive and park', () => {
    const context = simulatedCity({ ...options, assets: lots(2, 800, 'mall') })
    const simulator = createParkingSimulator(context)
    simulator.command(0, 'parking.divert', { for: 'PT1H', share: 1 }, START_MS)
    drive(simulator, context, START_MS + HOUR_MS, () => {})
    const { diverted, sentOn, gaveUp } = simulator.tally(0)
    const { received, parked, offered, turnedAway, guidedAway } = simulator.tally(1)
    console.log(`${diverted} diverted, ${sentOn} sent on, ${received} received by the neighbour`)
    expect(diverted).toBeGreaterThan(100)
    expect(sentOn + gaveUp).toBe(diverted)
    expect(received + simulator.onTheWay(1)).toBe(sentOn)
    expect(parked + turnedAway + guidedAway).toBe(offered + received)
    expect(parked).toBeGreaterThan(offered)
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

describe('parking.guide', () => {
  const guide = (simulator: ReturnType<typeof createParkingSimulator>, i: number) =>
    simulator.command(i, 'parking.guide', { for: 'PT2H' }, START_MS)

  /** Two hours of a crowded lot on guidance signs beside an empty one that is on none; after so many hours. */
  function crowded(isGuided: boolean) {
    const { types } = seedParameters(parking) as { types: { mall: object; office: object } }
    const stay = { medianMin: 120, sigma: 0.5 }
    const crowd = { groups: { crowd: { curve: 'parking-mall', perDay: 9, stay } } }
    const none = { groups: { crowd: { curve: 'parking-mall', perDay: 0, stay } } }
    const small = { ...lots(1, 200, 'mall')[0] }
    const large = { ...lots(2, 2000, 'office')[1] }
    const context = simulatedCity({
      ...options,
      alike: true,
      assets: [small, large],
      parameters: {
        ...parameters,
        types: {
          ...types,
          mall: { popularitySigma: 0, ...crowd, onwardTo: ['office'] },
          office: { popularitySigma: 0, ...none, onwardTo: [] },
        },
      },
    })
    const simulator = createParkingSimulator(context)
    if (isGuided) expect(typeof guide(simulator, 0)).toBe('number')
    let occupied = 0
    drive(simulator, context, START_MS + 2 * HOUR_MS, ({ id, data }) => {
      if (id === small.id) occupied = data.occupied as number
    })
    return { occupied, ...simulator.tally(0) }
  }

  it('turns drivers away before the lot is full, and most of them follow', () => {
    const usual = crowded(false)
    const guided = crowded(true)
    console.log(
      `${usual.occupied} of 200 spaces taken usually, ${guided.occupied} while guided; ` +
        `${usual.guidedAway} and ${guided.guidedAway} followed the signs`,
    )
    expect(guided.offered).toBe(usual.offered)
    expect(usual.occupied).toBeGreaterThan(190)
    expect(guided.occupied).toBeLessThan(usual.occupied - 5)
    expect(guided.guidedAway).toBeGreaterThan(1.5 * usual.guidedAway)
    expect(guided.gaveUp).toBeLessThanOrEqual(usual.gaveUp)
  })

  it('refuses a lot without signs, and what it cannot read', () => {
    const context = simulatedCity({ ...options, assets: lots(2, 800, 'mall') })
    const simulator = createParkingSimulator(context)
    expect(guide(simulator, 1)).toMatch(
      /^parking\.guide: no guidance signs are lit for this lot, expected /,
    )
    for (const args of [{}, { for: 'PT48H' }, { for: 3 }]) {
      expect(simulator.command(0, 'parking.guide', args, START_MS)).toMatch(
        /^parking\.guide for: got .*expected /,
      )
    }
    expect(simulator.command(0, 'parking.close', {}, START_MS)).toBe(
      'parking.close: unknown, expected parking.divert or parking.guide',
    )
  })
})
