// KPI readings and their history over REST.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { descriptor, openSmallCity, reading, type SmallCity, START } from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity()
  const { lamp, well } = descriptor.declarations
  epoch = await here.start({ declarations: { lamp, well: { ...well, cityWide: true } } })
})
afterEach(() => here.close())

const refusal = async (url: string) => {
  const reply = await here.get(url)
  return [reply.statusCode, reply.json().error, reply.json().message]
}

describe('/api/kpis', () => {
  const wide = { kpi: 'well.coverage', scopes: { 990000: reading(0, 0, 1).scopes[990000] } }

  beforeEach(async () => {
    const day = { kind: 'day' as const, start: START, end: reading(0, 1, 1).window.end }
    await here.kpi(reading(epoch, 0, 0.4))
    await here.kpi(reading(epoch, 1, 0.5))
    await here.kpi(reading(epoch, 2, 0.6, { final: false, truth: 'pending' }))
    await here.kpi(reading(epoch, 0, 0.45, { window: day }))
    await here.kpi(reading(epoch, 0, 0.9, wide))
    await waitUntil('all', async () => (await here.json('/api/kpis')).length === 3)
  })

  it('gives the latest of each KPI and window kind, provisional or final', async () => {
    const all = await here.json('/api/kpis')
    const values = all.map((r: ReturnType<typeof reading>) => [
      r.kpi,
      r.window.kind,
      r.scopes[990000].value,
    ])
    expect(values).toEqual([
      ['lamp.coverage', 'day', 0.45],
      ['lamp.coverage', 'window', 0.6],
      ['well.coverage', 'window', 1],
    ])
    expect(all[1]).toEqual(reading(epoch, 2, 0.6, { final: false, truth: 'pending' }))
  })

  it('gives the latest finals on request', async () => {
    const finals = await here.json('/api/kpis?final=true')
    expect(finals[1]).toEqual(reading(epoch, 1, 0.5))
  })

  it('reduces to one scope, empty where a KPI has no districts', async () => {
    const east = await here.json('/api/kpis?scope=990001&final=true')
    expect(east.map((r: { scopes: object }) => r.scopes)).toEqual([
      { 990001: reading(0, 0, 0.45).scopes[990001] },
      { 990001: reading(0, 0, 0.5).scopes[990001] },
      {},
    ])
  })

  it('names the scopes it knows when asked for another', async () => {
    expect(await refusal('/api/kpis?scope=1')).toEqual([
      400,
      'bad-request',
      'scope: "1", expected one of 990000 Smallville, 990001 East, 990002 West',
    ])
    expect((await refusal('/api/kpis?final=perhaps'))[0]).toBe(400)
  })

  it('keeps the history of final windows, per scope as points', async () => {
    expect(await here.json('/api/kpis/lamp.coverage/history')).toEqual([
      reading(epoch, 0, 0.4),
      reading(epoch, 1, 0.5),
    ])
    expect(await here.json('/api/kpis/lamp.coverage/history?last=1')).toEqual([
      reading(epoch, 1, 0.5),
    ])
    expect(await here.json('/api/kpis/lamp.coverage/history?scope=990002')).toEqual({
      kpi: 'lamp.coverage',
      scope: '990002',
      points: [
        { end: '2025-06-18T08:31:00.000Z', value: 0.2, n: 50 },
        { end: '2025-06-18T08:32:00.000Z', value: 0.25, n: 50 },
      ],
    })
    expect((await refusal('/api/kpis/x.y/history')).slice(0, 2)).toEqual([404, 'not-found'])
  })
})
