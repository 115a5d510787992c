// The catalogue of any city: ids, names, cells, growth, determinism, and the same assets at every scale.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { apportion } from '../../../seeds/catalogue/apportion.ts'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { type Catalogue, placesOf } from '../../../seeds/contract.ts'
import { roadGraph } from '../../../seeds/geography/arterials.ts'
import { distanceKm } from '../../../seeds/geography/geo.ts'
import type { Rule, SpreadSection } from '../../../seeds/load/catalogue-section.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import type { Street } from '../../../seeds/load/places.ts'
import { CITIES } from '../../cities.ts'
import { copyCity } from '../broken-city.ts'

/** Everything the catalogue says about one asset. */
const asset = (catalogue: Catalogue, n: number) => ({
  id: catalogue.ids[n],
  domain: catalogue.domains[catalogue.domain[n]],
  district: catalogue.district[n],
  cell: catalogue.cell[n],
  lon: catalogue.lon[n],
  lat: catalogue.lat[n],
  commissionedAt: catalogue.commissionedAt[n],
  attributes: catalogue.attributes[n],
  name: catalogue.names[n],
})

/** What English adds to a street's bare name. */
const ENGLISH = { street: ' Subdistrict', town: ' Town', other: '' }

/** Looks at about so many assets of a large city, at all of a small one. */
const LOOKS = 5_000

