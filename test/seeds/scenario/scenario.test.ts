// Scenarios: flags and defaults, the digest and run id that identify a run, and what is refused.
import { createHash } from 'node:crypto'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScenarioFlags } from '../../../seeds/contract.ts'
import { cityNames, domainNames, loadCity, SEEDS_ROOT } from '../../../seeds/load/city.ts'
import {
  listScenarios,
  loadScenario,
  runId,
  scenarioNames,
} from '../../../seeds/scenario/scenario.ts'
import { CITIES } from '../../cities.ts'
import { copyCity, problemsOf } from '../broken-city.ts'

const DAY = 86_400_000
const usual = loadScenario('testville/default')
const domains = usual.domains.join(', ')

describe('loadScenario', () => {
  it('fills what the file leaves out', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      for (const field of ['speed', 'scale', 'window', 'tick', 'duration', 'cues'])
        delete file[field]
    })
    expect(loadScenario('testville/default', {}, root)).toMatchObject({
      name: 'default',
      city: 'testville',
      speed: 30,
      scale: 1,
      durationMs: DAY,
      windowMs: 60_000,
      tickMs: 10_000,
      allowedLatenessMs: 0,
      partitions: 12,
      domains: Object.keys(loadCity('testville').domainParameters).sort(),
      faults: [],
      cues: [],
    })
  })

  it('lets flags replace fields', () => {
    const flags: ScenarioFlags = {
      seed: 7,
      start: '2025-06-20T07:00:00+08:00',
      for: 'PT10M',
      speed: 2,
      scale: 0.5,
      partitions: 24,
    }
    expect(loadScenario('testville/default', flags)).toMatchObject({
      seed: 7,
      start: Date.parse('2025-06-19T23:00:00Z'),
      durationMs: 600_000,
      speed: 2,
      scale: 0.5,
      partitions: 24,
    })
  })

  it('lists every scenario of every city, the default first, and loads each', () => {
    const all = listScenarios()
    for (const city of cityNames()) {
      const names = scenarioNames(city)
      expect(names[0]).toBe('default')
      for (const name of names) {
        expect(all).toContain(`${city}/${name}`)
        expect(loadScenario(`${city}/${name}`)).toMatchObject({ city, name })
      }
    }
    expect(all.length).toBeGreaterThanOrEqual(4)
  })

  it('tells cities apart that use the same name', () => {
    const { root, folder, edit } = copyCity()
    cpSync(folder, join(root, 'sisterville'), { recursive: true })
    edit('scenarios/default.json', (file) => {
      file.seed = 5
    })
    expect(listScenarios(root)).toEqual([
      'sisterville/default',
      'sisterville/storm',
      'testville/default',
      'testville/storm',
    ])
    expect(loadScenario('testville/default', {}, root).seed).toBe(5)
    expect(loadScenario('sisterville/default', {}, root)).toMatchObject({
      city: 'sisterville',
      seed: 990100,
    })
  })
})

describe('Guangzhou’s scenarios', () => {
  const guangzhou = loadScenario('guangzhou/default')

  it('open on a weekday at 16:30 with the whole city at speed 30', () => {
    expect(new Date(guangzhou.start).toISOString()).toBe('2025-06-18T08:30:00.000Z')
    expect(guangzhou).toMatchObject({
      ...{ name: 'default', city: 'guangzhou', seed: 440100, speed: 30, scale: 1 },
      ...{ durationMs: DAY, windowMs: 60_000, tickMs: 10_000, partitions: 12, faults: [] },
    })
    expect(guangzhou.domains).toEqual(Object.keys(loadCity('guangzhou').domainParameters).sort())
    expect(guangzhou.cues.length).toBeGreaterThan(1)
  })

  it('review the plan in days as windows and ticks, with weekly reports', () => {
    const review = loadScenario('guangzhou/plan-review')
    expect(review).toMatchObject({ windowMs: DAY, tickMs: DAY, scale: 0.05 })
    expect(review.cadence['five-g-site']).toEqual({ everyMs: 7 * DAY, phase: 'spread' })
    const early = { start: '2022-01-01T00:00:00Z' }
    expect(() => loadScenario('guangzhou/plan-review', early)).toThrow(/--start/)
  })
})

