// What a page asks of the past, in one read: its own run's, the newest, and compressed for any network.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpeningView } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { descriptor, openSmallCity, reading, type SmallCity } from '../small-city.ts'

let here: SmallCity
let epoch: number

const { lamp, well } = descriptor.declarations
const declarations = {
  lamp: { ...lamp, measures: lamp.measures.map((m) => ({ ...m, headline: 1 })) },
  well,
}

beforeEach(async () => {
  here = await openSmallCity({
    demo: { steal: () => Promise.reject(new Error('nothing to lose')) },
  })
  epoch = await here.start({ declarations })
})
afterEach(() => here.close())

const opening = () => here.json('/api/opening') as Promise<OpeningView>
const alert = (id: string, closedAt: string | null) =>
  here.alert({
    ...{ epoch, id, kpi: 'lamp.coverage', scope: '990001', severity: 'warning', closedAt },
    ...{ openedAt: '2025-06-18T08:31:00.000Z', value: 0.1, threshold: 0.5, windows: 3 },
  })

describe('/api/opening', () => {
  it('holds the headline KPIs’ finals, oldest first, alerts and the demo’s injected faults', async () => {
    for (const k of [0, 1]) await here.kpi(reading(epoch, k, 0.4 + k / 10))
    await here.kpi(reading(epoch, 0, 0.9, { kpi: 'well.coverage' }))
    await alert('a-a', null)
    await here.get('/api/demo/steal', 'POST')
    await waitUntil('all', async () => {
      const { histories, alerts } = await opening()
      return histories['lamp.coverage'].length === 2 && alerts.length === 1
    })
    const view = await opening()
    expect(view.epoch).toBe(epoch)
    expect(Object.keys(view.histories)).toEqual(['lamp.coverage'])
    expect(view.histories['lamp.coverage'].map((r) => r.scopes['990000'].value)).toEqual([0.4, 0.5])
    expect(view.happenings.map((h) => [h.kind, h.phase])).toEqual([['steal', 'failed']])
  })

  it('holds the city alone of older windows, and the newest whole', async () => {
    for (const k of [0, 1]) await here.kpi(reading(epoch, k, 0.4 + k / 10))
    await waitUntil('both', async () => (await opening()).histories['lamp.coverage']?.length === 2)
    const [older, newest] = (await opening()).histories['lamp.coverage']
    expect(Object.keys(older.scopes)).toEqual(['990000'])
    expect(Object.keys(newest.scopes).length).toBeGreaterThan(1)
  })

  it('never answers what was known before a change', async () => {
    await alert('a-a', null)
    await waitUntil('open', async () => (await opening()).alerts[0]?.closedAt === null)
    await alert('a-a', '2025-06-18T08:40:00.000Z')
    await waitUntil('closed', async () => (await here.json('/api/alerts'))[0].closedAt !== null)
    expect((await opening()).alerts[0].closedAt).toBe('2025-06-18T08:40:00.000Z')
    const second = await here.start({ run: 'r-000000000002', declarations })
    expect(await opening()).toMatchObject({ epoch: second, alerts: [] })
  })

  it('comes as brotli or gzip, whichever the caller takes', async () => {
    const ask = (accepted: string) =>
      here.server.app.inject({
        url: '/api/opening',
        headers: { host: '127.0.0.1', 'accept-encoding': accepted },
      })
    const plain = (await ask('identity')).rawPayload
    const [br, gzip] = [await ask('gzip, deflate, br'), await ask('gzip, deflate')]
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual([
      'br',
      'gzip',
    ])
    expect(brotliDecompressSync(br.rawPayload).equals(plain)).toBe(true)
    expect(gunzipSync(gzip.rawPayload).equals(plain)).toBe(true)
  })
})
