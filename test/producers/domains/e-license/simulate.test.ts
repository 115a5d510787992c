// E-licence points: when people come, what they present, and the published numbers.
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
import type { LicenceParameters } from '../../../../producers/domains/e-license/parameters.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import {
  drive,
  type FakeAsset,
  run,
  type Seen,
  seedParameters,
  simulatedCity,
} from '../../simulated-city.ts'

const parameters = seedParameters(eLicense) as LicenceParameters

function points(count: number, type?: string): FakeAsset[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `lic-440106-${String(n).padStart(5, '0')}`,
    // The catalogue's mix: 30 % halls, 55 % self-service, 15 % online.
    attributes: {
      type: type ?? (n % 20 < 6 ? 'hall' : n % 20 < 17 ? 'self-service' : 'online'),
      organisation: 'x',
    },
  }))
}

const MIDNIGHT = '2025-06-18T00:00:00+08:00' // a Wednesday
const midnight = parseInstant(MIDNIGHT, 'start')
const isOfficeHour = (time: number) => {
  const h = cityTimeOfDay(time) / HOUR_MS
  return (h >= 9 && h < 12) || (h >= 13 && h < 17)
}

/** 99.9 % point of chi-square by Wilson and Hilferty. */
const chiSquare999 = (k: number) => k * (1 - 2 / (9 * k) + 3.09 * Math.sqrt(2 / (9 * k))) ** 3