describe('the digest', () => {
  const digest = (flags: ScenarioFlags) => loadScenario('testville/default', flags).digest

  it('is 64 hex digits and the same on every load', () => {
    expect(usual.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(digest({})).toBe(usual.digest)
  })

  it.each<ScenarioFlags>([
    { speed: 60 },
    { for: 'PT5M' },
    { start: '2026-03-09T23:30:00Z' },
    { start: '2026-03-10T07:30+08:00', seed: 990100, scale: 1, partitions: 12 },
  ])('is the same for %o, which changes no event before it', (flags) => {
    expect(digest(flags)).toBe(usual.digest)
  })

  it.each<ScenarioFlags>([
    { seed: 990101 },
    { scale: 0.5 },
    { partitions: 24 },
    { start: '2026-03-10T07:31:00+08:00' },
  ])('changes with %o', (flags) => {
    expect(digest(flags)).not.toBe(usual.digest)
  })

  it('leaves out how a run is shown and faulted, and takes in what happens', () => {
    const changed = (change: (file: Record<string, unknown>) => void) => {
      const { root, edit } = copyCity()
      edit('scenarios/default.json', change)
      return loadScenario('testville/default', {}, root).digest
    }
    const fault = { kind: 'drop', domain: 'parking', share: 0.1, from: 'PT0S', for: 'PT1M' }
    const same = changed((file) => {
      Object.assign(file, { title: { zh: '别', en: 'other' }, cues: [], window: 'PT10M' })
      Object.assign(file, { allowedLateness: 'PT5S', faults: [fault] })
    })
    expect(same).toBe(usual.digest)
    const others = [
      changed((file) => Object.assign(file, { demand: { streets: 1.2 } })),
      changed((file) => Object.assign(file, { parameters: { parking: { spare: 1 } } })),
      changed((file) => Object.assign(file, { tick: 'PT20S' })),
      changed((file) => Object.assign(file, { domains: ['parking'] })),
      changed((file) => Object.assign(file, { cadence: { parking: { every: 'PT1M' } } })),
    ]
    expect(new Set([usual.digest, ...others]).size).toBe(6)
  })

  it('does not depend on how a duration or the order of domains is written', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      file.tick = 'PT10.000S'
      file.domains = [...usual.domains].reverse()
    })
    expect(loadScenario('testville/default', {}, root).digest).toBe(usual.digest)
  })

  it('changes with the seeds', () => {
    const { root, edit } = copyCity()
    edit('parking.json', (file) => {
      file.catalogue.count = 49
    })
    expect(loadScenario('testville/default', {}, root).digest).not.toBe(usual.digest)
  })

  it('is the SHA-256 of the RFC 8785 JSON of {partitions, scenario, seeds}', () => {
    const { seedsDigest } = loadCity('testville')
    const names = domainNames(join(SEEDS_ROOT, 'testville')).map((name) => `"${name}"`)
    const scenario =
      `{"cadence":{},"demand":{},"domains":[${names}],"incidents":[],"scale":1,"seed":990100,` +
      '"start":"2026-03-09T23:30:00.000Z","tick":"PT10S"}'
    const text = `{"partitions":12,"scenario":${scenario},"seeds":"${seedsDigest}"}`
    expect(usual.digest).toBe(createHash('sha256').update(text).digest('hex'))
  })
})

describe('runId', () => {
  const start = usual.start

  it('is r- and 12 hex of SHA-256 over seed, digest and start', () => {
    const text = `990100\n${usual.digest}\n2026-03-09T23:30:00.000Z`
    const hex = createHash('sha256').update(text).digest('hex')
    expect(runId(990100, usual.digest, start)).toBe(`r-${hex.slice(0, 12)}`)
    expect(usual.runId).toBe(`r-${hex.slice(0, 12)}`)
  })

  it('differs for every restart', () => {
    const text = `990100\nd\n2026-03-09T23:30:00.000Z\n2`
    const hex = createHash('sha256').update(text).digest('hex')
    expect(runId(990100, 'd', start, 2)).toBe(`r-${hex.slice(0, 12)}`)
    expect(new Set([0, 1, 2, 3].map((n) => runId(1, 'd', start, n))).size).toBe(4)
  })
})

