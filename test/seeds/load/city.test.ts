// Loading a city: what a good one holds, how a bad one is refused, what its digest covers.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../infra/problem.ts'
import { domains } from '../../../producers/domains.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { topologyLines } from '../../../seeds/geography/geo.ts'
import { cityTopology, loadCity, SEEDS_ROOT, scopeIndex } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'
import { copyCity, problemsOf } from '../broken-city.ts'

const city = loadCity('testville')

describe.each(CITIES)('loadCity of %s', (id) => {
  const here = loadCity(id)

  it('lists the whole city first and the districts by code', () => {
    expect(here.scopes[0].code).toBe(here.code)
    const codes = here.scopes.slice(1).map((scope) => scope.code)
    expect(codes).toEqual(here.districts.map((d) => d.code).sort())
    expect(scopeIndex(here, codes[0])).toBe(1)
    expect(scopeIndex(here, '999999')).toBe(-1)
  })

  it('gives every street and town to exactly one centre', () => {
    const { centres, streets } = placesOf(here)
    const given = centres.flatMap((centre) => centre.streets).sort()
    const named = streets.filter((street) => street.kind !== 'other').map((street) => street.code)
    expect(given).toEqual(expect.arrayContaining(named))
    expect(new Set(given).size).toBe(given.length)
  })

  it('carries the outlines of all districts, the water and the rivers', () => {
    const parts = topologyLines(cityTopology(here), 'districts').map((part) => part.code)
    expect(parts.sort()).toEqual(here.districts.map((d) => d.code))
    expect(topologyLines(cityTopology(here), 'water').length).toBeGreaterThan(0)
    expect(topologyLines(cityTopology(here), 'rivers').length).toBeGreaterThan(0)
  })

  it('says who publishes its readings and on what terms', () => {
    expect(here.openData?.publisher.zh.length).toBeGreaterThan(0)
    expect(here.openData?.licence.url).toMatch(/^https:/)
  })

  it('has demand, calendar and data for domains that exist', () => {
    const known = domains.map((d) => d.declaration.domain)
    expect(known).toEqual(expect.arrayContaining(Object.keys(here.domainParameters)))
    expect(Object.keys(here.domainParameters).length).toBeGreaterThan(0)
    expect(Object.keys(here.demand).length).toBeGreaterThan(0)
  })
})

describe('loadCity', () => {
  it('finds every domain file by itself', () => {
    const { root, write } = copyCity()
    const { catalogue, simulation } = JSON.parse(
      readFileSync(join(SEEDS_ROOT, 'testville/parking.json'), 'utf8'),
    )
    write(
      'buses.json',
      JSON.stringify({ catalogue: { ...catalogue, idPrefix: 'bus' }, simulation }),
    )
    const wider = loadCity('testville', root)
    expect(Object.keys(wider.domainParameters).sort()).toEqual(
      ['buses', ...Object.keys(city.domainParameters)].sort(),
    )
  })

  it('names an unknown city and the known ones', () => {
    expect(() => loadCity('atlantis')).toThrow(`"atlantis", expected ${CITIES.join(', ')}`)
  })
})