describe('e-licence points', () => {
  keepsTheDomainPromises({
    domain: eLicense,
    assets: points(40),
    start: '2025-06-18T08:30:00+08:00',
    hours: 12,
  })

  it.each(['hall', 'self-service', 'online'])(
    'draw arrivals at a %s that fit λ(t) hour by hour',
    (type) => {
      const options = { domain: eLicense, assets: points(150, type), start: MIDNIGHT }
      const observed = new Float64Array(24)
      for (const s of run(options, 24)) {
        if (s.event === VERIFICATION) observed[Math.floor(cityTimeOfDay(s.time) / HOUR_MS)]++
      }
      // λ(t) up to a factor, from the curve and the office hours alone; the factor from the total.
      const { demand } = simulatedCity(options)
      const curve = parameters.points[type].curve
      const expected = new Float64Array(24)
      for (let t = midnight + 500; t < midnight + DAY_MS; t += 1000) {
        if (type === 'hall' && !isOfficeHour(t)) continue
        expected[Math.floor(cityTimeOfDay(t) / HOUR_MS)] += demand.curve(curve, t)
      }
      const total = observed.reduce((a, b) => a + b, 0)
      const factor = total / expected.reduce((a, b) => a + b, 0)
      let chiSquare = 0
      let cells = 0
      expected.forEach((e, hour) => {
        if (e === 0) {
          expect(observed[hour]).toBe(0)
          return
        }
        chiSquare += (observed[hour] - e * factor) ** 2 / (e * factor)
        cells++
      })
      console.log(
        `${type}: chi-square ${chiSquare.toFixed(1)} over ${cells} hours, 99.9 % point ` +
          `${chiSquare999(cells - 1).toFixed(1)}, ${total} arrivals: ${[...observed].join(' ')}`,
      )
      expect(chiSquare).toBeLessThan(chiSquare999(cells - 1))
      const perPointAndDay = total / 150
      expect(perPointAndDay / parameters.points[type].perDay).toBeGreaterThan(0.8)
      expect(perPointAndDay / parameters.points[type].perDay).toBeLessThan(1.2)
    },
  )

  it('handle about 2 transactions a second city-wide and 6 at the peak', () => {
    const perMinute = new Float64Array(24 * 60)
    const share = 4
    for (const s of run({ domain: eLicense, assets: points(2000 / share), start: MIDNIGHT }, 24)) {
      if (s.event === VERIFICATION) perMinute[Math.floor((s.time - midnight) / 60_000)] += share
    }
    const mean = perMinute.reduce((a, b) => a + b, 0) / (24 * 3600)
    let peak = 0
    for (let m = 0; m + 30 <= perMinute.length; m++) {
      peak = Math.max(peak, perMinute.slice(m, m + 30).reduce((a, b) => a + b, 0) / 1800)
    }
    console.log(
      `licences: ${mean.toFixed(2)}/s mean, ${peak.toFixed(2)}/s in the busiest half hour`,
    )
    expect(mean).toBeGreaterThan(1.6)
    expect(mean).toBeLessThan(2.4)
    expect(peak).toBeGreaterThan(5)
    expect(peak).toBeLessThan(7)
  })

  it('see nobody in a hall outside office hours or on a free day', () => {
    // Friday to Tuesday: two workdays, a weekend, a workday.
    const seen = run(
      { domain: eLicense, assets: points(40, 'hall'), start: '2025-06-20T00:00:00+08:00' },
      96,
    )
    const dates = new Set<string>()
    for (const s of seen.filter((s) => s.event === VERIFICATION)) {
      expect(isOfficeHour(s.time)).toBe(true)
      dates.add(new Date(s.time + CITY_OFFSET_MS).toISOString().slice(0, 10))
    }
    expect([...dates]).toEqual(['2025-06-20', '2025-06-23'])
    for (const s of seen.filter((s) => s.event === STATUS)) {
      const date = new Date(s.time + CITY_OFFSET_MS).toISOString().slice(0, 10)
      expect(s.data.open).toBe(dates.has(date) && isOfficeHour(s.time))
    }
  })

  it('work on a weekend that is worked in exchange for a holiday', () => {
    const seen = run(
      { domain: eLicense, assets: points(10, 'hall'), start: '2025-09-28T08:00:00+08:00' },
      4,
    )
    expect(seen.filter((s) => s.event === VERIFICATION).length).toBeGreaterThan(100)
  })

  it('serve online and self-service day and night', () => {
    const seen = run({ domain: eLicense, assets: points(60, 'online'), start: MIDNIGHT }, 24)
    const hours = new Set(
      seen
        .filter((s) => s.event === VERIFICATION)
        .map((s) => Math.floor(cityTimeOfDay(s.time) / HOUR_MS)),
    )
    expect(hours.size).toBe(24)
    expect(seen.filter((s) => s.event === STATUS).every((s) => s.data.open === true)).toBe(true)
  })

  it.each([
    ['2025-06-18T00:00:00+08:00', 0.78, 0.805],
    ['2022-01-05T00:00:00+08:00', 0.36, 0.44],
  ])('use e-licences as the plan’s path has it on %s', (start, least, most) => {
    const seen = run({ domain: eLicense, assets: points(1000), start }, 24)
    const transactions = seen.filter(
      (s) => s.event === VERIFICATION && s.time >= parseInstant(start, ''),
    )
    const eligible = transactions.filter((s) => s.data.eligible === true)
    const used = eligible.filter(
      (s) => s.data.presented === 'e-license' && s.data.outcome === 'accepted',
    )
    const usage = used.length / eligible.length
    const census = seen.filter((s) => s.event === STATUS && s.time < parseInstant(start, ''))
    const accepts = census.filter((s) => s.data.accepts === true).length / census.length
    console.log(
      `${start.slice(0, 10)}: usage ${usage.toFixed(4)} of ${eligible.length} eligible ` +
        `(${transactions.length} in all), ${(100 * accepts).toFixed(1)} % of the points accept`,
    )
    expect(usage).toBeGreaterThan(least)
    expect(usage).toBeLessThan(most)
  })

  it('present no e-licence where it is not eligible, and draw codes from the pools', () => {
    const codes = new Map(parameters.services.map((s) => [s.code, s.licences]))
    const seen = run({ domain: eLicense, assets: points(100), start: MIDNIGHT }, 24)
    const transactions = seen.filter((s) => s.event === VERIFICATION)
    expect(new Set(transactions.map((s) => s.data.service)).size).toBe(codes.size)
    for (const { data } of transactions) {
      if (data.presented === 'e-license') expect(data.eligible).toBe(true)
      expect(codes.get(data.service as string)).toContain(data.licence)
    }
  })

  it('take log-normal times: median and spread as the parameters say', () => {
    const logs = run({ domain: eLicense, assets: points(300), start: MIDNIGHT }, 24)
      .filter((s) => s.data.presented === 'e-license' && s.data.outcome === 'accepted')
      .map((s) => Math.log(s.data.latencyMs as number))
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length
    const sigma = Math.sqrt(logs.reduce((a, b) => a + (b - mean) ** 2, 0) / logs.length)
    expect(Math.exp(mean) / parameters.latency['e-license'].medianMs).toBeCloseTo(1, 1)
    expect(sigma).toBeCloseTo(parameters.latency['e-license'].sigma, 1)
  })

  it('name the type that the seeds lack', () => {
    const context = simulatedCity({ domain: eLicense, assets: points(3, 'booth'), start: MIDNIGHT })
    expect(() => eLicense.createSimulator(context)).toThrow(/type "booth".*hall/)
  })
})

