// The catalogue: counts, ids, names, growth, determinism, and the same assets at every scale.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '../../seeds/catalogue.ts'
import { loadCity } from '../../seeds/city.ts'
import { loadPlan } from '../../seeds/plan.ts'
import { copyCity } from './broken-city.ts'

const city = loadCity('guangzhou')
const full = buildCatalogue(city, 1)
const tenth = buildCatalogue(city, 0.1)

const countOf = (domain: string, scope: number) => {
  const { from, to } = full.ranges[domain]
  let count = 0
  for (let n = from; n < to; n++) if (full.district[n] === scope) count++
  return count
}

/** Everything the catalogue says about one asset. */
const asset = (catalogue: typeof full, n: number) => ({
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

describe('buildCatalogue', () => {
  it('holds the assets of the full city', () => {
    const counts = Object.entries(full.ranges).map(([domain, { from, to }]) => [domain, to - from])
    expect(Object.fromEntries(counts)).toEqual({
      'e-license': 2000,
      'five-g-site': 100_000,
      'indicator-report': 9,
      parking: 3000,
      'system-access': 20,
      'traffic-signal': 4000,
    })
    expect(full.size).toBe(109_029)
    expect(full.domains).toEqual([...full.domains].sort())
  })

  it('numbers assets by domain and id in code-unit order', () => {
    for (const domain of full.domains) {
      const { from, to } = full.ranges[domain]
      const ids = full.ids.slice(from, to)
      expect(ids).toEqual([...ids].sort())
      expect(full.domain.subarray(from, to).every((d) => full.domains[d] === domain)).toBe(true)
    }
    expect(new Set(full.ids).size).toBe(full.size)
  })

  it('finds every asset by its id', () => {
    for (let n = 0; n < full.size; n += 997) expect(full.numberOf(full.ids[n])).toBe(n)
    expect(full.numberOf('sig-440106-99999')).toBe(-1)
  })

  it('writes ids as the events do', () => {
    const shape: Record<string, RegExp> = {
      'e-license': /^lic-4401\d\d-\d{5}$/,
      'five-g-site': /^5g-4401\d\d-\d{5}$/,
      'indicator-report': /^ind-440100-[a-z-]+$/,
      parking: /^park-4401\d\d-\d{5}$/,
      'system-access': /^hub-440100-[a-z-]+$/,
      'traffic-signal': /^sig-4401\d\d-\d{5}$/,
    }
    for (const domain of full.domains) {
      const { from, to } = full.ranges[domain]
      expect(full.ids.slice(from, to).filter((id) => !shape[domain].test(id))).toEqual([])
    }
    expect(full.numberOf('sig-440106-00001')).toBeGreaterThan(0)
  })

  it('splits assets over the districts as the plan splits its numbers', () => {
    const { planned } = loadPlan(city)
    for (const [kpi, domain] of [
      ['traffic-signal.coverage', 'traffic-signal'],
      ['parking.coverage', 'parking'],
      ['five-g-site.coverage', 'five-g-site'],
      ['e-license.coverage', 'e-license'],
    ]) {
      const wanted = city.districts.map((d) => planned[kpi][d.code])
      expect(wanted.map((_, i) => countOf(domain, i + 1))).toEqual(wanted)
    }
  })

  it('keeps city-wide assets in cell 0 and scope 0 at every scale', () => {
    for (const catalogue of [full, tenth]) {
      for (const domain of ['system-access', 'indicator-report']) {
        const { from, to } = catalogue.ranges[domain]
        expect(to - from).toBe(domain === 'system-access' ? 20 : 9)
        expect(catalogue.cell.subarray(from, to).every((cell) => cell === 0)).toBe(true)
        expect(catalogue.district.subarray(from, to).every((scope) => scope === 0)).toBe(true)
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
    expect(scopes.size).toBe(240)
    expect([...scopes.values()].every((seen) => seen.size === 1)).toBe(true)
  })

  it.each([4, 6, 8, 12])(
    'loads no partition of %i with more than 1.12 times its share',
    (parts) => {
      const load = new Array(parts).fill(0)
      for (let n = 0; n < full.size; n++) load[full.cell[n] % parts]++
      expect(Math.max(...load) / (full.size / parts)).toBeLessThan(1.12)
    },
  )

  it('is the same every time, whatever was built before', () => {
    const again = buildCatalogue(loadCity('guangzhou'), 1)
    expect(again.hash).toBe(full.hash)
    expect(asset(again, 50_000)).toEqual(asset(full, 50_000))
  })

  it('changes with the catalogue seed of the city', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.catalogueSeed = 1
    })
    expect(buildCatalogue(loadCity('guangzhou', root), 0.01).hash).not.toBe(
      buildCatalogue(city, 0.01).hash,
    )
  })

  it('hashes one JSON line per asset', () => {
    const tiny = buildCatalogue(city, 0.01)
    const hash = createHash('sha256')
    for (let n = 0; n < tiny.size; n++) {
      const a = asset(tiny, n)
      const { code } = city.scopes[a.district]
      const { zh, en } = a.name
      const line = [a.id, code, a.cell, a.lon, a.lat, a.commissionedAt, zh, en, a.attributes]
      hash.update(`${JSON.stringify(line)}\n`)
    }
    expect(tiny.hash).toBe(hash.digest('hex'))
  })
})

describe('an asset', () => {
  it('is the same at every scale at which it exists', () => {
    for (const catalogue of [tenth, buildCatalogue(city, 0.03)]) {
      for (let n = 0; n < catalogue.size; n++) {
        const there = full.numberOf(catalogue.ids[n])
        if (there < 0) throw new Error(`${catalogue.ids[n]} is missing in the full city`)
        if (n % 50 === 0) expect(asset(catalogue, n)).toEqual(asset(full, there))
        else if (catalogue.names[n].zh !== full.names[there].zh) {
          expect(catalogue.names[n]).toEqual(full.names[there])
        }
      }
    }
  })

  it('does not change when another domain is added', () => {
    const { root, write } = copyCity()
    const { asset: name, ...rest } = copyOfParking()
    write(
      'ev-charging.json',
      JSON.stringify({ catalogue: { ...rest, asset: name, idPrefix: 'ev' }, simulation: {} }),
    )
    const wider = buildCatalogue(loadCity('guangzhou', root), 0.1)
    expect(wider.domains).toContain('ev-charging')
    for (let n = 0; n < tenth.size; n += 31) {
      expect(asset(wider, wider.numberOf(tenth.ids[n]))).toEqual(asset(tenth, n))
    }
  })

  it('keeps its attributes when it has to move', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.hills = []
      c.placement.waterMarginKm = 0.3
    })
    const moved = buildCatalogue(loadCity('guangzhou', root), 0.1)
    const { from, to } = tenth.ranges.parking
    expect(moved.lon.subarray(from, to)).not.toEqual(tenth.lon.subarray(from, to))
    expect(moved.attributes.slice(from, to)).toEqual(tenth.attributes.slice(from, to))
  })

  it('is named after a street or town of its district, in Chinese and English', () => {
    const streets = new Map(city.places?.streets.map((s) => [s.name.zh, s]))
    for (let n = 0; n < full.size; n += 11) {
      if (full.district[n] === 0) continue
      const match = /^(.+?(?:街道|镇))(路口|停车场|5G基站|政务服务点) (\d\d+)$/.exec(
        full.names[n].zh,
      )
      if (!match) throw new Error(`${full.ids[n]}: ${full.names[n].zh}`)
      const street = streets.get(match[1])
      if (street?.district !== city.scopes[full.district[n]].code) {
        throw new Error(`${full.names[n].zh} stands in ${city.scopes[full.district[n]].code}`)
      }
      expect(full.names[n].en.endsWith(` ${match[3]}`)).toBe(true)
    }
  })

  it('has a name of its own in its domain and district', () => {
    for (const domain of full.domains) {
      const { from, to } = full.ranges[domain]
      const names = new Set<string>()
      for (let n = from; n < to; n++) names.add(`${full.district[n]} ${full.names[n].zh}`)
      expect(names.size).toBe(to - from)
    }
  })

  it('carries the attributes of its domain with the expected kinds and means', () => {
    const of = (domain: string) => {
      const { from, to } = full.ranges[domain]
      return full.attributes.slice(from, to)
    }
    const share = (list: Record<string, unknown>[], key: string, value: unknown) =>
      list.filter((a) => a[key] === value).length / list.length
    const spaces = of('parking').reduce((sum, a) => sum + Number(a.capacity), 0)
    expect(spaces).toBeGreaterThan(1_100_000)
    expect(spaces).toBeLessThan(1_300_000)
    expect(of('parking').every((a) => Number.isInteger(a.capacity) && Number(a.capacity) > 0)).toBe(
      true,
    )
    expect(share(of('five-g-site'), 'kind', 'outdoor')).toBeCloseTo(0.58, 1)
    expect(share(of('five-g-site'), 'operator', 'A')).toBeCloseTo(0.42, 1)
    expect(share(of('traffic-signal'), 'adaptive', true)).toBeCloseTo(0.7, 1)
    expect(of('traffic-signal').every((a) => a.approaches === 3 || a.approaches === 4)).toBe(true)
    expect(share(of('e-license'), 'type', 'hall')).toBeCloseTo(0.3, 1)
    expect(of('system-access').every((a) => Number(a.systems) >= 1)).toBe(true)
  })

  it('has a power feeder of its own cell', () => {
    const { from, to } = full.ranges['five-g-site']
    for (let n = from; n < to; n += 17) {
      const cell = String(full.cell[n]).padStart(3, '0')
      expect(String(full.attributes[n].feeder)).toMatch(new RegExp(`^feeder-${cell}-[1-4]$`))
    }
  })

  it('has a model that its vendor makes', () => {
    const vendors = new Map<unknown, unknown>()
    const { from, to } = full.ranges['traffic-signal']
    for (const { vendor, model } of full.attributes.slice(from, to)) {
      expect(vendors.get(model) ?? vendor).toBe(vendor)
      vendors.set(model, vendor)
    }
    expect(new Set(vendors.values()).size).toBe(5)
  })
})

