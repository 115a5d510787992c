// How assets lie over the land of a large city: with its people, on streets, dense and thin without cliffs; prints the figures.
import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { builtUpOf } from '../../../seeds/geography/built-up.ts'
import { distanceKm } from '../../../seeds/geography/geo.ts'
import { PLACE_KINDS } from '../../../seeds/load/catalogue-section.ts'
import { loadCity } from '../../../seeds/load/city.ts'

/** Rings with fewer assets to a square kilometre and π say nothing about density. */
const ENOUGH = 20

const city = loadCity('guangzhou')
const catalogue = buildCatalogue(city, 1)
const standing = Array.from(catalogue.ids, (_, n) => n).filter((n) => catalogue.district[n] > 0)

function correlation(x: number[], y: number[]): number {
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length
  const [mx, my] = [mean(x), mean(y)]
  const sum = (f: (i: number) => number) => x.reduce((total, _, i) => total + f(i), 0)
  const spread = Math.sqrt(sum((i) => (x[i] - mx) ** 2) * sum((i) => (y[i] - my) ** 2))
  return sum((i) => (x[i] - mx) * (y[i] - my)) / spread
}

describe('assets over the land', () => {
  it('follow the population, district by district', () => {
    const counts = city.districts.map(
      (_, i) => standing.filter((n) => catalogue.district[n] === i + 1).length,
    )
    const people = city.districts.map((d) => d.population10k)
    const area = city.districts.map((d) => d.areaKm2)
    const byCount = correlation(counts, people)
    const perKm2 = correlation(
      counts.map((count, i) => count / area[i]),
      people.map((count, i) => count / area[i]),
    )
    console.info(
      `correlation with population by district: ${byCount.toFixed(4)}, per km²: ${perKm2.toFixed(4)}`,
    )
    expect(byCount).toBeGreaterThan(0.99)
    expect(perKm2).toBeGreaterThan(0.99)
  })

  it('thin out without the edge of a disc around any centre', () => {
    const edges = placesOf(city).centres.map(({ name, lon, lat }) => {
      const km = standing.map((n) => distanceKm([lon, lat], [catalogue.lon[n], catalogue.lat[n]]))
      const ring = (from: number, to: number) =>
        km.filter((d) => d >= from && d < to).length / (to * to - from * from)
      const steps = [3, 4, 5, 6, 7].map((edge) => {
        const [inside, outside] = [ring(edge - 0.5, edge), ring(edge, edge + 0.5)]
        return inside < ENOUGH ? 1 : inside / Math.max(outside, 1)
      })
      return { name: name.zh, step: Math.max(...steps) }
    })
    edges.sort((a, b) => b.step - a.step)
    const most = edges.slice(0, 3).map(({ name, step }) => `${name} × ${step.toFixed(1)}`)
    console.info(
      `largest step from one ring of 500 m around a centre to the next: ${most.join(', ')}`,
    )
    expect(edges[0].step).toBeLessThan(8)
  })

  it('stand in the kinds of place that their kind belongs to', () => {
    const { kindAt } = builtUpOf(city)
    const shares = new Map<string, Map<string, number>>()
    for (const domain of catalogue.domains) {
      const { from, to } = catalogue.ranges[domain]
      const here = standing.filter((n) => n >= from && n < to)
      if (here.length === 0) continue
      const kinds = here.map((n) =>
        kindAt(catalogue.district[n], catalogue.lon[n], catalogue.lat[n]),
      )
      const own = new Map(
        PLACE_KINDS.map((kind) => [kind, kinds.filter((k) => k === kind).length / here.length]),
      )
      const text = [...own].map(([kind, share]) => `${kind} ${(100 * share).toFixed(1)} %`)
      console.info(`${domain}: ${text.join(', ')}`)
      shares.set(domain, own)
      expect(own.get('open')).toBeLessThan(0.1)
    }
    // By the domains' weights car parks are half as likely in villages as 5G sites are, e-licence points in industry.
    const likelihood = (domain: string, kind: (typeof PLACE_KINDS)[number]) => {
      const own = shares.get(domain)!
      return own.get(kind)! / own.get('urban')!
    }
    const [rural, works] = [
      likelihood('parking', 'village') / likelihood('five-g-site', 'village'),
      likelihood('e-license', 'industry') / likelihood('five-g-site', 'industry'),
    ]
    expect(rural).toBeGreaterThan(0.4)
    expect(rural).toBeLessThan(0.65)
    expect(works).toBeGreaterThan(0.4)
    expect(works).toBeLessThan(0.8)
  })

  it('puts rural sites where it is rural', () => {
    const share = (code: string) => {
      const { from, to } = catalogue.ranges['five-g-site']
      const scope = city.scopes.findIndex((s) => s.code === code)
      const own = standing.filter((n) => n >= from && n < to && catalogue.district[n] === scope)
      return own.filter((n) => catalogue.attributes[n].setting === 'rural').length / own.length
    }
    const [tianhe, conghua] = [share('440106'), share('440117')]
    console.info(
      `rural 5G sites: 天河 ${(100 * tianhe).toFixed(1)} %, 从化 ${(100 * conghua).toFixed(1)} %`,
    )
    expect(tianhe).toBeLessThan(0.02)
    expect(conghua).toBeGreaterThan(0.1)
  })

  it('has assets of its own on the smallest island that is a street', () => {
    const names = standing.map((n) => catalogue.names[n].zh)
    expect(names.filter((name) => name.startsWith('沙面街道')).length).toBeGreaterThan(10)
    expect(placesOf(city).streets.find(({ code }) => code === '440105007')?.name.en).toBe(
      'Haichuang',
    )
  })
})