describe('licence.paper-fallback', () => {
  /** Five hours of 50 points, with a command to each at 10:00. */
  function commanded(args: Record<string, unknown>, name = 'licence.paper-fallback') {
    const start = '2025-06-18T09:00:00+08:00'
    const context = simulatedCity({
      domain: eLicense,
      assets: points(50, 'online'),
      start,
      parameters: { equipped: [['2020-01-01', 1]], failure: { perDay: 0, meanHours: 1 } },
    })
    const simulator = eLicense.createSimulator(context)
    const ten = parseInstant(start, '') + HOUR_MS
    const seen: Seen[] = []
    const answers: (number | string)[] = []
    drive(simulator, context, ten, (s) => seen.push(s))
    context.assets.forEach((_, i) => {
      const answer = simulator.command!(i, name, args, ten)
      answers.push(answer)
      let wakeAt = typeof answer === 'number' ? answer : Number.POSITIVE_INFINITY
      while (wakeAt < ten + 4 * HOUR_MS) {
        const time = wakeAt
        wakeAt = simulator.wake(i, time, (event, data) =>
          seen.push({ id: String(i), time, event, data: { ...data } as Record<string, unknown> }),
        )
      }
    })
    return { seen, answers, ten }
  }

  const usage = (seen: Seen[], from: number, to: number) => {
    const eligible = seen.filter((s) => s.data.eligible === true && s.time >= from && s.time < to)
    const used = eligible.filter(
      (s) => s.data.presented === 'e-license' && s.data.outcome === 'accepted',
    )
    return used.length / eligible.length
  }

  it('stops electronic verification for as long as asked, then lets it return', () => {
    const { seen, ten } = commanded({ for: 'PT2H' })
    expect(usage(seen, ten - HOUR_MS, ten)).toBeGreaterThan(0.8)
    expect(usage(seen, ten, ten + 2 * HOUR_MS)).toBe(0)
    expect(usage(seen, ten + 2 * HOUR_MS, ten + 4 * HOUR_MS)).toBeGreaterThan(0.8)
    const during = seen.filter(
      (s) => s.event === STATUS && s.time >= ten && s.time < ten + 2 * HOUR_MS,
    )
    expect(during.length).toBe(50 * 8)
    expect(during.every((s) => s.data.accepts === false)).toBe(true)
  })

  it('refuses an unknown command and a bad duration', () => {
    expect(commanded({ for: 'PT2H' }, 'licence.burn').answers[0]).toMatch(/licence.burn/)
    expect(commanded({ for: 120 }).answers[0]).toMatch(/got "120", expected an ISO 8601/)
  })
})
