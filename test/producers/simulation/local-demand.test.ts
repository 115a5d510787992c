// What a curve is at a place: in the mean what is expected, never above its bound, noise with memory that neighbours share, and
// days that differ; in every city.
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { createWeather } from '../../../producers/simulation/days/weather.ts'
import { createDemand } from '../../../producers/simulation/demand.ts'
import { createLocalDemand } from '../../../producers/simulation/local-demand.ts'
import type { SimulationContext } from '../../../producers/simulation/simulator.ts'
import type { City, DemandCurve, Scenario } from '../../../seeds/contract.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { correlation, deviation, mean } from '../../../tools/model/statistics.ts'
import { CITIES } from '../../cities.ts'

const FROM = Date.parse('2025-01-01T00:00:00+08:00')

/** Assets 0 and 1 in one cell, 2 in another of the district, 3 in the next district. */
const PLACES = { district: [1, 1, 1, 2], cell: [4, 4, 5, 9] }

function openLocal(city: City, seed = 1, own = [0, 1, 2, 3]) {
  const scenario = { seed, demand: {} } as unknown as Scenario
  const demand = createDemand(city, scenario)
  const context = {
    city,
    scenario,
    demand,
    weather: createWeather(city, scenario),
    assets: Uint32Array.from(own),
    catalogue: PLACES,
  } as unknown as SimulationContext
  const local = createLocalDemand(context)
  /** By how much the level at asset `i` is off what is expected, as a share. */
  const off = (curve: string, time: number, i: number) =>
    local.level(curve, time, i) / local.expected(curve, time) - 1
  return { local, demand, off }
}

describe.each(CITIES)('local demand of %s', (id) => {
  const city = loadCity(id)
  const { local, demand } = openLocal(city)

  it.each(Object.keys(city.demand))(
    '%s: the year’s mean is what is expected, and no time exceeds the bound',
    (curve) => {
      let level = 0
      let expected = 0
      let most = 0
      for (let t = FROM; t < FROM + 364 * DAY_MS; t += 40 * MINUTE_MS) {
        for (const i of [0, 2, 3]) {
          const here = local.level(curve, t, i)
          level += here
          expected += demand.curve(curve, t)
          most = Math.max(most, here)
        }
      }
      expect(Math.abs(level / expected - 1)).toBeLessThan(0.005)
      expect(most).toBeLessThanOrEqual(local.peak(curve))
      expect(most).toBeGreaterThan(0.7 * local.peak(curve))
    },
  )
})

describe('noise and days', () => {
  const guangzhou = loadCity('guangzhou')
  const { off } = openLocal(guangzhou)
  const workday = (k: number) => FROM + (5 + 7 * Math.floor(k / 5) + (k % 5)) * DAY_MS
  /** Every 5 minutes of 40 days, each less its own day's mean: what the day's factor leaves. */
  const within = (i: number, shift = 0) =>
    Array.from({ length: 40 }, (_, k) => {
      const day = Array.from({ length: 240 }, (__, s) =>
        off('traffic', workday(k) + 2 * HOUR_MS + (s + shift) * 5 * MINUTE_MS, i),
      )
      const middle = mean(day)
      return day.map((value) => value - middle)
    }).flat()

  it('remembers: correlated over 5 minutes, less over 45, not over hours', () => {
    const now = within(0)
    expect(correlation(now, within(0, 1))).toBeGreaterThan(0.9)
    const later = correlation(now, within(0, 9))
    expect(later).toBeGreaterThan(0.2)
    expect(later).toBeLessThan(0.6)
    expect(Math.abs(correlation(now, within(0, 48)))).toBeLessThan(0.15)
    expect(deviation(now)).toBeGreaterThan(0.022)
    expect(deviation(now)).toBeLessThan(0.04)
  })

  it('is shared: the same in a cell, most in a district, 0.3 to 0.8 between districts', () => {
    const here = within(0)
    expect(within(1)).toEqual(here)
    const [cell, district] = [within(2), within(3)].map((other) => correlation(here, other))
    expect(cell).toBeGreaterThan(district)
    expect(cell).toBeLessThan(0.95)
    expect(district).toBeGreaterThan(0.3)
    expect(district).toBeLessThan(0.8)
  })

  it('gives every day a level of its own, 2 to 6 % about what is expected, 0.3 to 0.8 in common', () => {
    const days = (i: number, curve = 'traffic') =>
      Array.from({ length: 120 }, (_, k) =>
        mean(Array.from({ length: 48 }, (__, h) => off(curve, workday(k) + h * 1_800_000, i))),
      )
    const here = days(0)
    expect(deviation(here)).toBeGreaterThan(0.02)
    expect(deviation(here)).toBeLessThan(0.06)
    // A good day says nothing of the next one.
    expect(Math.abs(correlation(here.slice(1), here.slice(0, -1)))).toBeLessThan(0.3)
    const common = correlation(here, days(3))
    expect(common).toBeGreaterThan(0.3)
    expect(common).toBeLessThan(0.8)
    // Curves of one family have it together, others do not.
    expect(correlation(days(0, 'five-g-home'), days(0, 'five-g-office'))).toBeGreaterThan(0.8)
    expect(Math.abs(correlation(here, days(0, 'five-g-office')))).toBeLessThan(0.3)
  })

  it('goes over from one day to the next within an hour of midnight, evenly', () => {
    const flat = new Array<number>(24).fill(1)
    const days = { workday: flat, weekend: flat, holiday: flat, weekdayFactors: flat.slice(0, 7) }
    const alone = { ...guangzhou, demand: { one: { ...days, effects: { day: 0.05 } } } }
    const { local } = openLocal(alone)
    for (let k = 0; k < 60; k++) {
      const midnight = workday(k)
      const at = (minutes: number) => local.level('one', midnight + minutes * MINUTE_MS, 0)
      const change = at(60) - at(-60)
      expect(at(-180)).toBeCloseTo(at(-60), 9)
      expect(at(180)).toBeCloseTo(at(60), 9)
      for (let minutes = -60; minutes < 60; minutes += 5) {
        expect(at(minutes + 5) - at(minutes)).toBeCloseTo(change / 24, 9)
      }
    }
  })

  it('is a function of seed, time and place, whoever else there is', () => {
    const times = Array.from({ length: 300 }, (_, k) => FROM + k * 11 * HOUR_MS)
    const all = times.map((t) => off('traffic', t, 3))
    const alone = openLocal(guangzhou, 1, [3])
    for (const [k, t] of [...times.entries()].reverse()) {
      expect(alone.off('traffic', t, 0)).toBe(all[k])
    }
    // Chance alone: the weather, which has the seed too, is left out of it.
    for (const effects of [{ day: 0.05 }, { noise: 0.03 }]) {
      const city = { ...guangzhou, demand: { one: { ...guangzhou.demand.traffic, effects } } }
      const [one, two] = [1, 2].map((seed) => openLocal(city, seed))
      const same = times.filter((t) => one.off('one', t, 3) === two.off('one', t, 3))
      expect(same.length).toBeLessThan(0.05 * times.length)
    }
  })
})

