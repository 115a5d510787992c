// The open data set: JSON, CSV and its description, with terms from the city and the plan's own notice.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { city, descriptor, openSmallCity, reading, type SmallCity, WALL } from '../small-city.ts'

let here: SmallCity
let epoch: number

const both = (text: string) => ({ zh: `${text}(中)`, en: text })
const target = {
  ...{ id: 'lamps-2026', kpi: 'lamp.coverage', name: both('lamps'), value: 0.9, unit: '1' },
  ...{ due: '2026-12-31', grade: 'official' as const, clause: both('90 % by 2026') },
  ...{ document: both('@Plan'), documentDate: '2024-01-01', source: 's', rule: both('all') },
  baseline: { date: '2020-12-31', value: 0, grade: 'official' as const, source: 's' },
}

beforeEach(async () => {
  here = await openSmallCity()
  await here.server.listen()
  epoch = await here.start({
    plan: { targets: [target], planned: {}, notice: both('targets are public') },
  })
  await here.kpi(reading(epoch, 0, 0.4))
  const day = { ...reading(epoch, 0, 0.5).window, kind: 'day' as const }
  await here.kpi(reading(epoch, 0, 0.5, { window: day, target: 'lamps-2026', expected: 0.6 }))
  await here.kpi(reading(epoch, 1, 0.6, { final: false, kpi: 'well.coverage' }))
  await waitUntil('they are shown', async () => (await here.json('/api/kpis')).length === 3)
})
afterEach(() => here.close())

/** Rows of a CSV answer as records, undoing nothing: cells stand as a spreadsheet would get them. */
async function table(query = ''): Promise<Record<string, string>[]> {
  const { body } = await here.get(`/api/open-data?format=csv${query}`)
  const [head, ...rows] = body
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    )
  for (const row of rows) expect(row).toHaveLength(head.length)
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])))
}

describe('/api/open-data as JSON', () => {
  it('carries words, clauses, terms of the city and the notice of the plan', async () => {
    const data = await here.json('/api/open-data')
    expect(data.title.en).toBe('Smallville: city KPIs (simulated)')
    expect(data.notice).toBe('模拟数据 SIMULATED: targets are public(中) targets are public')
    expect(data).toMatchObject({ ...city.openData, run: { run: descriptor.run, epoch } })
    expect(data.kpis).toHaveLength(3)
    expect(data.kpis[0]).toMatchObject({
      ...{ kpi: 'lamp.coverage', label: { en: '=lamp "on"' }, kind: 'share' },
      plan: { clause: { en: '90 % by 2026' }, grade: 'official' },
    })
  })

  it('gives what is asked for: a KPI, a scope, a kind of window, finals only', async () => {
    const kpis = async (query: string) =>
      (await here.json(`/api/open-data?${query}`)).kpis.map(
        (k: { kpi: string; window: { kind: string }; scopes: object }) =>
          `${k.kpi} ${k.window.kind} ${Object.keys(k.scopes)}`,
      )
    const all = '990000,990001,990002'
    expect(await kpis('kpi=well.coverage')).toEqual([`well.coverage window ${all}`])
    expect(await kpis('window=day')).toEqual([`lamp.coverage day ${all}`])
    expect(await kpis('final=true&window=window')).toEqual([`lamp.coverage window ${all}`])
    expect(await kpis('scope=990001&window=day')).toEqual(['lamp.coverage day 990001'])
  })

  it.each([
    ['kpi=lamp.colour', 404, /kpi: "lamp.colour", expected one of lamp.coverage/],
    ['scope=440106', 400, /scope: "440106", expected one of 990000 Smallville/],
    ['format=xlsx', 400, /format/],
    ['window=week', 400, /window/],
  ])('refuses %s and says what there is', async (query, status, message) => {
    const reply = await here.get(`/api/open-data?${query}`)
    expect([reply.statusCode, reply.json().message]).toEqual([
      status,
      expect.stringMatching(message),
    ])
  })

  it('is not offered for a city that names no licence', async () => {
    const { openData: _, ...bare } = city
    const other = await openSmallCity({ cityOf: () => bare })
    await other.start()
    const reply = await other.get('/api/open-data')
    expect(reply.statusCode).toBe(404)
    expect(reply.json().message).toMatch(
      /smallville names no publisher and licence, expected openData/,
    )
    await other.close()
  })
})

describe('/api/open-data as CSV', () => {
  it('is a file with one row per reading and scope, terms and notice in every one', async () => {
    const reply = await here.get('/api/open-data?format=csv')
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(reply.headers['content-disposition']).toMatch(
      /^attachment; filename="huacheng-.*-simulated.csv"/,
    )
    const rows = await table()
    expect(rows).toHaveLength(9)
    for (const row of rows) {
      expect(row.notice).toBe('模拟数据 SIMULATED: targets are public(中)')
      expect([row.licence, row.run]).toEqual(['CC-BY-4.0', descriptor.run])
    }
  })

  it('has the value, its sums, its place and its target', async () => {
    const [row] = await table('&window=day&scope=990002')
    expect(row).toMatchObject({
      ...{ kpi: 'lamp.coverage', window: 'day', scope: '990002', scope_en: 'West' },
      ...{ value: '0.25', numerator: '0.25', denominator: '1', n: '50', unit: '1' },
      ...{ target: 'lamps-2026', target_value: '0.9', target_due: '2026-12-31' },
      ...{ target_grade: 'official', expected: '0.6', truth: 'equal' },
    })
  })

  it('holds no text that a spreadsheet would run', async () => {
    const [row] = await table('&window=day&scope=990002')
    expect([row.label_en, row.publisher, row.target_document]).toEqual([
      `'=lamp "on"`,
      `'=Smallville office(中)`,
      `'@Plan(中)`,
    ])
  })
})

