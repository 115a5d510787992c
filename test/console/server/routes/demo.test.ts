// What a presenter may do to the demo: there only where the server was handed the means, and told to every page.
import { afterEach, describe, expect, it } from 'vitest'
import type { DemoControls, DemoHappening, Recovery, Theft } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { openSmallCity, type SmallCity, WALL } from '../small-city.ts'

let here: SmallCity
afterEach(() => here.close())

const theft: Theft = {
  ...{ topic: 'city.lamp', partition: 3, asset: 'lamp-7', district: '990002' },
  ...{ seq: 9, time: '2025-06-18T08:30:05.000Z' },
}
const recovery: Recovery = {
  ...{ victim: 'a', successor: 'b', downMs: 1000, recoveredMs: 1200 },
  ...{ watermark: 7, records: 40 },
}

async function open(demo?: DemoControls): Promise<void> {
  here = await openSmallCity({ demo })
  await here.server.listen()
  await here.start()
}

describe('/api/demo', () => {
  it('is not there without the means, and hello lists nothing', async () => {
    await open()
    for (const path of ['/api/demo/steal', '/api/demo/kill']) {
      expect((await here.get(path, 'POST')).statusCode).toBe(404)
    }
    expect((await here.get('/api/demo')).statusCode).toBe(404)
    expect((await here.join()).of('hello')[0].capabilities).toEqual([])
  })

  it('offers each of the means by itself', async () => {
    await open({ steal: async () => theft })
    expect((await here.join()).of('hello')[0].capabilities).toEqual(['steal'])
    expect((await here.get('/api/demo/kill', 'POST')).statusCode).toBe(404)
  })

  it('tells every page when a deed begins and when it is known, and the caller what came of it', async () => {
    const over = Promise.withResolvers<Recovery>()
    await open({ steal: async () => theft, kill: () => over.promise })
    const client = await here.join()
    const told = () => client.of('event').flatMap((e) => (e.kind === 'demo' ? [e.happening] : []))
    const answer = here.get('/api/demo/kill', 'POST')
    await waitUntil('it begins', () => told().length === 1)
    const begun = { id: 'demo-1', kind: 'kill', at: WALL, sim: Date.parse('2025-06-18T08:30:00Z') }
    expect(told()).toEqual([{ ...begun, phase: 'begun' }])
    over.resolve(recovery)
    expect((await answer).json()).toEqual({ ...begun, phase: 'done', recovery })
    await waitUntil('it is over', () => told().length === 2)
    await here.get('/api/demo/steal', 'POST')
    const { capabilities, happenings } = await here.json('/api/demo')
    expect(capabilities).toEqual(['steal', 'kill'])
    expect(happenings.map((h: DemoHappening) => [h.id, h.phase, h.theft?.seq])).toEqual([
      ['demo-1', 'done', undefined],
      ['demo-2', 'done', 9],
    ])
  })

  it('says why a deed failed', async () => {
    await open({ steal: async () => Promise.reject(new Error('steal: no event, expected one')) })
    const reply = await here.get('/api/demo/steal', 'POST')
    expect([reply.statusCode, reply.json()]).toEqual([
      409,
      { error: 'refused', message: 'steal: no event, expected one' },
    ])
    expect((await here.json('/api/demo')).happenings).toMatchObject([{ phase: 'failed' }])
  })

  it('listens to no other origin', async () => {
    await open({ steal: async () => theft })
    const reply = await here.server.app.inject({
      ...{ url: '/api/demo/steal', method: 'POST' as const },
      headers: { host: new URL(here.server.url).host, origin: 'http://elsewhere.example' },
    })
    expect(reply.statusCode).toBe(403)
  })
})