describe('commissioning of 5G sites', () => {
  const builtBy = (catalogue: typeof full, date: string) => {
    const { from, to } = catalogue.ranges['five-g-site']
    const at = Date.parse(`${date}T00:00:00+08:00`)
    let built = 0
    for (let n = from; n < to; n++) if (catalogue.commissionedAt[n] < at) built++
    return built
  }

  it.each([
    ['2020-09-01', 23_555],
    ['2021-01-01', 48_000],
    ['2026-01-01', 100_000],
  ])('passes the published counts: before %s %i sites', (date, count) => {
    expect(Math.abs(builtBy(full, date) - count)).toBeLessThanOrEqual(30)
  })

  it('stands at 93 to 94 thousand on the day of the default scenario', () => {
    expect(builtBy(full, '2025-06-18')).toBeGreaterThan(93_000)
    expect(builtBy(full, '2025-06-18')).toBeLessThan(94_000)
  })

  it('grows in every scaled city as in the full one', () => {
    for (const date of ['2020-09-01', '2021-01-01', '2023-01-01', '2025-06-18']) {
      const part = builtBy(tenth, date) / 10_000 - builtBy(full, date) / 100_000
      expect(Math.abs(part)).toBeLessThan(0.003)
    }
  })

  it('happens in working hours', () => {
    const { from, to } = full.ranges['five-g-site']
    for (let n = from; n < to; n += 13) {
      const hour = ((full.commissionedAt[n] / 3_600_000 + 8) % 24) % 24
      if (hour < 9 || hour >= 18) throw new Error(`${full.ids[n]} at ${hour}`)
    }
  })

  it('lies in the past for every other domain', () => {
    const before = Date.parse('2022-01-01T00:00:00+08:00')
    for (const domain of full.domains.filter((d) => d !== 'five-g-site')) {
      const { from, to } = full.ranges[domain]
      expect(full.commissionedAt.subarray(from, to).every((at) => at < before)).toBe(true)
    }
  })
})

describe('the time it takes', () => {
  const cpuMs = (scale: number) => {
    const tries = [0, 1].map(() => {
      const before = process.cpuUsage()
      buildCatalogue(city, scale)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    })
    return Math.min(...tries)
  }

  it('grows no faster than the number of assets', () => {
    const small = cpuMs(0.25)
    expect(cpuMs(1) / small).toBeLessThan(8) // 4 when linear; collections and noise are allowed for
  })
})

function copyOfParking() {
  const section = city.places?.catalogue.parking
  if (!section || 'assets' in section) throw new Error('parking is not spread over the city')
  return section
}
