// The demo with its twin: a thread that begins with the first command to the city, and shows what would be without it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import { computeKpis } from '../../../commands/kpis.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import type { CommandAnswer, KpiReading, RunView, TwinView } from '../../../console/messages.ts'
import { waitUntil } from '../../../load/wait-until.ts'

const values = { city: 'testville', for: 'PT30M', speed: '120', port: '0', 'log-level': 'error' }

let demo: Awaited<ReturnType<typeof startDemo>>
beforeAll(async () => {
  demo = await startDemo(values)
})
afterAll(() => demo?.stop())

async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json', origin: demo.url }
  const request = body && { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(demo.url + path, request)
  const got = await response.json()
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(got)}`)
  return got as T
}

const twins = () => ask<TwinView[]>('/api/twin')

/** Finals of the run in which nobody acts, by KPI and window. */
function usual(): Map<string, KpiReading> {
  const finals = new Map<string, KpiReading>()
  computeKpis(openWorld(values, { truth: true }), (r) => {
    if (r.window.kind === 'window') finals.set(`${r.kpi} ${r.window.start}`, r)
  })
  return finals
}

describe('the demo’s twin', () => {
  it('begins with the first command to the city, and differs from it by what the command did', async () => {
    await waitUntil('the clock runs', async () => {
      const { clock } = await ask<RunView>('/api/run')
      return clock.horizon > clock.start
    })
    const speed = { id: 's', name: 'clock.speed', args: { speed: 200 } }
    expect(await ask<CommandAnswer>('/api/commands', speed)).toMatchObject({ ok: true })
    expect(await twins()).toEqual([])
    const { catalogue } = demo.world
    const lot = catalogue.ids[catalogue.ranges.parking.from]
    const command = { name: 'parking.divert', target: lot, args: { for: 'PT1H', share: 1 } }
    expect(await ask<CommandAnswer>('/api/commands', { id: 'c1', ...command })).toMatchObject({
      ok: true,
    })
    await waitUntil('fewer places are taken than would be', async () => {
      const [shown] = await twins()
      const free = shown?.kpis.find(({ kpi }) => kpi === 'parking.free')
      return (free?.scopes[demo.world.city.code].difference ?? 0) > 0
    })
    const [shown] = await twins()
    expect(shown.twin).toBe('usual')
    const expected = usual()
    for (const { kpi, window, scopes } of shown.kpis) {
      const reading = expected.get(`${kpi} ${window.start}`)!
      for (const [code, { value, twin, difference }] of Object.entries(scopes)) {
        expect([kpi, code, twin]).toEqual([kpi, code, reading.scopes[code].value])
        if (value === twin) expect(difference).toBe(value === null ? null : 0)
      }
    }
    // Signals, licences and all the rest know nothing of parking.
    const others = shown.kpis.filter(({ kpi }) => !kpi.startsWith('parking.'))
    expect(others.length).toBeGreaterThan(10)
    for (const { scopes } of others) {
      for (const { difference } of Object.values(scopes)) expect(difference ?? 0).toBe(0)
    }
  }, 60_000)

  it('begins another without one command when it is asked for', async () => {
    const free = async (name: string) => {
      const shown = (await twins()).find(({ twin }) => twin === name)
      return shown?.kpis.find(({ kpi }) => kpi === 'parking.free')
    }
    expect(await ask('/api/twin', { without: 'c1' })).toEqual({ without: 'c1' })
    await waitUntil('it differs as the other does', async () => {
      return ((await free('c1'))?.counted?.scopes[demo.world.city.code] ?? 0) > 0
    })
    // Nothing else was done to the city.
    const [one, other] = [await free('c1'), await free('usual')]
    const expected = usual().get(`parking.free ${one!.window.start}`)!
    const { code } = demo.world.city
    expect(one!.scopes[code].twin).toBe(expected.scopes[code].value)
    expect(one!.counted).toMatchObject({ unit: '{space}', sums: false })
    expect(other).toBeDefined()
  }, 60_000)
})
