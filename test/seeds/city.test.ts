// Loading a city: what a good one holds, how a bad one is refused, what its digest covers.
import { describe, expect, it } from 'vitest'
import { Problem } from '../../infra/problem.ts'
import { cityTopology, loadCity, scopeIndex } from '../../seeds/city.ts'
import { topologyLines } from '../../seeds/geo.ts'
import { placesOf } from '../../seeds/places.ts'
import { copyCity, problemsOf } from './broken-city.ts'

const city = loadCity('guangzhou')

describe('loadCity', () => {
  it('reads 11 districts that sum to the published population and area', () => {
    expect(city.districts).toHaveLength(11)
    expect(city.districts.reduce((a, d) => a + d.population10k, 0)).toBeCloseTo(1882.7, 6)
    expect(city.districts.reduce((a, d) => a + d.areaKm2, 0)).toBeCloseTo(7434.4, 6)
  })

  it('lists the whole city first and the districts by code', () => {
    expect(city.scopes[0].code).toBe('440100')
    const codes = city.scopes.slice(1).map((scope) => scope.code)
    expect(codes).toEqual([...codes].sort())
    expect(scopeIndex(city, '440103')).toBe(1)
    expect(scopeIndex(city, '999999')).toBe(-1)
  })

  it('finds every domain file by itself', () => {
    expect(Object.keys(city.domainParameters).sort()).toEqual([
      'e-license',
      'five-g-site',
      'indicator-report',
      'parking',
      'system-access',
      'traffic-signal',
    ])
  })

  it('gives every street and town to exactly one centre', () => {
    const { centres, streets } = placesOf(city)
    const given = centres.flatMap((centre) => centre.streets).sort()
    const named = streets.filter((street) => street.kind !== 'other').map((street) => street.code)
    expect(streets).toHaveLength(178)
    expect(given).toEqual(named.sort())
  })

  it('carries the outlines of all districts, the water and the rivers', () => {
    const parts = topologyLines(cityTopology(city), 'districts').map((part) => part.code)
    expect(parts.sort()).toEqual(city.districts.map((d) => d.code))
    expect(topologyLines(cityTopology(city), 'water').length).toBeGreaterThan(0)
    expect(topologyLines(cityTopology(city), 'rivers').length).toBeGreaterThan(0)
  })

  it('holds the holidays and worked weekends of two years without overlap', () => {
    const { holidays, workdays } = city.calendar
    expect(holidays).toContain('2025-10-01')
    expect(workdays).toContain('2025-09-28')
    expect(holidays.filter((date) => workdays.includes(date))).toEqual([])
  })

  it('names an unknown city and the known ones', () => {
    expect(() => loadCity('atlantis')).toThrow(/"atlantis", expected guangzhou/)
  })
})

