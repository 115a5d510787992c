// The plan: all thirteen official targets of the two documents, planned numbers that sum, bad plans refused.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apportion } from '../../seeds/apportion.ts'
import { loadCity } from '../../seeds/city.ts'
import { loadPlan } from '../../seeds/plan.ts'
import { copyCity, problemsOf } from './broken-city.ts'

const city = loadCity('guangzhou')
const plan = loadPlan(city)
const official = plan.targets.filter((target) => target.grade === 'official')

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

describe('loadPlan', () => {
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
    expect(assumed.map((target) => target.kpi).sort()).toEqual([
      'e-license.coverage',
      'five-g-site.availability',
      'parking.coverage',
      'traffic-signal.coverage',
      'traffic-signal.usage',
    ])
  })

  it('says that reading 38,900 as outdoor sites is an assumption', () => {
    const outdoor = official.find((target) => target.kpi === 'five-g-site.coverage-outdoor')
    expect(outdoor?.rule.zh).toContain('假设')
    expect(outdoor?.rule.en).toContain('assumption')
  })

  it('gives every indicator an asset of its own, and every target of an asset its row', () => {
    const section = city.places?.catalogue['indicator-report']
    if (!section || !('assets' in section)) throw new Error('no indicators')
    for (const { slug, attributes } of section.assets) {
      const target = plan.targets.find((t) => t.kpi === `indicator-report.${slug}`)
      expect([slug, target?.id, target?.unit]).toEqual([slug, attributes.target, attributes.unit])
    }
    expect(section.assets).toHaveLength(9)
  })

  it('splits planned numbers by population so that districts sum to the city', () => {
    const shares = city.districts.map((d) => d.population10k)
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
      expect(numbers).toEqual(apportion(total, shares))
    }
    expect(plan.planned['system-access.coverage']).toEqual({ 440100: 20 })
    expect(Object.keys(plan.planned)).toHaveLength(6)
  })
})

describe('a broken plan', () => {
  it('is refused with every problem at once', () => {
    const { folder } = copyCity()
    const file = join(folder, 'plan.json')
    const bad = JSON.parse(readFileSync(file, 'utf8'))
    bad.targets[1].id = bad.targets[0].id
    bad.targets[2].kpi = 'weather.rain'
    bad.targets[3].due = '2025-02-30'
    bad.targets[4].baseline.date = '2030-01-01'
    bad.planned['parking.coverage']['440103']++
    bad.planned['e-license.coverage']['999999'] = 1
    delete bad.planned['traffic-signal.coverage']['440106']
    writeFileSync(file, JSON.stringify(bad))
    const found = problemsOf(() => loadPlan(city, file)).join('\n')
    expect(found).toContain('an id used before')
    expect(found).toContain('"weather.rain", expected a KPI of one of e-license')
    expect(found).toContain('.due: "2025-02-30", expected a date of the calendar')
    expect(found).toContain('baseline.date: 2030-01-01, due 2025-12-31')
    expect(found).toContain('districts sum to 3001, expected the city’s 3000')
    expect(found).toContain('999999: a number, expected none')
    expect(found).toContain('440106: nothing, expected a number')
  })

  it('is refused by its schema, field by field', () => {
    const { folder, write } = copyCity()
    write('plan.json', '{"targets":[{"id":"A b","value":-1}],"planned":{"x":{"440100":1.5}}}')
    const found = problemsOf(() => loadPlan(city, join(folder, 'plan.json'))).join('\n')
    expect(found).toContain('targets[0].id: "A b"')
    expect(found).toContain('targets[0].value: -1')
    expect(found).toContain('targets[0].baseline: nothing')
    expect(found).toContain('planned.x.440100: 1.5, expected a whole number >= 0')
  })

  it('is named when it does not exist', () => {
    expect(() => loadPlan(city, '/nowhere/plan.json')).toThrow(/plan.json: no such file/)
  })
})

describe('apportion', () => {
  it('gives the largest remainders the left-over units', () => {
    expect(apportion(10, [1, 1, 1])).toEqual([4, 3, 3])
    expect(apportion(100, [47, 16, 15.8, 12, 6.1, 3.1])).toEqual([47, 16, 16, 12, 6, 3])
  })

  it('always sums to the total', () => {
    for (let total = 0; total < 200; total += 7) {
      expect(apportion(total, [3, 5, 0.1, 8]).reduce((a, b) => a + b)).toBe(total)
    }
  })
})