describe('a bad scenario', () => {
  it('is refused with every problem of file and flags at once', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      file.domains = ['parking', 'weather']
      file.window = 'PT7M'
      file.tick = 'ten'
      file.cadence = { rain: { every: 'PT1M' } }
      file.demand = { sunshine: 2 }
      file.parameters = { snow: {} }
      file.incidents = [
        { id: 'a', kind: 'storm', at: 'PT0S', for: 'soon', place: '123456', severity: 0.5 },
      ]
      file.faults = [{ kind: 'late', domain: 'snow', share: 0.5, from: 'PT0S', for: 'PT1M' }]
      file.cues = [{ at: 'never', title: { zh: '一', en: 'one' } }]
    })
    const flags = { partitions: 7, scale: 99, seed: -1, speed: 0, for: '10m' }
    const found = problemsOf(() => loadScenario('testville/default', flags, root)).join('\n')
    for (const text of [
      `domains[1]: "weather", expected one of ${domains}`,
      'window: PT7M, expected a whole part of a day',
      'tick: "ten", expected an ISO 8601 duration',
      'cadence.rain: "rain", expected one of',
      'demand.sunshine: "sunshine", expected one of',
      'parameters.snow: "snow", expected one of',
      'incidents[0].place: "123456", expected {district}, {lon, lat, km}',
      'incidents[0].severity: 0.5, expected one of blue',
      'faults[0].domain: "snow"',
      'faults[0].delay: nothing',
      'cues[0].at: "never"',
      '--partitions: 7, expected a divisor of the city’s 24 cells',
      '--scale: 99, expected 0.01 to 10',
      '--seed: -1',
      '--speed: 0',
      '--for: "10m"',
    ]) {
      expect(found).toContain(text)
    }
  })

  it('is refused for values that no run can have, in the same round as what its schema refuses', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      const fault = { kind: 'drop', domain: 'parking', share: 0.5, from: 'PT1H', for: 'PT1M' }
      const cue = { at: 'PT1H', title: { zh: '一', en: 'one' } }
      file.seed = 1.5
      file.duration = 'PT1H'
      file.start = '2025-06-31T00:00:00+08:00'
      file.speed = 1e308
      file.tick = 'PT0.001S'
      file.allowedLateness = 'P2D'
      file.cadence = { parking: { every: 'PT0.5S' } }
      file.demand = { streets: 1e308 }
      file.faults = [{ ...fault, share: 2 }, fault, { ...fault, from: 'PT59M' }]
      file.cues = [{ ...cue, at: 'PT0S', highlight: ['parking.usage', 'parking.usge'] }, cue]
    })
    const kpis = ['parking.usage']
    const found = problemsOf(() => loadScenario('testville/default', {}, { root, kpis }))
    const fields = found.map((line) =>
      line.replace(/^seeds\/testville\/scenarios\/default.json /, ''),
    )
    expect(fields.toSorted()).toEqual([
      'allowedLateness: P2D, expected at most P1D, 1440 windows',
      'cadence.parking.every: PT0.5S, expected at least PT1S',
      'cues[0].highlight[1]: "parking.usge", expected one of parking.usage',
      'cues[1].at: PT1H, expected before the end, PT1H',
      'demand.streets: 1e+308, expected 0 to 100',
      'faults[0].share: 2, expected <= 1',
      'faults[1].from: PT1H, expected before the end, PT1H',
      'seed: 1.5, expected 0 to 4294967295',
      'speed: 1e+308, expected 0.01 to 1000000',
      'start: "2025-06-31T00:00:00+08:00", expected a day of the calendar: 2025-06 has 30 days',
      'tick: PT0.001S, expected at least PT1S',
    ])
  })

  it('takes what its own length allows, however short --for makes a run, and more where --for makes it longer', () => {
    const { root, edit } = copyCity()
    const cue = { at: 'PT50M', title: { zh: '一', en: 'one' } }
    edit('scenarios/default.json', (file) => Object.assign(file, { duration: 'PT1H', cues: [cue] }))
    expect(loadScenario('testville/default', { for: 'PT1M' }, root).cues).toEqual([cue])
    edit('scenarios/default.json', (file) => Object.assign(file, { duration: 'PT10M' }))
    expect(loadScenario('testville/default', { for: 'PT1H' }, root).cues).toEqual([cue])
    expect(() => loadScenario('testville/default', { for: 'PT20M' }, root)).toThrow(
      /before the end/,
    )
  })

  it('is refused when it would end behind the last year that has four digits', () => {
    const flags = { start: '9999-12-30T00:00:00+08:00', for: 'P3D' }
    expect(() => loadScenario('testville/default', flags)).toThrow(
      '--for: P3D, expected an end before 9999-12-31T00:00:00.000Z',
    )
  })

  it('is refused when the start is not a multiple of the window in the city', () => {
    expect(() => loadScenario('testville/default', { start: '2026-03-10T07:30:05+08:00' })).toThrow(
      /--start: .*expected a multiple of the window PT1M after 00:00 Asia\/Shanghai/,
    )
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      file.window = 'P1D'
      file.tick = 'P1D'
      file.start = '2026-03-10T00:00:00+08:00'
    })
    const load = (start: string) => loadScenario('testville/default', { start }, root)
    expect(() => load('2026-03-10T00:00:00Z')).toThrow(/--start/)
    expect(load('2026-03-09T16:00:00Z').windowMs).toBe(DAY)
  })

  it('is refused when the tick does not divide the window', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      file.tick = 'PT7S'
    })
    expect(problemsOf(() => loadScenario('testville/default', {}, root)).join()).toContain(
      'tick: PT7S, expected a whole part of the window PT1M',
    )
  })

  it('is refused by its schema, field by field', () => {
    const { root, edit } = copyCity()
    edit('scenarios/default.json', (file) => {
      file.seed = 1.5
      file.weather = 'fine'
      delete file.title
    })
    const found = problemsOf(() => loadScenario('testville/default', {}, root)).join('\n')
    expect(found).toContain('default.json seed: 1.5')
    expect(found).toContain('default.json weather: a field of this name')
    expect(found).toContain('default.json title: nothing')
  })

  it('is named when it does not exist, beside those that do', () => {
    expect(() => loadScenario('guangzhou/nope')).toThrow(
      /scenario of guangzhou: "nope", expected default, canton-fair, dirty-input, evening-peak, /,
    )
    expect(() => loadScenario('testville')).toThrow(/scenario of testville: "testville"/)
    expect(() => loadScenario('atlantis/default')).toThrow(
      `city: "atlantis", expected one of ${CITIES.join(', ')}`,
    )
  })

  it.each([
    'testville/default/foo',
    'testville/default/foo/bar',
    'testville/default/',
    'testville//default',
  ])('is not taken for another: %s', (name) =>
    expect(() => loadScenario(name)).toThrow(/scenario of testville: ".*", expected default/),
  )

  it('of one’s own is read for a city, and goes by its file’s name', () => {
    const { root, folder } = copyCity()
    const path = join(root, 'mine.json')
    cpSync(join(folder, 'scenarios', 'default.json'), path)
    const own = { path, label: './mine.json' }
    const mine = loadScenario('testville/mine.json', { seed: 7 }, { root, own })
    expect(mine).toMatchObject({ name: 'mine.json', city: 'testville', seed: 7 })
    expect(mine.domains).toEqual(usual.domains)
    expect(() =>
      loadScenario(
        'testville/no.json',
        {},
        { root, own: { path: join(folder, 'no.json'), label: './no.json' } },
      ),
    ).toThrow('./no.json: no such file, expected a file that can be read')
  })

  it('simulates the domains that a flag names, and no others', () => {
    const some = loadScenario('testville/default', { domains: ['parking', 'e-license'] })
    expect(some.domains).toEqual(['e-license', 'parking'])
    expect(some.digest).not.toBe(usual.digest)
    const flags = { domains: ['parking', 'weather', 'parking'] }
    const found = problemsOf(() => loadScenario('testville/default', flags)).join('\n')
    expect(found).toContain(`--domains: "weather", expected one of ${domains}`)
    expect(found).toContain('--domains: "parking" twice, expected once')
  })

  it('is missed in a city that has none', () => {
    const { root, folder } = copyCity()
    rmSync(join(folder, 'scenarios'), { recursive: true })
    expect(listScenarios(root)).toEqual([])
    expect(() => loadScenario('testville/default', {}, root)).toThrow(/"default", expected none/)
  })
})