describe('a broken city', () => {
  it('is refused with every problem of every file at once', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.districts[2].areaKm2 = -5
      c.cells = 'many'
      c.colour = 'red'
    })
    edit('calendar.json', (c) => c.holidays.push('2026-02-30', '2026-03-12'))
    edit('parking.json', (p) => {
      p.catalogue.count = -3
      p.catalogue.attributes.type.weights.pop()
      delete p.catalogue.idPrefix
    })
    edit('five-g-site.json', (p) => {
      p.catalogue.commissioned.growth[3][1] = 1
      p.catalogue.attributes.model.model = 'maker'
    })
    edit('demand.json', (d) => d.streets.workday.pop())
    const found = problemsOf(() => loadCity('testville', root))
    const at = (where: string) =>
      found.filter((line) => line.startsWith(`seeds/testville/${where}`))
    expect(at('city.json districts[2].areaKm2: -5, expected > 0')).toHaveLength(1)
    expect(at('city.json cells: "many", expected integer')).toHaveLength(1)
    expect(at('city.json colour: a field of this name, expected none')).toHaveLength(1)
    expect(at('calendar.json holidays[')).toHaveLength(2)
    expect(at('parking.json catalogue.count: -3, expected >= 0')).toHaveLength(1)
    expect(at('parking.json catalogue.idPrefix: nothing')).toHaveLength(1)
    expect(at('five-g-site.json catalogue.commissioned.growth[3][1]: 1')).toHaveLength(1)
    expect(at('five-g-site.json catalogue.attributes.model.model: "maker"')).toHaveLength(1)
    expect(at('demand.json streets.workday')).toHaveLength(1)
  })

  it('is refused for references that do not meet', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      c.centres[0].streets[0] = '990102001'
      c.centres[1].streets.push('123')
      c.centres[2].district = '990199'
      c.centres[4].lon = -24
      c.districts[1].code = '990101'
    })
    const found = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(found).toContain(
      'centres[0].streets[0]: 990102001 of 990102, expected a street of 990101',
    )
    expect(found).toContain('"123", expected a code in streets.json')
    expect(found).toContain('centres[2].district: 990199')
    expect(found).toContain('centres[4] (Lighthouse): -24, -14.94, expected a point inside 990103')
    expect(found).toContain('990101 twice')
  })

  it('is refused for a centre in the water', () => {
    const { root, edit } = copyCity()
    edit('city.json', (c) => {
      const centre = c.centres.find((x: { name: { en: string } }) => x.name.en === 'Quay')
      Object.assign(centre, { lon: -24.885, lat: -14.985 })
    })
    expect(problemsOf(() => loadCity('testville', root)).join('\n')).toMatch(
      /\(Quay\): -24.885, -14.985, in the water, expected a point on land/,
    )
  })

  it('is refused for two domains with one id prefix, cases that miss a value, and rules without a base', () => {
    const { root, edit } = copyCity()
    edit('parking.json', (p) => {
      p.catalogue.idPrefix = 'sig'
      delete p.catalogue.attributes.capacity.cases.kerb
      p.catalogue.attributes.guided = { by: 'size', cases: {} }
      p.catalogue.attributes.operator = { colour: 'red' }
    })
    const found = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(found).toContain(
      'attributes.operator: {"colour":"red"}, expected one of {values, weights}',
    )
    edit('parking.json', (p) => {
      p.catalogue.attributes.operator = { pool: 'organisation', size: 3 }
    })
    const rest = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(rest).toContain('"sig", which parking has, expected "tra", which is free')
    expect(rest).toContain('attributes.capacity.cases.kerb: nothing, expected a rule')
    expect(rest).toContain('attributes.guided.by: "size"')
  })

  it('is refused for rules of place, names and splits that fit nothing', () => {
    const { root, edit } = copyCity()
    edit('parking.json', (p) => {
      p.catalogue.attributes.guided = { place: { core: { chance: 1 } } }
      p.catalogue.attributes.capacity.oneEach = 'kerb'
      p.catalogue.placement = { weights: { core: -1, forest: 1 }, onStreet: { type: ['kerb'] } }
    })
    const shapes = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(shapes).toContain('catalogue.placement')
    edit('parking.json', (p) => {
      delete p.catalogue.attributes.capacity.oneEach
      p.catalogue.placement = { weights: {}, onStreet: { type: ['pavement'] } }
      p.catalogue.split = { 990109: 2 }
      p.catalogue.names = {
        by: 'type',
        cases: {
          kerb: { zh: '{road} {nn}', en: 'Bay' },
          garage: { zh: '{street}', en: '{street}' },
        },
      }
    })
    edit('streets.json', (s) => {
      Object.assign(s.streets[0], { lon: -24.9, lat: -14.94 })
    })
    const found = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(found).toContain('guided.place: no rule for urban, town')
    expect(found).toContain('placement.onStreet.type: pavement, expected of office, home, kerb')
    expect(found).toContain('catalogue.split.990109')
    expect(found).toContain('names.cases.kerb.zh: {road}, expected {street}, {district}, {nn}')
    expect(found).toContain('names.cases.kerb.en: "Bay", expected the placeholders of zh')
    expect(found).toContain('names.cases.garage: a pattern, expected one of office, home, kerb')
    expect(found).toContain(
      'streets[0] (North Gate): -24.9, -14.94, expected a point inside 990101',
    )
  })

  it('is refused for files that are missing, not JSON, or not a domain', () => {
    const { root, write, remove } = copyCity()
    remove('calendar.json')
    write('streets.json', '{"streets": [')
    write('weather.json', '[]')
    const found = problemsOf(() => loadCity('testville', root))
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
    const found = problemsOf(() => loadCity('testville', root)).join('\n')
    expect(found).toMatch(/geo\.topo\.json objects\.districts: .*expected geometry over its arcs/)
  })

  it('stops with a Problem, which the command line prints without a stack', () => {
    const { root, remove } = copyCity()
    remove('calendar.json')
    expect(() => loadCity('testville', root)).toThrow(Problem)
  })
})

it('is the same object while its files are the same, and another one once they are not', () => {
  const { root, edit } = copyCity()
  const before = loadCity('testville', root)
  expect(loadCity('testville', root)).toBe(before)
  edit('city.json', (it) => {
    it.districts[0].population10k = 99
  })
  const after = loadCity('testville', root)
  expect(after.districts[0].population10k).toBe(99)
  expect(before.districts[0].population10k).not.toBe(99)
  expect(loadCity('testville', root)).toBe(after)
})

describe('seedsDigest', () => {
  const digestAfter = (change: (copy: ReturnType<typeof copyCity>) => void) => {
    const copy = copyCity()
    change(copy)
    return loadCity('testville', copy.root).seedsDigest
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
