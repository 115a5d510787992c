// Demand: daily curves, kinds of day and peaks, for made-up curves and every city's.
import { describe, expect, it } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { createDemand } from '../../../producers/simulation/demand.ts'
import type { City, DemandCurve, Scenario } from '../../../seeds/contract.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'

const HOUR_MS = 3_600_000
const at = (text: string) => Date.parse(`${text}+08:00`)

const hours = (value: (hour: number) => number) => Array.from({ length: 24 }, (_, h) => value(h))
const flat = [1, 1, 1, 1, 1, 1, 1]

function demandOf(curves: Record<string, Partial<DemandCurve>>, multipliers = {}) {
  const demand = Object.fromEntries(
    Object.entries(curves).map(([name, curve]) => [
      name,
      {
        workday: hours((h) => h),
        weekend: hours(() => 50),
        holiday: hours(() => 70),
        weekdayFactors: flat,
        ...curve,
      },
    ]),
  )
  const calendar = { holidays: ['2025-10-01'], workdays: ['2025-09-28'] }
  const city = { id: 'test', demand, calendar } as unknown as City
  return createDemand(city, { demand: multipliers } as unknown as Scenario)
}

describe('createDemand', () => {
  it('passes through the hourly values at the middles of the hours, straight where they are', () => {
    const demand = demandOf({ any: {} })
    expect(demand.curve('any', at('2025-06-18T08:30:00'))).toBe(8)
    expect(demand.curve('any', at('2025-06-18T09:00:00'))).toBe(8.5)
    expect(demand.curve('any', at('2025-06-18T09:15:00'))).toBe(8.75)
    expect(demand.curve('any', at('2025-06-18T09:30:00'))).toBe(9)
  })

  it('has no step at midnight, between days of one kind or of two', () => {
    const demand = demandOf({ any: {} })
    // Wednesday into Thursday: from 23 at 23:30 to 0 at 00:30.
    expect(demand.curve('any', at('2025-06-19T00:00:00'))).toBe(11.5)
    expect(demand.curve('any', at('2025-06-18T23:59:59.999'))).toBeCloseTo(11.5, 4)
    // Friday into Saturday: from 23 to the weekend's 50.
    const midnight = demand.curve('any', at('2025-06-21T00:00:00'))
    expect(midnight).toBeGreaterThan(36)
    expect(midnight).toBeLessThan(38)
    expect(demand.curve('any', at('2025-06-20T23:59:59.999'))).toBeCloseTo(midnight, 3)
  })

  it('knows workdays, weekends, holidays and worked weekends in the city, not in UTC', () => {
    const demand = demandOf({ any: {} })
    expect(demand.dayKind(at('2025-06-20T23:59:59'))).toBe('workday')
    expect(demand.dayKind(at('2025-06-21T00:00:00'))).toBe('weekend')
    expect(demand.dayKind(at('2025-10-01T12:00:00'))).toBe('holiday')
    expect(demand.dayKind(at('2025-09-28T12:00:00'))).toBe('workday')
    expect(demand.curve('any', at('2025-10-01T12:30:00'))).toBe(70)
    expect(demand.curve('any', at('2025-09-28T12:30:00'))).toBe(12)
  })

  it('applies a weekday\u2019s factor on its usual kind of day only', () => {
    // Sunday 2, Monday 3, ... Saturday 8.
    const demand = demandOf({ any: { weekdayFactors: [2, 3, 4, 5, 6, 7, 8] } })
    expect(demand.curve('any', at('2025-06-16T10:30:00'))).toBe(30)
    expect(demand.curve('any', at('2025-06-22T10:30:00'))).toBe(100)
    // A worked Sunday and a Wednesday holiday.
    expect(demand.curve('any', at('2025-09-28T10:30:00'))).toBe(10)
    expect(demand.curve('any', at('2025-10-01T10:30:00'))).toBe(70)
  })

  it('multiplies by the scenario\u2019s demand, the peak too', () => {
    const usual = demandOf({ any: {}, other: {} })
    const doubled = demandOf({ any: {}, other: {} }, { any: 2 })
    const time = at('2025-06-18T10:20:00')
    expect(doubled.curve('any', time)).toBe(2 * usual.curve('any', time))
    expect(doubled.peak('any')).toBe(2 * usual.peak('any'))
    expect(doubled.curve('other', time)).toBe(usual.curve('other', time))
  })

  it('answers alike whatever was asked before: a pure function of time', () => {
    const demand = demandOf({ any: {} })
    const words = stream(1, 'demand', 'test')
    const times = Array.from(
      { length: 2_000 },
      () => at('2025-06-01T00:00:00') + below(words, 0, 40 * 24) * HOUR_MS,
    )
    const first = times.map((t) => demand.curve('any', t))
    for (const [k, t] of [...times.entries()].reverse()) {
      expect(demand.curve('any', t)).toBe(first[k])
      expect(demandOf({ any: {} }).curve('any', t)).toBe(first[k])
    }
  })

  it('names the curves it has when asked for another', () => {
    expect(() => demandOf({ one: {}, two: {} }).curve('three', 0)).toThrow(
      'seeds/test/demand.json: no curve "three", expected one of one, two; add it',
    )
  })
})

describe.each(CITIES)('demand of %s', (id) => {
  const city = loadCity(id)
  const demand = createDemand(city, { demand: {} } as unknown as Scenario)

  it('has a peak that no minute of the calendar exceeds, and that some hour comes near', () => {
    for (const name of Object.keys(city.demand)) {
      let most = 0
      for (let t = at('2025-07-01T00:00:00'); t < at('2026-07-01T00:00:00'); t += 10 * 60_000) {
        most = Math.max(most, demand.curve(name, t))
      }
      expect(most, name).toBeLessThanOrEqual(demand.peak(name))
      expect(most, name).toBeGreaterThan(0.85 * demand.peak(name))
    }
  })

  it('averages 1 over a workday', () => {
    for (const [name, curve] of Object.entries(city.demand)) {
      const mean = curve.workday.reduce((a, b) => a + b, 0) / 24
      expect(Math.abs(mean - 1), name).toBeLessThan(0.005)
    }
  })
})

describe('demand of Guangzhou', () => {
  const city = loadCity('guangzhou')
  const demand = createDemand(city, { demand: {} } as unknown as Scenario)

  it('has the traffic peaks of the published figures: 07-09, 17-19, the evening higher', () => {
    const value = (hour: string) => demand.curve('traffic', at(`2025-06-18T${hour}:00`))
    const morning = value('08:30')
    const evening = value('18:30')
    // Published is the evening's index, 24 % above the morning's: delay grows faster than the flow that this is.
    expect(evening / morning).toBeGreaterThan(1.05)
    expect(evening / morning).toBeLessThan(1.24)
    for (const between of ['05:30', '10:30', '12:30', '15:30', '20:30', '23:30']) {
      expect(value(between)).toBeLessThan(0.85 * morning)
    }
  })

  it('serves no licence at a counter at night, at weekends and hardly any at noon', () => {
    const value = (time: string) => demand.curve('licence-hall', at(time))
    expect(value('2025-06-18T03:00:00')).toBe(0)
    expect(value('2025-06-18T20:00:00')).toBe(0)
    expect(value('2025-06-21T10:30:00')).toBe(0)
    expect(value('2025-06-18T12:30:00')).toBeLessThan(0.1 * value('2025-06-18T10:30:00'))
  })
})
