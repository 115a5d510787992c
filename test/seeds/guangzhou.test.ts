// What is true of Guangzhou alone: published numbers, targets and sources (facts that a reader can look up).

import { describe, expect, it } from 'vitest'
import { apportion } from '../../seeds/catalogue/apportion.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import { placesOf } from '../../seeds/contract.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { loadPlan } from '../../seeds/load/plan.ts'

const city = loadCity('guangzhou')
const plan = loadPlan(city)
const full = buildCatalogue(city, 1)
const official = plan.targets.filter((target) => target.grade === 'official')

describe('the city of Guangzhou', () => {
  it('has 11 districts that sum to the published population and area', () => {
    expect(city.districts).toHaveLength(11)
    expect(city.districts.reduce((a, d) => a + d.population10k, 0)).toBeCloseTo(1882.7, 6)
    expect(city.districts.reduce((a, d) => a + d.areaKm2, 0)).toBeCloseTo(7434.4, 6)
  })

  it('lists its 178 streets and towns', () => {
    expect(placesOf(city).streets).toHaveLength(178)
  })

  it('holds the holidays and worked weekends of two years without overlap', () => {
    const { holidays, workdays } = city.calendar
    expect(holidays).toContain('2025-10-01')
    expect(workdays).toContain('2025-09-28')
    expect(holidays.filter((date) => workdays.includes(date))).toEqual([])
  })

  it('gives its simulated readings away and asks that clauses be cited', () => {
    expect(city.openData?.licence.name).toBe('CC0-1.0')
    expect(plan.notice?.zh).toBe('目标为公开数值，完成值为模拟，不代表实际')
  })
})

/** KPI, value, unit and due year as the two published documents give them. */
const PUBLISHED: [string, number, string, string][] = [
  ['five-g-site.coverage', 100_000, '{site}', '2025'],
  ['five-g-site.coverage-outdoor', 38_900, '{site}', '2022'],
  ['system-access.coverage', 0.9, '1', '2025'],
  ['e-license.usage', 0.8, '1', '2025'],
  ['indicator-report.open-datasets', 1600, '{dataset}', '2025'],
  ['indicator-report.core-digital-share', 0.15, '1', '2025'],
  ['indicator-report.smes-on-cloud', 200_000, '{enterprise}', '2025'],
  ['indicator-report.transformation-platforms', 50, '{platform}', '2025'],
  ['indicator-report.demonstration-enterprises', 200, '{enterprise}', '2025'],
  ['indicator-report.electronics-output', 280e9, 'CNY', '2022'],
  ['indicator-report.software-revenue', 600e9, 'CNY', '2022'],
  ['indicator-report.secondary-nodes', 35, '{node}', '2022'],
  ['indicator-report.identifier-registrations', 5e9, '{registration}', '2022'],
]

describe('the plan of Guangzhou', () => {
  it('holds the thirteen official targets and no other official one', () => {
    const listed = official.map((t) => [t.kpi, t.value, t.unit, t.due.slice(0, 4)])
    expect(listed.sort()).toEqual([...PUBLISHED].sort())
  })

  it('dates each official target to one of the two documents', () => {
    for (const target of official) {
      const published = target.due.startsWith('2025') ? '2024-05-16' : '2021-07-05'
      expect([target.id, target.documentDate]).toEqual([target.id, published])
    }
  })

  it('grades the targets that no document gives as demo assumptions', () => {
    const assumed = plan.targets.filter((target) => target.grade === 'demo assumption')
    expect(assumed.map((target) => target.kpi)).toEqual(
      expect.arrayContaining([
        'e-license.coverage',
        'five-g-site.availability',
        'parking.coverage',
        'traffic-signal.coverage',
        'traffic-signal.usage',
      ]),
    )
  })

  it('says that reading 38,900 as outdoor sites is an assumption', () => {
    const outdoor = official.find((target) => target.kpi === 'five-g-site.coverage-outdoor')
    expect(outdoor?.rule.zh).toContain('假设')
    expect(outdoor?.rule.en).toContain('assumption')
  })

  it('splits planned numbers by population so that districts sum to the city', () => {
    const populations = city.districts.map((d) => d.population10k)
    const whole: Record<string, number> = {
      'traffic-signal.coverage': 4000,
      'parking.coverage': 3000,
      'five-g-site.coverage': 100_000,
      'five-g-site.coverage-outdoor': 38_900,
      'e-license.coverage': 2000,
    }
    for (const [kpi, total] of Object.entries(whole)) {
      const numbers = city.districts.map((d) => plan.planned[kpi][d.code])
      expect(plan.planned[kpi]['440100']).toBe(total)
      expect(numbers).toEqual(apportion(total, populations))
    }
    expect(plan.planned['system-access.coverage']).toEqual({ 440100: 20 })
  })
})

