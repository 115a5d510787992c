// Health, metrics and the description of the interface.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity()
  epoch = await here.start()
})
afterEach(() => here.close())

describe('/health', () => {
  const reasons = async () => (await here.json('/health')).reasons

  it('is ready when a run moves, and names the reasons when it does not', async () => {
    expect(await reasons()).toEqual(['clock: no horizon yet, expected one from the conductor'])
    await here.horizon(epoch, '2025-06-18T08:31:00.000Z')
    await waitUntil('ready', async () => (await here.get('/health')).statusCode === 200)
    expect(await here.json('/health')).toEqual({ live: true, ready: true, reasons: [] })
    here.clock.advance(6_000)
    expect(await reasons()).toEqual(['clock: no horizon for 6 s, expected ten a second'])
    expect((await here.get('/health')).statusCode).toBe(503)
  })

  it('names what other parts report and a page that was not built', async () => {
    const other = await openSmallCity({
      webRoot: '/nowhere',
      extraHealth: () => ['task 3: behind'],
    })
    const { reasons: all } = await other.json('/health')
    expect(all).toContain('task 3: behind')
    expect(all).toContain('page: no index.html, expected the built page; run npm run build')
    expect((await other.json('/')).message).toMatch(/npm run build/)
    await other.close()
  })
})

describe('/metrics and /openapi.json', () => {
  it('count what was read and describe every route', async () => {
    expect((await here.get('/metrics')).body).toContain(
      'huacheng_console_records_total{topic="city.run"} 1',
    )
    const { openapi, paths } = await here.json('/openapi.json')
    expect(openapi).toBe('3.1.0')
    for (const path of [
      '/api/run',
      '/api/kpis',
      '/api/kpis/{id}/history',
      '/api/commands',
      '/health',
    ]) {
      expect(Object.keys(paths)).toContain(path)
    }
    const { parameters } = paths['/api/kpis'].get
    expect(parameters.map((p: { name: string }) => p.name)).toEqual(['scope', 'final'])
  })
})
