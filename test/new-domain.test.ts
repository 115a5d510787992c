// A domain that the parts have never heard of: one folder, one line and its data, and everything downstream follows.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../commands/demo/demo-start.ts'
import { computeKpis } from '../commands/kpis.ts'
import { openWorld } from '../commands/wiring/world.ts'
import type { AssetView, RunView } from '../console/messages.ts'
import { isoTime } from '../infra/time.ts'
import type { KpiReading } from '../processor/contract/types.ts'
import type { CommandResult } from '../producers/contract/records.ts'
import { buildCatalogue } from '../seeds/catalogue/catalogue.ts'
import { loadCity } from '../seeds/load/city.ts'
import { violations } from './architecture.ts'
import { SMALL_CITY } from './cities.ts'
import { builtPage } from './console/server/small-city.ts'
import { cityWithCharging } from './fixtures/ev-charging/city.ts'
import { evCharging } from './fixtures/ev-charging/domain.ts'
import { free } from './fixtures/ev-charging/places.ts'
import { keepsTheDomainPromises } from './producers/domain-promises.ts'
import { repositoryFiles } from './repository.ts'

const NAME = 'ev-charging'
const KPIS = ['coverage', 'energy', 'free', 'success', 'usage'].map((name) => `${NAME}.${name}`)
const values = { city: SMALL_CITY, for: 'PT4M' }
const city = cityWithCharging()
const { seeds, domains } = city
const catalogue = buildCatalogue(loadCity(SMALL_CITY, seeds), 1)
const { from, to } = catalogue.ranges[NAME]
const stations = catalogue.ids.slice(from, to)

afterAll(() => city.remove())

describe('a new domain by itself', () => {
  keepsTheDomainPromises({
    domain: evCharging,
    assets: stations.map((id, i) => ({ id, attributes: catalogue.attributes[from + i] })),
    city: loadCity(SMALL_CITY, seeds),
    start: '2026-03-10T07:30:00+08:00',
    hours: 12,
  })

  it('asks for its line in the list when only its data are there', () => {
    const others = domains.filter((d) => d !== evCharging)
    expect(() => openWorld(values, { truth: true, seeds, domains: others })).toThrow(
      /seeds\/testville\/ev-charging.json: a domain "ev-charging", expected one of .*; list it in producers\/domains.ts/,
    )
  })

  it('is left out of a city that has no data for it', () => {
    const world = openWorld(values, { truth: true, domains })
    expect(Object.keys(world.descriptor.declarations)).not.toContain(NAME)
  })

  it('breaks no rule of the architecture once its folder and its line are in producers/', () => {
    const folder = join(import.meta.dirname, 'fixtures', NAME)
    const files = repositoryFiles()
    const before = violations(files)
    const added = () => violations(files).filter((violation) => !before.includes(violation))
    for (const file of readdirSync(folder).filter(
      (f) => f.endsWith('.ts') && !['city.ts', 'places.ts'].includes(f),
    )) {
      const text = readFileSync(join(folder, file), 'utf8')
      const moved = text
        .replaceAll('../../../producers/', '../../')
        .replace(/import \{ free \}.*\n/, '')
      files.set(`producers/domains/${NAME}/${file}`, moved)
    }
    expect(added()).toEqual([
      `producers/domains.ts:1: does not list producers/domains/${NAME}/; add one import and one entry`,
    ])
    const list = files.get('producers/domains.ts')
    files.set(
      'producers/domains.ts',
      `import { evCharging } from './domains/${NAME}/domain.ts'\n${list}`,
    )
    expect(added()).toEqual([])
  })
})

describe('a city with a new domain', () => {
  const world = openWorld(values, { truth: true, seeds, domains })
  const readings: KpiReading[] = []
  const { ledger } = computeKpis(world, (r) => readings.push(r))

  it('has its readings in every window, equal to the truth in every cell', () => {
    expect([...new Set(readings.map((r) => r.kpi))]).toEqual(expect.arrayContaining(KPIS))
    for (const kpi of KPIS) {
      const windows = readings.filter((r) => r.kpi === kpi && r.window.kind === 'window')
      expect(windows).toHaveLength(4)
      for (const r of windows) expect(Object.keys(r.scopes)).toHaveLength(4)
    }
    expect(readings.filter((r) => r.truth !== 'equal')).toEqual([])
  })

  it('accounts for every record of it', () => {
    const own = ledger.filter((l) => l.domain === NAME)
    expect(own).toHaveLength(world.scenario.partitions)
    expect(own.reduce((sum, l) => sum + l.folded, 0)).toBeGreaterThan(stations.length)
    for (const l of ledger) {
      expect([l.unexplained, l.deadLetter, l.late, l.produced]).toEqual([0, 0, 0, l.folded])
    }
  })

  it('holds its target against the plan', () => {
    const day = readings.findLast((r) => r.kpi === `${NAME}.coverage` && r.window.kind === 'day')
    expect(day).toMatchObject({ target: 'ev-coverage-2026', status: 'met' })
    expect(day?.scopes['990100'].denominator).toBe(42)
  })
})

describe('a console over a city with a new domain', () => {
  let demo: Awaited<ReturnType<typeof startDemo>>
  const get = async <T>(path: string) => (await (await fetch(`${demo.url}${path}`)).json()) as T

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 400; i++) {
      if (await holds()) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error(`waited 10 s in vain until ${what}`)
  }

  beforeAll(async () => {
    const live = { city: SMALL_CITY, port: '0', speed: '30', for: 'PT6H', 'log-level': 'error' }
    demo = await startDemo(live, { seeds, domains, webRoot: builtPage() })
    await until('its readings are final', async () => {
      const list = await get<KpiReading[]>('/api/kpis?final=true')
      return KPIS.every((kpi) => list.some((r) => r.kpi === kpi))
    })
  })
  afterAll(() => demo?.stop())

  it('brings everything the page shows of it: words, units, layer, tile, command, target', async () => {
    const run = await get<RunView>('/api/run')
    expect(run.declarations[NAME]).toMatchObject({
      label: { zh: '充电站' },
      layer: { shape: free.shape, order: free.order },
      units: { '{charger}': { zh: '个' } },
      commands: [{ name: 'ev-charging.close' }],
    })
    expect(run.plan.targets.map((t) => t.kpi)).toContain(`${NAME}.coverage`)
    const open = await get<{ kpis: KpiReading[] }>('/api/open-data')
    expect(open.kpis.map((k) => k.kpi)).toEqual(expect.arrayContaining(KPIS))
  })

  it('shows the newest event of an asset of it', async () => {
    const asset = await get<AssetView>(`/api/assets/${stations[0]}`)
    expect(asset).toMatchObject({ domain: NAME, latest: { value: { subject: stations[0] } } })
  })

  it('takes its commands, and refuses what its declaration does not allow', async () => {
    const post = async (body: object) => {
      const reply = await fetch(`${demo.url}/api/commands`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(body),
      })
      return { status: reply.status, ...((await reply.json()) as Partial<CommandResult>) }
    }
    const command = { name: 'ev-charging.close', target: stations[0], args: { for: 'PT1H' } }
    const taken = await post({ id: 'close-1', ...command })
    expect(taken).toMatchObject({ status: 200, ok: true })
    expect(isoTime(Date.parse(taken.effectiveAt!))).toBe(taken.effectiveAt)
    expect(await post({ id: 'close-2', ...command, args: { for: 1 } })).toMatchObject({
      status: 400,
    })
    expect(await post({ id: 'close-3', ...command, args: { for: 'PT99H' } })).toMatchObject({
      status: 409,
    })
  })
})