describe('the catalogue of Guangzhou', () => {
  it('holds the assets of the full city', () => {
    const counts = Object.entries(full.ranges).map(([domain, { from, to }]) => [domain, to - from])
    expect(Object.fromEntries(counts)).toMatchObject({
      'e-license': 2003,
      'five-g-site': 100_400,
      'indicator-report': 9,
      parking: 3000,
      'system-access': 20,
      'traffic-signal': 4000,
    })
    expect(full.size).toBe(counts.reduce((sum, [, count]) => sum + Number(count), 0))
  })

  it.each([4, 6, 8, 12])(
    'loads no partition of %i with more than 1.12 times its share',
    (parts) => {
      const load = new Array(parts).fill(0)
      for (let n = 0; n < full.size; n++) load[full.cell[n] % parts]++
      expect(Math.max(...load) / (full.size / parts)).toBeLessThan(1.12)
    },
  )

  it('has the spaces, kinds and operators that its sources speak of', () => {
    const of = (domain: string) => {
      const { from, to } = full.ranges[domain]
      return full.attributes.slice(from, to)
    }
    const share = (list: Record<string, unknown>[], key: string, value: unknown) =>
      list.filter((a) => a[key] === value).length / list.length
    const spaces = of('parking').reduce((sum, a) => sum + Number(a.capacity), 0)
    expect(spaces).toBeGreaterThan(1_100_000)
    expect(spaces).toBeLessThan(1_300_000)
    expect(share(of('five-g-site'), 'kind', 'outdoor')).toBeCloseTo(0.58, 1)
    expect(share(of('five-g-site'), 'operator', 'A')).toBeCloseTo(0.42, 1)
    expect(share(of('traffic-signal'), 'adaptive', true)).toBeCloseTo(0.7, 1)
    expect(of('traffic-signal').every((a) => a.approaches === 3 || a.approaches === 4)).toBe(true)
    const points = of('e-license')
    expect(share(points, 'type', 'self-service')).toBeCloseTo(0.7, 2)
    expect(share(points, 'type', 'street-hall')).toBeCloseTo(178 / 2003, 2)
    expect(
      points.filter((a) => ['app', 'mini-program', 'website'].includes(String(a.type))),
    ).toHaveLength(3)
    expect(of('system-access').every((a) => Number(a.systems) >= 1)).toBe(true)
  })

  it('has a district service centre in every district, and its online services in none', () => {
    const { from, to } = full.ranges['e-license']
    const centres = new Set<number>()
    for (let n = from; n < to; n++) {
      if (full.attributes[n].type === 'district-hall') centres.add(full.district[n])
      expect(full.district[n] === 0).toBe(n < from + 3)
    }
    expect([...centres].sort((a, b) => a - b)).toEqual(city.districts.map((_, i) => i + 1))
  })

  it.each([
    ['2020-09-01', 23_555],
    ['2021-01-01', 48_000],
    ['2023-01-01', 79_500],
    ['2024-01-01', 91_500],
    ['2026-01-01', 100_400],
  ])('passes the published and derived counts of 5G sites: before %s %i', (date, count) => {
    expect(Math.abs(builtBy(date) - count)).toBeLessThanOrEqual(30)
  })

  it('has 97.5 to 98.5 thousand 5G sites on the day of the default scenario', () => {
    expect(builtBy('2025-06-18')).toBeGreaterThan(97_500)
    expect(builtBy('2025-06-18')).toBeLessThan(98_500)
  })

  it('had everything but 5G sites before 2022', () => {
    const before = Date.parse('2022-01-01T00:00:00+08:00')
    for (const domain of ['e-license', 'parking', 'system-access', 'traffic-signal']) {
      const { from, to } = full.ranges[domain]
      expect(full.commissionedAt.subarray(from, to).every((at) => at < before)).toBe(true)
    }
  })

  it('takes a time that grows no faster than the number of assets', () => {
    const small = cpuMs(0.25)
    expect(cpuMs(1) / small).toBeLessThan(8) // 4 when linear; collections and noise are allowed for
  })
})

function builtBy(date: string): number {
  const { from, to } = full.ranges['five-g-site']
  const at = Date.parse(`${date}T00:00:00+08:00`)
  return full.commissionedAt.subarray(from, to).filter((built) => built < at).length
}

function cpuMs(scale: number): number {
  const tries = [0, 1].map(() => {
    const before = process.cpuUsage()
    buildCatalogue(city, scale)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...tries)
}
