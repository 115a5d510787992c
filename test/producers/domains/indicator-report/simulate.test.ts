// Slow indicators follow their path over the years, one report a day.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../../../infra/time.ts'
import { indicatorReport } from '../../../../producers/domains/indicator-report/domain.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { type FakeAsset, run, simulatedCity } from '../../simulated-city.ts'

const seedFile = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../seeds/guangzhou/${name}.json`, import.meta.url), 'utf8'),
  )
const indicators: FakeAsset[] = seedFile('indicator-report').catalogue.assets.map(
  (a: { slug: string; attributes: FakeAsset['attributes'] }) => ({
    id: `ind-440100-${a.slug}`,
    attributes: a.attributes,
  }),
)

/** Value of every indicator as first reported in a run from `start`. */
function valuesAt(start: string): Map<string, number> {
  const from = parseInstant(start, '')
  const seen = run({ domain: indicatorReport, assets: indicators, start }, 24)
  return new Map(
    seen.filter((s) => s.time >= from).map((s) => [s.id.slice(11), s.data.value as number]),
  )
}

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
      const value = valuesAt(`${t.baseline.date}T00:00:00+08:00`).get(slug)!
      expect(Math.abs(value / t.baseline.value - 1), slug).toBeLessThan(0.01)
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
    expect(steps[2].get('core-digital-share')).toBe(0.1432)
  })

  it('names every indicator without a path and every value too large to sum', () => {
    const context = simulatedCity({
      domain: indicatorReport,
      assets: indicators.slice(0, 2),
      start: '2025-06-18T00:00:00+08:00',
      parameters: { indicators: { 'open-datasets': { path: [['2025-01-01', 1e12]], step: 1 } } },
    })
    expect(() => indicatorReport.createSimulator(context)).toThrow(
      /open-datasets on 2025-01-01: 1000000000000[\s\S]*no entry for the catalogue's slug "core-digital-share"/,
    )
  })
})
