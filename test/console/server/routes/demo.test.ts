// What a presenter may do to the demo: there only where the server was handed the means, and published to every page.
import { afterEach, describe, expect, it } from 'vitest'
import type {
  DemoControls,
  DemoHappening,
  LostEvent,
  Recovery,
} from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { openSmallCity, type SmallCity, WALL } from '../small-city.ts'

let here: SmallCity
afterEach(() => here.close())

const theft: LostEvent = {
  lostAt: WALL,
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

  it('publishes a fault to every page when it begins and when its outcome is known, and answers with that', async () => {
    const over = Promise.withResolvers<Recovery>()
    await open({ steal: async () => theft, kill: () => over.promise })
    const client = await here.join()
    const published = () =>
      client.of('event').flatMap((e) => (e.kind === 'demo' ? [e.happening] : []))
    const answer = here.get('/api/demo/kill', 'POST')
    await waitUntil('it begins', () => published().length === 1)
    const begun = {
      ...{ id: 'demo-1', kind: 'kill', epoch: 0 },
      ...{ at: WALL, sim: Date.parse('2025-06-18T08:30:00Z') },
    }
    expect(published()).toEqual([{ ...begun, phase: 'begun' }])
    over.resolve(recovery)
    expect((await answer).json()).toEqual({ ...begun, phase: 'done', recovery })
    await waitUntil('it is over', () => published().length === 2)
    await here.get('/api/demo/steal', 'POST')
    const { capabilities, happenings } = await here.json('/api/demo')
    expect(capabilities).toEqual(['steal', 'kill'])
    expect(happenings.map((h: DemoHappening) => [h.id, h.phase, h.theft?.seq])).toEqual([
      ['demo-1', 'done', undefined],
      ['demo-2', 'done', 9],
    ])
  })

  it('says why a fault could not be injected', async () => {
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