describe('effects', () => {
  const flat = new Array<number>(24).fill(1)
  const guangzhou = loadCity('guangzhou')
  const curve: DemandCurve = {
    workday: flat,
    weekend: flat,
    holiday: flat,
    weekdayFactors: [1, 1, 1, 1, 1, 1, 1],
  }
  const open = (effects: DemandCurve['effects']) =>
    openLocal({ ...guangzhou, demand: { one: { ...curve, effects } } }).local
  const at = (text: string) => Date.parse(`${text}+08:00`)

  it('rain takes or brings what it says, heat too, and the mean stays', () => {
    const { local } = openLocal({
      ...guangzhou,
      demand: { one: { ...curve, effects: { rain: -0.4 } } },
    })
    const weather = createWeather(guangzhou, { seed: 1 } as Scenario)
    const wet: number[] = []
    const dry: number[] = []
    for (let t = FROM; t < FROM + 300 * DAY_MS; t += HOUR_MS) {
      const { rainMmH } = weather.at(t, 1)
      if (rainMmH > 12) wet.push(local.level('one', t, 0))
      if (rainMmH === 0) dry.push(local.level('one', t, 0))
    }
    expect(wet.length).toBeGreaterThan(5)
    expect(mean(wet) / mean(dry)).toBeGreaterThan(0.6)
    expect(mean(wet) / mean(dry)).toBeLessThan(0.72)
  })

  it('eves, pay days, school holidays and weekdays come from the calendar', () => {
    const local = open({
      eve: 0.5,
      payDay: 0.1,
      schoolBreak: -0.2,
      mornings: [1, 1.3, 1, 1, 1, 1, 1],
    })
    const level = (text: string) => local.level('one', at(text), 0)
    // 30 September 2025 is the eve of the National Day.
    expect(level('2025-09-30T18:00:00')).toBeCloseTo(1.5, 9)
    expect(level('2025-09-30T09:00:00')).toBeCloseTo(1, 9)
    expect(level('2025-09-29T18:00:00')).toBeCloseTo(1, 9)
    expect(level('2025-10-15T15:00:00')).toBeCloseTo(1.1, 9)
    expect(level('2025-07-16T15:00:00')).toBeCloseTo(0.8, 9)
    expect(level('2025-09-22T08:00:00')).toBeCloseTo(1.3, 9)
    expect(level('2025-09-22T18:00:00')).toBeCloseTo(1, 9)
    expect(level('2025-10-06T08:00:00'), 'a holiday Monday').toBeCloseTo(1, 9)
  })

  it('months count by their proportions', () => {
    const local = open({ months: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 2] })
    const months = Array.from({ length: 12 }, (_, m) =>
      local.level('one', at(`2025-${String(m + 1).padStart(2, '0')}-16T12:00:00`), 0),
    )
    expect(mean(months)).toBeCloseTo(1, 9)
    expect(months[10] / months[0]).toBeCloseTo(2, 9)
  })
})
