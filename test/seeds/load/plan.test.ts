// The plan: what holds for every city's plan, and how a bad one is refused.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plannedNumbers } from '../../../commands/plan-numbers.ts'
import { domains } from '../../../producers/domains.ts'
import { kpiIds } from '../../../producers/kernel/kpi-ids.ts'
import { apportion } from '../../../seeds/catalogue/apportion.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { loadPlan } from '../../../seeds/load/plan.ts'
import { CITIES } from '../../cities.ts'
import { copyCity, problemsOf } from '../broken-city.ts'

const city = loadCity('testville')

describe.each(CITIES)('loadPlan of %s', (id) => {
  const here = loadCity(id)
  const plan = loadPlan(here)

  it('gives every indicator an asset of its own, and every target of an asset its row', () => {
    const section = here.places?.catalogue['indicator-report']
    const assets = section && 'assets' in section ? section.assets : []
    for (const { slug, attributes } of assets) {
      const target = plan.targets.find((t) => t.kpi === `indicator-report.${slug}`)
      expect([slug, target?.id, target?.unit]).toEqual([slug, attributes.target, attributes.unit])
    }
  })

  it('says of every indicator what its simulation says: how often figures come, and how late', () => {
    const { indicators } = here.domainParameters['indicator-report'] as {
      indicators: Record<string, { every: string; lagDays: number }>
    }
    for (const [slug, { every, lagDays }] of Object.entries(indicators)) {
      const target = plan.targets.find((t) => t.kpi === `indicator-report.${slug}`)
      expect([slug, target?.reported]).toEqual([slug, { every, lagDays }])
    }
  })

  it('brings words for every unit that no domain brings', () => {
    const known = { ...plan.units }
    for (const { declaration } of domains) Object.assign(known, declaration.units)
    for (const { unit } of plan.targets.filter((t) => t.unit.startsWith('{'))) {
      expect(known[unit]?.zh && known[unit].en, unit).toBeTruthy()
    }
  })

  it('plans a number for every share', () => {
    const shares = domains
      .filter(({ declaration }) => declaration.domain in here.domainParameters)
      .flatMap(({ declaration: { domain, measures } }) =>
        measures.filter((m) => m.kind === 'share').map((m) => `${domain}.${m.name}`),
      )
    expect(Object.keys(plan.planned).sort()).toEqual(shares.sort())
  })

  it('splits planned numbers by population or by the domain’s assets, so that districts sum to the city', () => {
    for (const { declaration } of domains) {
      for (const { name } of declaration.measures) {
        const numbers = plan.planned[`${declaration.domain}.${name}`]
        if (!numbers || Object.keys(numbers).length === 1) continue
        const total = numbers[here.code]
        const either = (['population', 'assets'] as const).map((by) =>
          plannedNumbers(here, declaration, total, by),
        )
        expect(either).toContainEqual(numbers)
      }
    }
  })

  it('tells its readers what targets and values are', () => {
    expect(plan.notice?.zh.length).toBeGreaterThan(0)
    expect(plan).not.toHaveProperty('note')
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
    bad.planned['parking.coverage']['990101']++
    bad.planned['e-license.coverage']['999999'] = 1
    delete bad.planned['traffic-signal.coverage']['990102']
    writeFileSync(file, JSON.stringify(bad))
    const found = problemsOf(() => loadPlan(city, file)).join('\n')
    expect(found).toContain('an id used before')
    expect(found).toContain('"weather.rain", expected a KPI of one of casework, e-license')
    expect(found).toContain(
      '.due: "2025-02-30", expected a day of the calendar: 2025-02 has 28 days',
    )
    expect(found).toContain('baseline.date: 2030-01-01, due 2026-12-31')
    expect(found).toContain('districts sum to 51, expected the city’s 50')
    expect(found).toContain('999999: a number, expected none')
    expect(found).toContain('990102: nothing, expected a number')
  })

  it('is refused for a KPI that no domain declares, as a misspelt official target is', () => {
    const { folder, edit } = copyCity()
    edit('plan.json', (plan) => {
      plan.targets[0].kpi = 'parking.nonsense'
      plan.planned['parking.coverige'] = plan.planned['parking.coverage']
    })
    const file = join(folder, 'plan.json')
    const found = problemsOf(() => loadPlan(city, file, undefined, kpiIds(domains, city))).join(
      '\n',
    )
    expect(found).toContain('.kpi: "parking.nonsense", expected one of parking.coverage, parking.')
    expect(found).toContain(
      'planned: "parking.coverige", expected one of parking.coverage, parking.',
    )
    expect(found.split('\n')).toHaveLength(2)
    for (const id of CITIES) {
      const here = loadCity(id)
      expect(loadPlan(here, undefined, undefined, kpiIds(domains, here)).targets).not.toEqual([])
    }
  })

  it('is refused by its schema, field by field', () => {
    const { folder, write } = copyCity()
    write('plan.json', '{"targets":[{"id":"A b","value":-1}],"planned":{"x":{"990100":1.5}}}')
    const found = problemsOf(() => loadPlan(city, join(folder, 'plan.json'))).join('\n')
    expect(found).toContain('targets[0].id: "A b"')
    expect(found).toContain('targets[0].value: -1')
    expect(found).toContain('targets[0].baseline: nothing')
    expect(found).toContain('planned.x.990100: 1.5, expected a whole number >= 0')
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