describe('a broken city', () => {
  it('is refused with every problem of every file at once', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.districts[3].areaKm2 = -5
      c.cells = 'many'
      c.colour = 'red'
    })
    edit('calendar.json', (c) => c.holidays.push('2025-02-30', '2025-10-01'))
    edit('parking.json', (p) => {
      p.catalogue.count = -3
      p.catalogue.attributes.type.weights.pop()
      delete p.catalogue.idPrefix
    })
    edit('five-g-site.json', (p) => {
      p.catalogue.commissioned.growth[3][1] = 1
      p.catalogue.attributes.model.model = 'maker'
    })
    edit('demand.json', (d) => d.traffic.workday.pop())
    const found = problemsOf(() => loadCity('guangzhou', root))
    const at = (where: string) =>
      found.filter((line) => line.startsWith(`seeds/guangzhou/${where}`))
    expect(at('city.json districts[3].areaKm2: -5, expected > 0')).toHaveLength(1)
    expect(at('city.json cells: "many", expected integer')).toHaveLength(1)
    expect(at('city.json colour: a field of this name, expected none')).toHaveLength(1)
    expect(at('calendar.json holidays[')).toHaveLength(2)
    expect(at('parking.json catalogue.count: -3, expected >= 0')).toHaveLength(1)
    expect(at('parking.json catalogue.idPrefix: nothing')).toHaveLength(1)
    expect(at('five-g-site.json catalogue.commissioned.growth[3][1]: 1')).toHaveLength(1)
    expect(at('five-g-site.json catalogue.attributes.model.model: "maker"')).toHaveLength(1)
    expect(at('demand.json traffic.workday')).toHaveLength(1)
  })

  it('is refused for references that do not meet', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.centres[0].streets[0] = '440104001'
      c.centres[1].streets.push('123')
      c.centres[2].district = '440199'
      c.centres[3].lon = 114
      c.districts[1].code = '440103'
    })
    const found = problemsOf(() => loadCity('guangzhou', root)).join('\n')
    expect(found).toContain(
      'centres[0].streets[0]: 440104001 of 440104, expected a street of 440103',
    )
    expect(found).toContain('"123", expected a code in streets.json')
    expect(found).toContain('centres[2].district: 440199')
    expect(found).toContain('centres[3] (Fangcun): 114, 23.095, expected a point inside 440103')
    expect(found).toContain('440103 twice')
  })

  it('is refused for a centre in the water', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      const centre = c.centres.find((x: { name: { en: string } }) => x.name.en === 'Longxue')
      Object.assign(centre, { lon: 113.655, lat: 22.68 })
    })
    expect(problemsOf(() => loadCity('guangzhou', root)).join('\n')).toMatch(
      /\(Longxue\): 113.655, 22.68, in the water, expected a point on land/,
    )
  })

  it('is refused for two domains with one id prefix, cases that miss a value, and rules without a base', () => {
    const { root, edit } = copyCity()
    edit('parking.json', (p) => {
      p.catalogue.idPrefix = 'sig'
      delete p.catalogue.attributes.capacity.cases.kerb
      p.catalogue.attributes.guided.by = 'size'
      p.catalogue.attributes.operator = { colour: 'red' }
    })
    const found = problemsOf(() => loadCity('guangzhou', root)).join('\n')
    expect(found).toContain(
      'attributes.operator: {"colour":"red"}, expected one of {values, weights}',
    )
    edit('parking.json', (p) => {
      p.catalogue.attributes.operator = { pool: 'organisation', size: 3 }
    })
    const rest = problemsOf(() => loadCity('guangzhou', root)).join('\n')
    expect(rest).toContain('"sig", which parking has, expected a prefix of its own')
    expect(rest).toContain('attributes.capacity.cases.kerb: nothing, expected a rule')
    expect(rest).toContain('attributes.guided.by: "size"')
  })

  it('is refused for files that are missing, not JSON, or not a domain', () => {
    const { root, write, remove } = copyCity()
    remove('calendar.json')
    write('streets.json', '{"streets": [')
    write('weather.json', '[]')
    const found = problemsOf(() => loadCity('guangzhou', root))
    expect(found.filter((l) => l.includes('calendar.json: no such file'))).toHaveLength(1)
    expect(
      found.filter((l) => l.includes('streets.json') && l.includes('valid JSON')),
    ).toHaveLength(1)
    expect(found.filter((l) => l.includes('weather.json: []'))).toHaveLength(1)
    expect(found).toHaveLength(3)
  })

  it('is refused for a topology whose arcs are gone', () => {
    const { root, edit } = copyCity()
    edit('geo.topo.json', (t) => t.arcs.splice(5))
    const found = problemsOf(() => loadCity('guangzhou', root)).join('\n')
    expect(found).toMatch(/geo\.topo\.json objects\.districts: .*expected geometry over its arcs/)
  })

  it('stops with a Problem, which the command line prints without a stack', () => {
    const { root, remove } = copyCity()
    remove('calendar.json')
    expect(() => loadCity('guangzhou', root)).toThrow(Problem)
  })
})

describe('seedsDigest', () => {
  const digestAfter = (change: (copy: ReturnType<typeof copyCity>) => void) => {
    const copy = copyCity()
    change(copy)
    return loadCity('guangzhou', copy.root).seedsDigest
  }

  it('is the same for a copy in another place', () => {
    expect(digestAfter(() => {})).toBe(city.seedsDigest)
  })

  it('changes with any further file', () => {
    const digest = digestAfter(({ write }) => write('notes.txt', 'every file counts'))
    expect(digest).not.toBe(city.seedsDigest)
  })

  it('ignores scenarios and the plan', () => {
    const digest = digestAfter(({ write }) => {
      write('plan.json', '{}')
      write('scenarios/default.json', '{}')
    })
    expect(digest).toBe(city.seedsDigest)
  })

  it.each(['city.json', 'parking.json', 'demand.json', 'streets.json', 'geo.topo.json'])(
    'changes with %s',
    (file) => {
      const digest = digestAfter(({ edit }) => edit(file, (value) => value)) // other white space
      expect(digest).not.toBe(city.seedsDigest)
    },
  )
})
