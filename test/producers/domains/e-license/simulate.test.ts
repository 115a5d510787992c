// E-licence points: when people come, how many, and where they find the doors open.
import { describe, expect, it } from 'vitest'
import {
  CITY_OFFSET_MS,
  cityTimeOfDay,
  DAY_MS,
  HOUR_MS,
  parseInstant,
} from '../../../../infra/time.ts'
import { eLicense } from '../../../../producers/domains/e-license/domain.ts'
import { STATUS, VERIFICATION } from '../../../../producers/domains/e-license/event.ts'
import { createLocalDemand } from '../../../../producers/simulation/local-demand.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { run, simulatedCity } from '../../simulated-city.ts'
import { isOfficeHour, MIDNIGHT, midnight, parameters, partOfCity, points } from './points.ts'

/** 99.9 % point of chi-square by Wilson and Hilferty. */
const chiSquare999 = (k: number) => k * (1 - 2 / (9 * k) + 3.09 * Math.sqrt(2 / (9 * k))) ** 3
const hourOf = (time: number) => Math.floor(cityTimeOfDay(time) / HOUR_MS)
const dateOf = (time: number) => new Date(time + CITY_OFFSET_MS).toISOString().slice(0, 10)

describe('e-licence points', () => {
  keepsTheDomainPromises({
    domain: eLicense,
    assets: points(40),
    start: '2025-06-18T08:30:00+08:00',
    hours: 12,
  })

  it.each([
    ['street-hall', 60],
    ['community', 300],
    ['self-service', 300],
    ['website', 1],
  ])('draw arrivals at a %s that fit λ(t) hour by hour', (type, count) => {
    const options = { domain: eLicense, assets: points(count, type), start: MIDNIGHT }
    const observed = new Float64Array(24)
    for (const s of run(options, 24)) if (s.event === VERIFICATION) observed[hourOf(s.time)]++
    // λ(t) up to a factor, from the curve and the office hours alone; the factor from the total.
    const demand = createLocalDemand(simulatedCity(options))
    const { channel, perDay } = parameters.points[type]
    const { curve, officeHours } = parameters.channels[channel]
    const expected = new Float64Array(24)
    for (let t = midnight + 5000; t < midnight + DAY_MS; t += 10_000) {
      if (!officeHours || isOfficeHour(t)) expected[hourOf(t)] += demand.level(curve, t, 0)
    }
    const total = observed.reduce((a, b) => a + b, 0)
    const factor = total / expected.reduce((a, b) => a + b, 0)
    let chiSquare = 0
    let cells = 0
    expected.forEach((e, hour) => {
      if (e === 0) expect(observed[hour]).toBe(0)
      else {
        chiSquare += (observed[hour] - e * factor) ** 2 / (e * factor)
        cells++
      }
    })
    console.log(
      `${type}: chi-square ${chiSquare.toFixed(1)} over ${cells} hours, 99.9 % point ` +
        `${chiSquare999(cells - 1).toFixed(1)}, ${total} arrivals: ${[...observed].join(' ')}`,
    )
    expect(chiSquare).toBeLessThan(chiSquare999(cells - 1))
    expect(total / count / perDay).toBeGreaterThan(0.75)
    expect(total / count / perDay).toBeLessThan(1.25)
  })

  it('handle about 2 transactions a second city-wide and 6 at the peak, a third of them online', () => {
    const perMinute = new Float64Array(24 * 60)
    const share = 1 / 2
    let online = 0
    for (const s of run({ ...partOfCity(share), start: MIDNIGHT }, 24)) {
      if (s.event !== VERIFICATION) continue
      perMinute[Math.floor((s.time - midnight) / 60_000)] += 1 / share
      if (s.data.channel === 'online') online += 1 / share
    }
    const total = perMinute.reduce((a, b) => a + b, 0)
    const mean = total / (24 * 3600)
    let peak = 0
    for (let m = 0; m + 30 <= perMinute.length; m++) {
      peak = Math.max(peak, perMinute.slice(m, m + 30).reduce((a, b) => a + b, 0) / 1800)
    }
    const late = perMinute.slice(17 * 60).reduce((a, b) => a + b, 0) / total
    console.log(
      `licences: ${mean.toFixed(2)}/s mean, ${peak.toFixed(2)}/s in the busiest half hour, ` +
        `${(100 * late).toFixed(1)} % after 17:00, ${(online / total).toFixed(2)} online`,
    )
    expect(mean).toBeGreaterThan(1.6)
    expect(mean).toBeLessThan(2.4)
    expect(peak).toBeGreaterThan(4.8)
    expect(peak).toBeLessThan(7)
    expect(online / total).toBeGreaterThan(0.27)
    expect(online / total).toBeLessThan(0.41)
    expect(late).toBeGreaterThan(0.1)
    expect(late).toBeLessThan(0.25)
  })

  it('differ as halls do: thousands a day at a district centre, about 20 at a neighbourhood station', () => {
    const mean = (type: string, count: number) => {
      const perPoint = new Map<string, number>()
      for (const s of run({ domain: eLicense, assets: points(count, type), start: MIDNIGHT }, 24)) {
        if (s.event === VERIFICATION) perPoint.set(s.id, (perPoint.get(s.id) ?? 0) + 1)
      }
      const sizes = [...perPoint.values()].sort((a, b) => a - b)
      return { mean: sizes.reduce((a, b) => a + b, 0) / count, most: sizes.at(-1)!, sizes }
    }
    const district = mean('district-hall', 26)
    const station = mean('community', 300)
    console.log(
      `district centres ${district.sizes[0]} … ${district.most} a day, mean ${district.mean.toFixed(0)}; ` +
        `neighbourhood stations ${station.sizes[0]} … ${station.most}, mean ${station.mean.toFixed(1)}`,
    )
    expect(district.mean).toBeGreaterThan(1000)
    expect(district.most).toBeGreaterThan(2000)
    expect(station.mean).toBeGreaterThan(15)
    expect(station.mean).toBeLessThan(25)
    expect(station.most).toBeGreaterThan(80)
  })

  it('see nobody in a hall outside office hours or on a free day', () => {
    // Friday to Tuesday: two workdays, a weekend, a workday.
    const start = '2025-06-20T00:00:00+08:00'
    const seen = run({ domain: eLicense, assets: points(40, 'street-hall'), start }, 96)
    const dates = new Set<string>()
    for (const s of seen.filter((s) => s.event === VERIFICATION)) {
      expect(isOfficeHour(s.time)).toBe(true)
      dates.add(dateOf(s.time))
    }
    expect([...dates]).toEqual(['2025-06-20', '2025-06-23'])
    for (const s of seen.filter((s) => s.event === STATUS)) {
      expect(s.data.open).toBe(dates.has(dateOf(s.time)) && isOfficeHour(s.time))
      expect(s.data.onSite).toBe(true)
    }
  })

  it('work on a weekend that is worked in exchange for a holiday', () => {
    const start = '2025-09-28T08:00:00+08:00'
    const seen = run({ domain: eLicense, assets: points(10, 'street-hall'), start }, 4)
    expect(seen.filter((s) => s.event === VERIFICATION).length).toBeGreaterThan(100)
  })

  it('serve online day and night, from nowhere in particular', () => {
    const seen = run({ domain: eLicense, assets: points(1, 'app'), start: MIDNIGHT }, 24)
    const hours = new Set(seen.filter((s) => s.event === VERIFICATION).map((s) => hourOf(s.time)))
    expect(hours.size).toBe(24)
    const statuses = seen.filter((s) => s.event === STATUS)
    expect(statuses.every((s) => s.data.open === true && s.data.onSite === false)).toBe(true)
  })

  it('see more people on a Monday than on a Friday', () => {
    const days = ['2025-06-16', '2025-06-20'].map(
      (date) =>
        run({ ...partOfCity(0.1), start: `${date}T00:00:00+08:00`, alike: true }, 24).filter(
          (s) => s.event === VERIFICATION && s.time >= parseInstant(`${date}T00:00:00+08:00`, ''),
        ).length,
    )
    console.log(`Monday ${days[0]}, Friday ${days[1]}: ${(days[0] / days[1]).toFixed(3)}`)
    expect(days[0] / days[1]).toBeGreaterThan(1.08)
    expect(days[0] / days[1]).toBeLessThan(1.25)
  })

  it('name the type that the seeds lack', () => {
    const context = simulatedCity({ domain: eLicense, assets: points(3, 'booth'), start: MIDNIGHT })
    expect(() => eLicense.createSimulator(context)).toThrow(/type "booth".*district-hall/)
  })

  it('name a channel that there is not, and one without services', () => {
    const context = simulatedCity({
      domain: eLicense,
      assets: points(1, 'community'),
      start: MIDNIGHT,
      parameters: {
        points: { community: { channel: 'comunity', perDay: 1, sigma: 0 } },
        services: parameters.services.map((s) => ({ ...s, at: { online: 1, fax: 1 } })),
      },
    })
    expect(() => eLicense.createSimulator(context)).toThrow(
      /points.community.channel: "comunity", expected one of district-hall[\s\S]*\(household-registration\).at: "fax"[\s\S]*none at "street-hall"/,
    )
  })
})