describe('/api/open-data described', () => {
  const catalogue = () => here.json('/api/open-data?format=dcat')
  const described = async () => (await catalogue())['dcat:dataset'][0]
  type Words = { '@language': string; '@value': string }[]
  const english = (list: Words) => list.find((x) => x['@language'] === 'en')?.['@value']

  it('is a DCAT catalogue with title, publisher, place and one data set', async () => {
    const reply = await here.get('/api/open-data?format=dcat')
    expect(reply.headers['content-type']).toBe('application/ld+json; charset=utf-8')
    const data = reply.json()
    expect(data['@type']).toBe('dcat:Catalog')
    expect(data['@id']).toBe(`${here.server.url}/api/open-data?format=dcat`)
    expect(english(data['dct:title'])).toBe('Smallville: city KPIs (simulated)')
    expect(english(data['dct:publisher']['foaf:name'])).toBe('=Smallville office')
    expect(data['foaf:homepage']).toEqual({ '@id': `${here.server.url}/` })
    expect(data['dct:spatial']).toMatchObject({
      ...{ '@type': 'dct:Location', 'dct:identifier': '990000' },
      'dcat:bbox': { '@value': expect.stringMatching(/^POLYGON\(\(113 23, 113.199 23, /) },
    })
    expect(data['dcat:dataset']).toHaveLength(1)
    expect(data['dcat:dataset'][0]).toMatchObject({
      ...{ '@type': 'dcat:Dataset', '@id': `${here.server.url}/api/open-data` },
      'dct:publisher': { '@id': data['dct:publisher']['@id'] },
      'dct:spatial': { '@id': data['dct:spatial']['@id'] },
    })
  })

  it('describes the data set with licence, period and languages that are things, not words', async () => {
    const data = await described()
    expect(english(data['dct:description'])).toBe('模拟数据 SIMULATED: targets are public')
    expect(data['dct:license']).toEqual({
      ...{ '@id': 'https://example.org/by', '@type': 'dct:LicenseDocument' },
    })
    expect(data['dct:temporal']).toMatchObject({
      'dcat:startDate': { '@value': '2025-06-18T08:30:00.000Z' },
      'dcat:endDate': { '@value': '2025-06-18T08:31:00.000Z' },
    })
    expect(data['dcat:temporalResolution']['@value']).toBe('PT1M')
    const authority = 'http://publications.europa.eu/resource/authority'
    for (const of of [data, await catalogue()]) {
      expect(of['dct:language'].map((l: { '@id': string }) => l['@id'])).toEqual([
        ...[`${authority}/language/ZHO`, `${authority}/language/ENG`],
      ])
    }
  })

  it('states the rights once, in both languages, and points there from every distribution', async () => {
    const data = await catalogue()
    expect(data['dct:rights']).toEqual({
      ...{ '@id': `${here.server.url}/api/open-data#rights`, '@type': 'dct:RightsStatement' },
      'rdfs:label': [
        { '@language': 'zh-CN', '@value': 'name us(中)' },
        { '@language': 'en', '@value': 'name us' },
      ],
    })
    for (const one of data['dcat:dataset'][0]['dcat:distribution']) {
      expect(one['dct:rights']).toEqual({ '@id': data['dct:rights']['@id'] })
    }
  })

  it('names distributions that answer with the media type they promise', async () => {
    const data = await described()
    const list: Record<string, { '@id': string }>[] = data['dcat:distribution']
    expect(list).toHaveLength(2)
    for (const one of list) {
      const type = one['dcat:mediaType']['@id'].split('/').slice(-2).join('/')
      const url = one['dcat:downloadURL']['@id']
      expect(url.startsWith(here.server.url)).toBe(true)
      const reply = await here.get(url.slice(here.server.url.length))
      expect(reply.headers['content-type']).toContain(type)
    }
  })

  it('was modified when the newest reading was written', async () => {
    here.clock.advance(90_000)
    expect((await described())['dct:modified']['@value']).toBe(new Date(WALL).toISOString())
    await here.kpi(reading(epoch, 1, 0.7))
    await waitUntil('it is newer', async () => {
      const { '@value': at } = (await described())['dct:modified']
      return at === new Date(WALL + 90_000).toISOString()
    })
  })

  it('stands in /openapi.json with its formats and filters', async () => {
    const api = await here.json('/openapi.json')
    const { parameters, responses } = api.paths['/api/open-data'].get
    expect(parameters.map((p: { name: string }) => p.name)).toEqual([
      ...['format', 'kpi', 'scope', 'window', 'final'],
    ])
    expect(Object.keys(responses[200].content)).toEqual([
      ...['application/json', 'text/csv', 'application/ld+json'],
    ])
  })
})
