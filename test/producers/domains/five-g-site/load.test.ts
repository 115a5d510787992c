// How busy 5G sites are: over the day, by setting, and one against another.
import { describe, expect, it } from 'vitest'
import { cityTimeOfDay, HOUR_MS } from '../../../../infra/time.ts'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import { run } from '../../simulated-city.ts'
import { MIDNIGHT, midnight, sites } from './fake-sites.ts'

describe('the load of 5G sites', () => {
  it('stays within one decimal, and is zero while out or asleep', () => {
    const seen = run({ domain: fiveGSite, assets: sites(800), start: MIDNIGHT }, 24)
    const silent = seen.filter((s) => s.data.state === 'out' || s.data.state === 'sleep')
    expect(silent.length).toBeGreaterThan(100)
    for (const s of silent) expect([s.data.loadPct, s.data.users]).toEqual([0, 0])
    for (const s of seen) expect(String(s.data.loadPct)).toMatch(/^\d+(\.\d)?$/)
  })

  it('peaks at 10-17 h in offices and 21-23 h in homes, at plausible loads', () => {
    for (const [setting, from, to] of [
      ['office', 10, 17],
      ['home', 21, 23],
    ] as const) {
      const sums = new Float64Array(24)
      const counts = new Float64Array(24)
      for (const s of run(
        { domain: fiveGSite, assets: sites(800, setting), start: MIDNIGHT },
        24,
      )) {
        if (s.time < midnight || s.data.state === 'out' || s.data.state === 'sleep') continue
        const hour = Math.floor(cityTimeOfDay(s.time) / HOUR_MS)
        sums[hour] += s.data.loadPct as number
        counts[hour]++
      }
      const means = [...sums].map((sum, hour) => sum / counts[hour])
      const day = means.reduce((a, b) => a + b, 0) / 24
      const busiest = Math.max(...means)
      const hour = means.indexOf(busiest)
      console.log(
        `5G ${setting}: mean ${day.toFixed(1)} %, busiest ${hour} h ${busiest.toFixed(1)} %`,
      )
      expect(hour).toBeGreaterThanOrEqual(from)
      expect(hour).toBeLessThan(to)
      expect(day).toBeGreaterThan(15)
      expect(day).toBeLessThan(30)
      expect(busiest).toBeGreaterThan(30)
      expect(busiest).toBeLessThan(50)
    }
  })

  it('is spread over sites as unevenly as in real networks', () => {
    const assets = sites(2500)
    const sums = new Map<string, { load: number; reports: number }>()
    for (const { id, data } of run({ domain: fiveGSite, assets, start: MIDNIGHT }, 24)) {
      if (data.state === 'out' || data.state === 'sleep') continue
      const sum = sums.get(id) ?? { load: 0, reports: 0 }
      sum.load += data.loadPct as number
      sum.reports++
      sums.set(id, sum)
    }
    const means = [...sums.values()].map((s) => s.load / s.reports).sort((a, b) => a - b)
    const total = means.reduce((a, b) => a + b, 0)
    const weighted = means.reduce((a, load, k) => a + (2 * (k + 1) - means.length - 1) * load, 0)
    const gini = weighted / (means.length * total)
    console.log(`5G load over sites: Gini ${gini.toFixed(3)}`)
    expect(gini).toBeGreaterThan(0.4)
    expect(gini).toBeLessThan(0.5)
  })

  it('is high in some neighbourhoods and low in others, for good', () => {
    // A hundred sites of one setting to a cell: their own differences all but cancel out.
    const logs = new Map<number, number[]>()
    const assets = sites(2000, 'home')
    const sums = new Map<string, number>()
    for (const { id, data } of run({ domain: fiveGSite, assets, start: MIDNIGHT }, 24)) {
      sums.set(id, (sums.get(id) ?? 0) + (data.loadPct as number))
    }
    for (const { id, cell } of assets) {
      logs.set(cell!, [...(logs.get(cell!) ?? []), Math.log(1 + sums.get(id)!)])
    }
    const means = [...logs.values()].map((list) => list.reduce((a, b) => a + b, 0) / list.length)
    const middle = means.reduce((a, b) => a + b, 0) / means.length
    const spread = Math.sqrt(means.reduce((a, m) => a + (m - middle) ** 2, 0) / (means.length - 1))
    console.log(`5G load over cells: sigma of the logarithm ${spread.toFixed(3)}`)
    expect(spread).toBeGreaterThan(0.2)
    expect(spread).toBeLessThan(0.4)
  })
})
