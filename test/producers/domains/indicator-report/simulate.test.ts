// Slow indicators follow their path over the years, one report a day.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../../../infra/time.ts'
import { indicatorReport } from '../../../../producers/domains/indicator-report/domain.ts'
import type { Report } from '../../../../producers/domains/indicator-report/event.ts'
import type { IndicatorParameters } from '../../../../producers/domains/indicator-report/parameters.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { type FakeAsset, run, seedParameters, simulatedCity } from '../../simulated-city.ts'

const seedFile = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../seeds/guangzhou/${name}.json`, import.meta.url), 'utf8'),
  )
const parameters = seedParameters(indicatorReport) as IndicatorParameters
const indicators: FakeAsset[] = seedFile('indicator-report').catalogue.assets.map(
  (a: { slug: string; attributes: FakeAsset['attributes'] }) => ({
    id: `ind-440100-${a.slug}`,
    attributes: a.attributes,
  }),
)

/** What every indicator reports first in a run from `start`. */
function reportsAt(start: string): Map<string, Report> {
  const from = parseInstant(start, '')
  const seen = run({ domain: indicatorReport, assets: indicators, start }, 24)
  return new Map(
    seen
      .filter((s) => s.time >= from)
      .map((s) => [s.id.slice(11), s.data as unknown as Report] as const),
  )
}

const valuesAt = (start: string) =>
  new Map([...reportsAt(start)].map(([slug, { value }]) => [slug, value]))

describe('indicator reports', () => {
  keepsTheDomainPromises({
    domain: indicatorReport,
    assets: indicators,
    start: '2025-06-18T16:30:00+08:00',
    hours: 72,
    seeded: false,
  })

  it('has a path for every target of the plan on a slow indicator', () => {
    const plan = seedFile('plan').targets as { kpi: string; unit: string }[]
    const slow = plan.filter((t) => t.kpi.startsWith('indicator-report.'))
    expect(slow).toHaveLength(9)
    const units = new Map(
      indicators.map((a) => [`indicator-report.${a.attributes.slug}`, a.attributes.unit]),
    )
    for (const t of slow) expect(units.get(t.kpi)).toBe(t.unit)
  })

  it('starts each path at the plan’s baseline', () => {
    const plan = seedFile('plan').targets as {
      kpi: string
      baseline: { date: string; value: number }
    }[]
    for (const t of plan.filter((t) => t.kpi.startsWith('indicator-report.'))) {
      const slug = t.kpi.slice('indicator-report.'.length)
      const { path } = parameters.indicators[slug]
      const [date, value] = path[0]
      expect([slug, date]).toEqual([slug, t.baseline.date])
      expect(Math.abs(value / t.baseline.value - 1), slug).toBeLessThan(0.07)
    }
  })

  it('reports whole scaled integers at four decimals, so that sums are exact', () => {
    const seen = run(
      { domain: indicatorReport, assets: indicators, start: '2024-03-01T00:00:00+08:00' },
      24 * 30,
    )
    expect(seen.length).toBeGreaterThanOrEqual(9 * 30)
    for (const s of seen) {
      const value = s.data.value as number
      const scaled = Math.round(value * 10_000)
      expect(Number.isSafeInteger(scaled)).toBe(true)
      expect(scaled / 10_000, `${s.id} ${value}`).toBe(value)
      expect(String(value)).toMatch(/^\d+(\.\d{1,4})?$/)
    }
  })

  it('grows slowly and never falls back on the way', () => {
    const dates = ['2021-12-31', '2023-06-01', '2025-06-18', '2025-12-31']
    const steps = dates.map((d) => valuesAt(`${d}T00:00:00+08:00`))
    for (const [slug] of steps[0]) {
      const path = steps.map((values) => values.get(slug)!)
      expect(
        [...path].sort((a, b) => a - b),
        slug,
      ).toEqual(path)
    }
    console.log(`indicators on 2025-06-18: ${JSON.stringify([...steps[2]])}`)
    expect(steps[2].get('core-digital-share')).toBe(0.1395)
  })

  it('reports annual figures once a year, with their year and the date on which they came out', () => {
    const seen = run(
      { domain: indicatorReport, assets: indicators, start: '2023-01-01T00:00:00+08:00' },
      24 * 365,
    )
    const output = seen.filter((s) => s.id.endsWith('-electronics-output'))
    const figures = new Map(output.map(({ data }) => [data.value, data as unknown as Report]))
    expect([...figures.values()].map(({ period, published }) => [period, published])).toEqual([
      ['2021', '2022-02-15'],
      ['2022', '2023-02-15'],
    ])
    const changes = new Map<string, number>()
    for (const { id } of indicators) {
      const own = seen.filter((s) => s.id === id).map((s) => s.data.value)
      changes.set(id.slice(11), own.filter((value, n) => n > 0 && value !== own[n - 1]).length)
    }
    console.log(`changes in 2023: ${JSON.stringify([...changes])}`)
    expect(changes.get('electronics-output')).toBe(1)
    expect(changes.get('core-digital-share')).toBe(1)
    expect(changes.get('secondary-nodes')).toBeLessThanOrEqual(4)
    expect(changes.get('open-datasets')).toBeLessThanOrEqual(12)
  })

  it('has the published share of 2023', () => {
    const report = reportsAt('2024-06-01T00:00:00+08:00').get('core-digital-share')!
    expect([report.value, report.period]).toEqual([0.13, '2023'])
  })

  it('names every indicator without a path and every value too large to sum', () => {
    const context = simulatedCity({
      domain: indicatorReport,
      assets: indicators.slice(0, 2),
      start: '2025-06-18T00:00:00+08:00',
      parameters: {
        indicators: {
          'open-datasets': { every: 'month', lagDays: 0, path: [['2025-01-01', 1e12]], step: 1 },
        },
      },
    })
    expect(() => indicatorReport.createSimulator(context)).toThrow(
      /open-datasets on 2025-01-01: 1000000000000[\s\S]*no entry for the catalogue's slug "core-digital-share"/,
    )
  })
})
