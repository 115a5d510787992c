// What people present, where and for what: usage over the years, by service and by channel.
import { describe, expect, it } from 'vitest'
import { cityTimeOfDay, HOUR_MS, parseInstant } from '../../../../infra/time.ts'
import { eLicense } from '../../../../producers/domains/e-license/domain.ts'
import { STATUS, VERIFICATION } from '../../../../producers/domains/e-license/event.ts'
import { run, type Seen } from '../../simulated-city.ts'
import { MIDNIGHT, parameters, partOfCity, points, usageOf } from './points.ts'

const checksOf = (seen: Seen[]) => seen.filter((s) => s.event === VERIFICATION)
/** A Wednesday in a half of the city. */
const wednesday = checksOf(run({ ...partOfCity(0.5), start: MIDNIGHT }, 24))

function byService(seen: Seen[]): Map<string, number> {
  const groups = Map.groupBy(seen, (s) => String(s.data.service))
  return new Map([...groups].map(([service, those]) => [service, usageOf(those).usage]))
}

describe('e-licences', () => {
  it.each([
    ['2025-06-18T00:00:00+08:00', 0.78, 0.805, 0.9],
    ['2022-01-05T00:00:00+08:00', 0.38, 0.43, 0.6],
  ])('are used as the plan’s path has it on %s', (start, least, most, equipped) => {
    const seen = run({ ...partOfCity(0.4), start }, 24)
    const { usage, eligible } = usageOf(checksOf(seen))
    const census = seen.filter(
      (s) => s.event === STATUS && s.data.onSite === true && s.time < parseInstant(start, ''),
    )
    const accepts = census.filter((s) => s.data.accepts === true).length / census.length
    console.log(
      `${start.slice(0, 10)}: usage ${usage.toFixed(4)} of ${eligible} eligible, ` +
        `${(100 * accepts).toFixed(1)} % of the points accept`,
    )
    expect(usage).toBeGreaterThan(least)
    expect(usage).toBeLessThan(most)
    expect(Math.abs(accepts - equipped)).toBeLessThan(0.04)
  })

  it('are used for some services much more than for others, and for each more than in 2022', () => {
    const usage = byService(wednesday)
    const list = [...usage].sort((a, b) => a[1] - b[1])
    console.log(list.map(([service, share]) => `${service} ${share.toFixed(2)}`).join(', '))
    expect(list[0][1]).toBeGreaterThan(0.5)
    expect(list[0][1]).toBeLessThan(0.66)
    expect(list.at(-1)![1]).toBeGreaterThan(0.87)
    expect(list.at(-1)![1]).toBeLessThan(0.96)
    const before = byService(
      checksOf(run({ ...partOfCity(0.2), start: '2022-01-05T00:00:00+08:00' }, 24)),
    )
    for (const [service, share] of before) expect(share, service).toBeLessThan(usage.get(service)!)
  })

  it('are the only paper there is online; elsewhere nobody uploads', () => {
    for (const { data } of wednesday) {
      if (data.channel === 'online') expect(['e-license', 'upload']).toContain(data.presented)
      else expect(data.presented).not.toBe('upload')
      if (data.channel === 'self-service') expect(data.presented).not.toBe('none')
    }
  })

  it('are shown where their service is to be had: marriages in a district hall, in office hours', () => {
    const there = new Map(parameters.services.map((s) => [s.code, s.at]))
    const services = new Map(parameters.services.map((s) => [s.code, s.licences]))
    const marriages = new Set<string>()
    for (const { data, time } of wednesday) {
      expect(there.get(String(data.service))).toHaveProperty(String(data.channel))
      expect(services.get(String(data.service))).toContain(data.licence)
      if (data.presented === 'e-license') expect(data.eligible).toBe(true)
      if (data.service !== 'marriage-registration') continue
      marriages.add(String(data.channel))
      expect(Math.floor(cityTimeOfDay(time) / HOUR_MS)).toBeGreaterThanOrEqual(9)
      expect(Math.floor(cityTimeOfDay(time) / HOUR_MS)).toBeLessThan(17)
    }
    expect([...marriages]).toEqual(['district-hall'])
    expect(new Set(wednesday.map((s) => s.data.service)).size).toBe(services.size)
  })

  it('are asked for in their season: enrolment in May, hardly any in November', () => {
    const share = (start: string) => {
      const seen = checksOf(run({ ...partOfCity(0.1), start: `${start}T00:00:00+08:00` }, 24))
      return seen.filter((s) => s.data.service === 'school-enrolment').length / seen.length
    }
    const may = share('2025-05-14')
    const november = share('2025-11-12')
    console.log(`school enrolment: ${may.toFixed(4)} in May, ${november.toFixed(4)} in November`)
    expect(may).toBeGreaterThan(6 * november)
  })

  it('take log-normal times: median and spread as the parameters say', () => {
    const logs = wednesday
      .filter((s) => s.data.presented === 'e-license' && s.data.outcome === 'accepted')
      .map((s) => Math.log(s.data.latencyMs as number))
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length
    const sigma = Math.sqrt(logs.reduce((a, b) => a + (b - mean) ** 2, 0) / logs.length)
    expect(Math.exp(mean) / parameters.latency['e-license'].medianMs).toBeCloseTo(1, 1)
    expect(sigma).toBeCloseTo(parameters.latency['e-license'].sigma, 1)
  })

  it('have seasons whose year is a year', () => {
    for (const { code, months } of parameters.services) {
      if (!months) continue
      expect(months.reduce((a, b) => a + b, 0) / 12, code).toBeCloseTo(1, 6)
    }
    const seen = run({ domain: eLicense, assets: points(3, 'app'), start: MIDNIGHT }, 1)
    expect(seen.length).toBeGreaterThan(3)
  })
})
