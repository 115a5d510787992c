// /api/recordings: begun and ended by whoever may command the city, in a folder that nobody who asks can choose, and refused in words.
import { afterEach, describe, expect, it } from 'vitest'
import type { RecordingView } from '../../../../console/messages.ts'
import type { ConsoleOptions, RecordingControls } from '../../../../console/server/options.ts'
import { Problem } from '../../../../infra/problem.ts'
import { hostOf, openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity
afterEach(() => here.close())

const view: RecordingView = {
  ...{ id: 'r-1', kind: 'live', phase: 'writing', folder: '/somewhere/r-1' },
  ...{ from: 1, to: null, asked: null, share: null, records: 2, bytes: 3, problem: null },
}

function controls(): RecordingControls & { asked: string[] } {
  const asked: string[] = []
  const heard = async (what: string) => {
    asked.push(what)
    return view
  }
  return {
    asked,
    view: async () => ({ folder: '/somewhere', reach: { from: 1, to: 2 }, recordings: [view] }),
    start: () => heard('start'),
    keepLast: (ms) => heard(`last ${ms}`),
    stop: () => heard('stop'),
  }
}

async function open(options: Partial<ConsoleOptions>): Promise<void> {
  here = await openSmallCity(options)
  await here.server.listen()
  await here.start()
}

async function post(path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await here.server.app.inject({
    ...{ method: 'POST', url: path, payload: body },
    headers: { host: hostOf(here.server.url), ...headers },
  })
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> }
}

describe('/api/recordings', () => {
  it('begins one from now on, one of the last minutes, and ends the one that was begun', async () => {
    const recordings = controls()
    await open({ recordings })
    expect(await here.json('/api/recordings')).toEqual(await recordings.view())
    expect(await post('/api/recordings', {})).toEqual({ status: 200, body: view })
    await post('/api/recordings', { last: 'PT10M' })
    expect((await post('/api/recordings/stop')).body).toEqual(view)
    expect(recordings.asked).toEqual(['start', 'last 600000', 'stop'])
    expect((await here.join()).of('hello')[0].capabilities).toEqual(['record'])
  })

  it('takes no path and no time that is none', async () => {
    const recordings = controls()
    await open({ recordings })
    const wrong = [{ folder: '/etc' }, { out: '../..' }, { last: '10' }, { last: '' }, { last: 10 }]
    for (const body of wrong) {
      const answer = await post('/api/recordings', body)
      expect([answer.status, answer.body.error], JSON.stringify(body)).toEqual([400, 'bad-request'])
    }
    expect(recordings.asked).toEqual([])
  })

  it('listens to pages of its own origin only', async () => {
    const recordings = controls()
    await open({ recordings })
    for (const path of ['/api/recordings', '/api/recordings/stop']) {
      const answer = await post(path, {}, { origin: 'http://elsewhere.example' })
      expect([answer.status, answer.body.error]).toEqual([403, 'origin'])
    }
    const plain = await here.server.app.inject({
      ...{ method: 'POST', url: '/api/recordings', payload: '{}' },
      headers: { host: hostOf(here.server.url), 'content-type': 'text/plain' },
    })
    expect(plain.statusCode).toBe(415)
    expect(recordings.asked).toEqual([])
  })

  it('says what it cannot do, in the words of whoever could not', async () => {
    const recordings = {
      ...controls(),
      start: () => Promise.reject(new Problem('/somewhere: got no space left, expected room')),
    }
    await open({ recordings })
    expect(await post('/api/recordings', {})).toEqual({
      status: 409,
      body: { error: 'refused', message: '/somewhere: got no space left, expected room' },
    })
  })

  it('is refused where commands are switched off', async () => {
    await open({ recordings: controls(), commands: false })
    for (const path of ['/api/recordings', '/api/recordings/stop']) {
      const { status, body } = await post(path, {})
      expect([status, body.error]).toEqual([403, 'switched-off'])
    }
  })

  it('says why a replay, or a console beside Kafka, records nothing, and offers it on no page', async () => {
    await open({ replay: { from: 0, to: 1, loop: null } })
    const replay = await post('/api/recordings', {})
    expect([replay.status, replay.body.message]).toEqual([
      409,
      expect.stringContaining('this is a replay'),
    ])
    expect((await here.join()).of('hello')[0].capabilities).toEqual([])
    await here.close()
    await open({})
    for (const answer of [await post('/api/recordings/stop'), await post('/api/recordings', {})]) {
      expect([answer.status, answer.body.message]).toEqual([
        409,
        expect.stringContaining('huacheng record'),
      ])
    }
    expect((await here.get('/api/recordings')).statusCode).toBe(409)
  })
})
