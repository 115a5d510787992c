// Full lots send cars on: to the nearest suitable one within a walk, by time of day to shared ones, and nowhere else.
import { describe, expect, it } from 'vitest'
import { parking } from '../../../../producers/domains/parking/domain.ts'
import { ENTRY, STATUS } from '../../../../producers/domains/parking/event.ts'
import { LotSearch } from '../../../../producers/domains/parking/onward/search.ts'
import { typesOfLots } from '../../../../producers/domains/parking/users/lot-types.ts'
import { createLocalDemand } from '../../../../producers/simulation/local-demand.ts'
import { type FakeAsset, seedParameters, simulatedCity } from '../../simulated-city.ts'
import { lots, options, parameters, simulate } from './lots.ts'

const NIGHT = Date.parse('2025-06-18T23:00:00+08:00')
const DAY = Date.parse('2025-06-18T11:00:00+08:00')

const lot = (type: string, km: number, more: Partial<FakeAsset> = {}, shared = false) => ({
  ...lots(1, 50, type)[0],
  ...{ id: `park-440106-${type}-${km}`, lat: 23.1, lon: 113.3 + km / 102.28 },
  ...more,
  attributes: { type, capacity: 50, guided: true, shared, operator: 'any' },
})

function searchAmong(assets: FakeAsset[]) {
  const context = simulatedCity({ ...options, assets })
  const search = new LotSearch(context, typesOfLots(context, createLocalDemand(context)))
  return (time: number, hasSpace?: (i: number) => boolean) =>
    search.find({ i: 0, origin: 0, time, hasSpace }, 0.5)
}

describe('the search for another lot', () => {
  it('takes the nearest suitable one within a walk, in the same cell, minutes away', () => {
    const home = lot('home', 0)
    const find = searchAmong([
      home,
      lot('mall', 0.1),
      lot('home', 0.2, { cell: 1 }),
      lot('kerb', 0.7),
      lot('home', 0.5),
      lot('home', 5),
    ])
    const found = find(DAY)!
    expect(found.lot).toBe(4)
    // One minute, half of the longest search, and half a kilometre at 14 km/h.
    expect(found.ms / 60_000).toBeCloseTo(1 + 2 + (0.5 / 14) * 60, 1)
    expect(find(DAY, (i) => i !== 4)!.lot).toBe(3)
    expect(find(DAY, (i) => i < 3)).toBeUndefined()
    expect(find(DAY, (i) => i === 5)).toBeUndefined()
  })

  it('lets residents use shared office lots at night, and nobody theirs by day', () => {
    const homes = [lot('home', 0), lot('office', 0.1), lot('office', 0.2, {}, true)]
    expect(searchAmong(homes)(NIGHT)?.lot).toBe(2)
    expect(searchAmong(homes)(DAY)).toBeUndefined()
  })

  it('sends nobody to a lot that has not opened', () => {
    const later = lot('home', 0.1, { commissioned: '2025-06-18T12:00:00+08:00' })
    const find = searchAmong([lot('home', 0), later])
    expect(find(DAY)).toBeUndefined()
    expect(find(NIGHT)?.lot).toBe(1)
  })
})

const crowd = { curve: 'parking-mall', perDay: 20, stay: { medianMin: 90, sigma: 0.5 } }
const crowded = { popularitySigma: 0, groups: { crowd }, onwardTo: ['office', 'mall'] }
const quiet = { popularitySigma: 0, onwardTo: [], groups: { nobody: { ...crowd, perDay: 0 } } }

/** Six hours of a lot that is far too small, beside others; `share` of those that meet it full go on. */
function overflow(guided: boolean, share: number, neighbours: FakeAsset[], mostLots?: number) {
  const { types, onward } = seedParameters(parking) as { types: object; onward: object }
  const followed = { guided: share, unguided: share, signsFollowed: 0 }
  const small = lot('mall', 0)
  small.attributes.guided = guided
  const context = simulatedCity({
    alike: true,
    ...{ ...options, assets: [small, ...neighbours], start: '2025-06-18T10:00:00+08:00' },
    parameters: {
      ...parameters,
      onward: { ...onward, ...followed, ...(mostLots ? { mostLots } : {}) },
      types: { ...types, mall: crowded, ...(mostLots ? { office: quiet } : {}) },
    },
  })
  const entries = new Map<string, number>()
  const simulator = simulate(context, 6, (s) => {
    if (s.event === ENTRY) entries.set(s.id, (entries.get(s.id) ?? 0) + 1)
  })
  return { entries, simulator, first: simulator.tally(0) }
}

describe('a full lot', () => {
  it('sends on the stated share of the cars that meet it, and they arrive', () => {
    const large = lot('office', 0.3)
    large.attributes.capacity = 2_000
    const { first, simulator, entries } = overflow(true, 0.6, [large])
    const share = first.sentOn / first.turnedAway
    const office = simulator.tally(1)
    console.log(`${first.turnedAway} turned away, ${first.sentOn} sent on`)
    expect(first.turnedAway).toBeGreaterThan(200)
    expect(Math.abs(share - 0.6)).toBeLessThan(3 * Math.sqrt(0.24 / first.turnedAway))
    expect(office.received + simulator.onTheWay(1)).toBe(first.sentOn)
    expect(entries.get('park-440106-office-0.3')).toBe(office.parked)
  })

  it('sends nobody anywhere when nobody follows, or when there is no lot to go to', () => {
    expect(overflow(true, 0, [lot('office', 0.3)]).first.sentOn).toBe(0)
    const alone = overflow(true, 1, [lot('hospital', 0.3), lot('office', 0.3, { cell: 1 })]).first
    expect(alone.sentOn).toBe(0)
    expect(alone.gaveUp).toBe(alone.turnedAway)
  })

  it('without signs sends cars to the nearest lot, full or not, and some try a third', () => {
    const near = [lot('mall', 0.1), lot('office', 0.4), lot('office', 0.6)]
    const { simulator } = overflow(false, 1, near)
    const blind = simulator.tally(1)
    console.log(`the nearest received ${blind.received}, turned ${blind.turnedAway} away again`)
    expect(blind.turnedAway).toBeGreaterThan(50)
    expect(simulator.tally(2).received).toBeGreaterThan(50)
    // With patience for two lots only: the second one is a mall and full, and nobody reaches an office that nobody else uses.
    near[0].attributes.guided = false
    const officesGot = (mostLots: number) => {
      const { simulator } = overflow(false, 1, near, mostLots)
      return simulator.tally(2).received + simulator.tally(3).received
    }
    expect(officesGot(2)).toBe(0)
    expect(officesGot(3)).toBeGreaterThan(50)
  })

  it('sends cars to a lot where nothing else happens, and they park on arrival, not at its next report', () => {
    const { types, onward } = seedParameters(parking) as { types: object; onward: object }
    const context = simulatedCity({
      ...{ ...options, assets: [lot('mall', 0), lot('office', 0.3)], alike: true },
      start: '2025-06-18T10:00:00+08:00',
      parameters: {
        ...parameters,
        // So few that each finds the lot asleep: a car knows of those behind it.
        onward: { ...onward, guided: 0.12, signsFollowed: 0.02 },
        types: { ...types, mall: crowded, office: quiet },
      },
    })
    const entries: number[] = []
    const reports = new Set<number>()
    simulate(context, 6, ({ id, event, time }) => {
      if (id !== 'park-440106-office-0.3') return
      if (event === ENTRY) entries.push(time)
      else if (event === STATUS) reports.add(time)
    })
    expect(entries.length).toBeGreaterThan(20)
    expect(entries.filter((time) => reports.has(time))).toEqual([])
  })
})