describe.each(CITIES)('the catalogue of %s', (id) => {
  const city = loadCity(id)
  const { catalogue: sections, streets } = placesOf(city)
  const full = buildCatalogue(city, 1)
  const tenth = buildCatalogue(city, 0.1)
  const step = Math.max(1, Math.floor(full.size / LOOKS))
  const spread = full.domains.filter((domain) => !('assets' in sections[domain]))

  const numbersOf = (domain: string, catalogue = full) => {
    const { from, to } = catalogue.ranges[domain]
    return Array.from({ length: to - from }, (_, k) => from + k)
  }

  /** Asset numbers and attribute names of every rule of a kind. */
  function ruled(kind: string): { n: number; name: string; rule: Rule }[] {
    return spread.flatMap((domain) => {
      const section = sections[domain]
      if ('assets' in section) return []
      const rules = Object.entries(section.attributes).filter(([, rule]) => kind in rule)
      const placed = numbersOf(domain).filter((n) => full.district[n] > 0)
      return rules.flatMap(([name, rule]) => placed.map((n) => ({ n, name, rule })))
    })
  }

  it('numbers assets by domain and id in code-unit order', () => {
    expect(full.domains).toEqual([...full.domains].sort())
    for (const domain of full.domains) {
      const ids = numbersOf(domain).map((n) => full.ids[n])
      expect(ids).toEqual([...ids].sort())
      expect(numbersOf(domain).every((n) => full.domains[full.domain[n]] === domain)).toBe(true)
    }
    expect(new Set(full.ids).size).toBe(full.size)
  })

  it('finds every asset by its id', () => {
    for (let n = 0; n < full.size; n += step) expect(full.numberOf(full.ids[n])).toBe(n)
    expect(full.numberOf(`sig-${city.districts[0].code}-99999`)).toBe(-1)
  })

  it('writes ids as the events do', () => {
    for (const domain of full.domains) {
      const { idPrefix } = sections[domain]
      for (const n of numbersOf(domain)) {
        const own = full.district[n] > 0 ? '\\d{5}' : '[a-z0-9-]+'
        const { code } = city.scopes[full.district[n]]
        if (!new RegExp(`^${idPrefix}-${code}-${own}$`).test(full.ids[n])) {
          throw new Error(`${full.ids[n]}, expected ${idPrefix}-${code}-…`)
        }
      }
    }
  })

  it('splits assets over the districts by population, or as their file says', () => {
    const populations = city.districts.map((d) => d.population10k)
    const towns = city.districts.map(
      ({ code }) => streets.filter((s) => s.district === code && s.kind !== 'other').length,
    )
    const weightsOf = (section: SpreadSection) =>
      section.split === 'subdistricts'
        ? towns
        : city.districts.map((d, i) => populations[i] * (Object(section.split)[d.code] ?? 1))
    for (const domain of spread) {
      const counts = new Array(city.scopes.length).fill(0)
      for (const n of numbersOf(domain)) counts[full.district[n]]++
      const placed = numbersOf(domain).length - counts[0]
      const section = sections[domain]
      if ('assets' in section) continue
      expect(counts.slice(1)).toEqual(apportion(placed, weightsOf(section)))
    }
  })

  it('keeps city-wide assets in cell 0 and scope 0 at every scale', () => {
    for (const catalogue of [full, tenth]) {
      for (const domain of full.domains.filter((d) => !spread.includes(d))) {
        const numbers = numbersOf(domain, catalogue)
        const section = sections[domain]
        expect(numbers).toHaveLength('assets' in section ? section.assets.length : -1)
        expect(numbers.every((n) => catalogue.cell[n] === 0 && catalogue.district[n] === 0)).toBe(
          true,
        )
      }
    }
  })

  it('gives every cell assets, each cell inside one district', () => {
    const scopes = new Map<number, Set<number>>()
    for (let n = 0; n < full.size; n++) {
      if (full.district[n] === 0) continue
      const seen = scopes.get(full.cell[n]) ?? new Set()
      scopes.set(full.cell[n], seen.add(full.district[n]))
    }
    expect(scopes.size).toBe(city.cells)
    expect([...scopes.values()].every((seen) => seen.size === 1)).toBe(true)
  })

  it('is the same every time, whatever was built before', () => {
    const again = buildCatalogue(loadCity(id), 1)
    expect(again.hash).toBe(full.hash)
    const n = Math.floor(full.size / 2)
    expect(asset(again, n)).toEqual(asset(full, n))
  })

  it('holds an asset that is the same at every scale at which it exists', () => {
    for (const catalogue of [tenth, buildCatalogue(city, 0.03)]) {
      for (let n = 0; n < catalogue.size; n++) {
        const there = full.numberOf(catalogue.ids[n])
        if (there < 0) throw new Error(`${catalogue.ids[n]} is missing in the full city`)
        if (n % step === 0) expect(asset(catalogue, n)).toEqual(asset(full, there))
        else if (catalogue.names[n].zh !== full.names[there].zh) {
          expect(catalogue.names[n]).toEqual(full.names[there])
        }
      }
    }
  })

  it('names an asset after its street, town, district or road, alike in Chinese and English', () => {
    const roads = roadGraph(city)
      .pieces.flat()
      .flatMap(({ road }) => road ?? [])
    const words = city.scopes.map(({ code, name }) => [
      ...streets
        .filter((s) => s.district === code)
        .map((s) => ({ zh: s.name.zh, en: `${s.name.en}${ENGLISH[s.kind]}` })),
      { zh: name.zh, en: `${name.en} District` },
      ...new Map(roads.map((road) => [road.zh, road])).values(),
    ])
    for (let n = 0; n < full.size; n += step) {
      if (full.district[n] === 0) continue
      const { zh, en } = full.names[n]
      const fits = words[full.district[n]].some(
        (word) => zh.includes(word.zh) && en.includes(word.en),
      )
      const digits = (text: string) => /(\d+)\D*$/.exec(text)?.[1]
      const alike = digits(zh) === undefined || digits(zh) === digits(en)
      if (!fits || !alike || /[{}]|undefined| {2}/.test(zh + en)) {
        throw new Error(`${full.ids[n]}: ${zh}, ${en}`)
      }
    }
  })

  it('names every asset after the nearest street or town, where its pattern speaks of one', () => {
    const proper = streets.filter(({ kind }) => kind !== 'other')
    for (let n = 0; n < full.size; n += 7 * step) {
      const { zh } = full.names[n]
      const section = sections[full.domains[full.domain[n]]]
      const ofDistrict = zh.startsWith(city.scopes[full.district[n]].name.zh)
      const rules = 'count' in section ? Object.values(section.attributes) : []
      if (ofDistrict || full.district[n] === 0 || rules.some((r) => 'oneEach' in r)) continue
      const km = (s: Street) => distanceKm([full.lon[n], full.lat[n]], [s.lon, s.lat])
      const { code } = city.scopes[full.district[n]]
      const own = proper.filter((s) => s.district === code)
      const least = Math.min(...own.map(km))
      // Set back from its street, an asset may stand beyond the line half way to another.
      const near = own.filter((s) => km(s) < least + 0.5)
      if (!zh.includes('路口') && !near.some(({ name }) => zh.includes(name.zh))) {
        throw new Error(`${full.ids[n]}: ${zh}, expected of ${near.map((s) => s.name.zh)}`)
      }
    }
  })

  it('gives every street and town one of what each of them has', () => {
    for (const domain of spread) {
      const section = sections[domain]
      if ('assets' in section) continue
      for (const [name, rule] of Object.entries(section.attributes)) {
        if (!('values' in rule) || rule.oneEach === undefined) continue
        const names = numbersOf(domain)
          .filter((n) => full.attributes[n][name] === rule.oneEach)
          .map((n) => full.names[n].zh)
        const all = streets.filter(({ kind }) => kind !== 'other').length
        if (numbersOf(domain).length > 10 * all) expect(names).toHaveLength(all)
        const without = streets
          .filter(({ kind }) => kind !== 'other')
          .filter((street) => !names.some((own) => own.startsWith(street.name.zh)))
        expect(without.map((street) => street.name.zh)).toEqual([])
      }
    }
  })

  it('gives an asset a name of its own in its domain and district', () => {
    for (const domain of full.domains) {
      const names = numbersOf(domain).map((n) => `${full.district[n]} ${full.names[n].zh}`)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('draws whole amounts within their bounds and only listed values', () => {
    for (const { n, name, rule } of ruled('values')) {
      if ('values' in rule) expect(rule.values).toContain(full.attributes[n][name])
    }
    for (const { n, name, rule } of ruled('by')) {
      if (!('by' in rule)) continue
      const inner = rule.cases[String(full.attributes[n][rule.by])]
      const value = full.attributes[n][name]
      if (!('median' in inner)) continue
      if (!(Number.isInteger(value) && Number(value) >= inner.min && Number(value) <= inner.max)) {
        throw new Error(`${full.ids[n]}.${name}: ${value}`)
      }
    }
  })

  it('feeds an asset from a quarter of its own cell', () => {
    const fed = ruled('quarter')
    expect(fed.length > 0).toBe('five-g-site' in sections)
    for (const { n, name, rule } of fed) {
      if (!('quarter' in rule)) continue
      const cell = String(full.cell[n]).padStart(3, '0')
      const quarters = [1, 2, 3, 4].map((q) => `${rule.quarter}-${cell}-${q}`)
      if (!quarters.includes(String(full.attributes[n][name]))) throw new Error(full.ids[n])
    }
  })

  it('gives an asset a model that its vendor makes', () => {
    const makers = new Map<string, unknown>()
    for (const { n, name, rule } of ruled('model')) {
      if (!('model' in rule)) continue
      const vendor = full.attributes[n][rule.model]
      const model = `${full.domain[n]} ${full.attributes[n][name]}`
      expect(makers.get(model) ?? vendor).toBe(vendor)
      makers.set(model, vendor)
    }
    expect(makers.size > 1).toBe(ruled('model').length > 0)
  })

  it('commissions along the growth curve, in working hours, alike at every scale', () => {
    for (const domain of spread) {
      const section = sections[domain]
      if ('assets' in section || typeof section.commissioned === 'string') continue
      const { growth } = section.commissioned
      const share = (catalogue: Catalogue, at: number) => {
        const numbers = numbersOf(domain, catalogue)
        return numbers.filter((n) => catalogue.commissionedAt[n] < at).length / numbers.length
      }
      for (const [date, count] of growth) {
        const at = Date.parse(date)
        expect(Math.abs(share(full, at) - count / section.count)).toBeLessThan(0.01)
        const few = numbersOf(domain, tenth).length
        expect(Math.abs(share(tenth, at) - share(full, at))).toBeLessThan(0.003 + 4 / few)
      }
      for (const n of numbersOf(domain)) {
        const hour = (full.commissionedAt[n] / 3_600_000 + 8) % 24
        if (hour < 9 || hour >= 18) throw new Error(`${full.ids[n]} at ${hour}`)
      }
    }
  })
})

describe('buildCatalogue', () => {
  const city = loadCity('testville')
  const usual = buildCatalogue(city, 1)

  it('changes with the catalogue seed of the city', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.catalogueSeed = 1
    })
    expect(buildCatalogue(loadCity('testville', root), 1).hash).not.toBe(usual.hash)
  })

  it('hashes one JSON line per asset', () => {
    const hash = createHash('sha256')
    for (let n = 0; n < usual.size; n++) {
      const a = asset(usual, n)
      const { code } = city.scopes[a.district]
      const { zh, en } = a.name
      const line = [a.id, code, a.cell, a.lon, a.lat, a.commissionedAt, zh, en, a.attributes]
      hash.update(`${JSON.stringify(line)}\n`)
    }
    expect(usual.hash).toBe(hash.digest('hex'))
  })

  it('adds assets of the whole city to a domain: never scaled, spread over the cells, the others as they were', () => {
    const { root, edit } = copyCity()
    const slugs = ['b-line', 'a-line', 'c-line']
    edit('parking.json', (p) => {
      p.catalogue.cityWide = slugs.map((slug) => ({
        slug,
        name: { zh: slug, en: slug },
        attributes: { slug },
      }))
    })
    const widened = loadCity('testville', root)
    for (const scale of [1, 0.5]) {
      const wider = buildCatalogue(widened, scale)
      const { from } = wider.ranges.parking
      const ours = [from, from + 1, from + 2].map((n) => asset(wider, n))
      expect(ours.map(({ id }) => id)).toEqual(
        [...slugs]
          .sort()
          .map((slug) => `${widened.places!.catalogue.parking.idPrefix}-${city.code}-${slug}`),
      )
      expect(ours.map(({ district }) => district)).toEqual([0, 0, 0])
      expect(ours.map(({ cell }) => cell)).toEqual([0, city.cells / 3, (2 * city.cells) / 3])
      expect(wider.size).toBe(buildCatalogue(city, scale).size + 3)
    }
    const wider = buildCatalogue(widened, 1)
    for (let n = 0; n < usual.size; n++) {
      expect(asset(wider, wider.numberOf(usual.ids[n]))).toEqual(asset(usual, n))
    }
  })

  it('gives every district its share of an evenly drawn value, and any part of it too', () => {
    const { root, edit } = copyCity()
    edit('parking.json', (p) => {
      p.catalogue.count = 2000
      p.catalogue.attributes.size = {
        values: ['rare', 'usual', 'frequent'],
        weights: [1, 20, 79],
        evenly: true,
      }
    })
    const { attributes, district, ranges } = buildCatalogue(loadCity('testville', root), 1)
    for (let scope = 1; scope <= city.districts.length; scope++) {
      const sizes: unknown[] = []
      for (let n = ranges.parking.from; n < ranges.parking.to; n++) {
        if (district[n] === scope) sizes.push(attributes[n].size)
      }
      for (const taken of [sizes.length, Math.floor(sizes.length / 3), 50]) {
        const part = sizes.slice(0, taken)
        const count = (value: string) => part.filter((size) => size === value).length
        expect(Math.abs(count('rare') - taken / 100)).toBeLessThanOrEqual(1)
        expect(Math.abs(count('usual') - taken / 5)).toBeLessThanOrEqual(1.5)
      }
    }
  })

  it('changes no asset when another domain is added', () => {
    const { root, write } = copyCity()
    const parking = { ...placesOf(city).catalogue.parking, idPrefix: 'bus' }
    write('bus-stop.json', JSON.stringify({ catalogue: parking, simulation: {} }))
    const wider = buildCatalogue(loadCity('testville', root), 1)
    expect(wider.domains).toContain('bus-stop')
    for (let n = 0; n < usual.size; n++) {
      expect(asset(wider, wider.numberOf(usual.ids[n]))).toEqual(asset(usual, n))
    }
  })

  it('keeps the attributes of assets that have to move', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.placement.waterMarginKm = 2
    })
    const moved = buildCatalogue(loadCity('testville', root), 1)
    const { from, to } = usual.ranges['five-g-site']
    expect(moved.lon.subarray(from, to)).not.toEqual(usual.lon.subarray(from, to))
    const { attributes } = usual
    const withoutPlace = (list: typeof attributes) =>
      list.slice(from, to).map(({ feeder: _, setting: __, ...rest }) => rest)
    expect(withoutPlace(moved.attributes)).toEqual(withoutPlace(attributes))
  })
})
