// The city beside its twins over REST: the newest final that both have, what is missing, and what fits nothing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineView, TwinChoices, TwinView } from '../../../../console/messages.ts'
import type { EventLog } from '../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { twinKey } from '../../../../processor/contract/keys.ts'
import type { KpiReading, TwinReading } from '../../../../processor/contract/types.ts'
import { topicNames } from '../../../../producers/contract/topics.ts'
import { commandRecord } from '../../../run-records.ts'
import { hostOf, openSmallCity, reading, type SmallCity } from '../small-city.ts'

let here: SmallCity
let epoch = 0

beforeEach(async () => {
  here = await openSmallCity()
  epoch = await here.start()
})
afterEach(() => here.close())

const twins = () => here.json('/api/twin') as Promise<TwinView[]>
const says = (one: TwinReading, key = twinKey(one)) => here.put(here.topics.kpiTwin, key, one)
const of = (twin: string, k: number, value: number | null, more: Partial<KpiReading> = {}) => ({
  ...reading(epoch, k, value, more),
  twin,
})

describe('/api/twin', () => {
  it('lists none before there is one', async () => {
    expect(await twins()).toEqual([])
  })

  it('holds the newest final that the city and its twin both have against each other', async () => {
    for (const [k, value] of [0.5, 0.75, 0.8].entries()) await here.kpi(reading(epoch, k, value))
    await says(of('usual', 0, 0.5))
    await says(of('usual', 1, 0.5))
    await waitUntil('it is there', async () => (await twins())[0]?.kpis.length === 1)
    const second = reading(epoch, 1, 0.75).window
    await waitUntil('the second', async () => {
      return (await twins())[0].kpis[0].window.end === second.end
    })
    const [{ twin, watermark, kpis }] = await twins()
    expect([twin, watermark]).toEqual(['usual', second.end])
    expect(kpis[0]).toEqual({
      kpi: 'lamp.coverage',
      unit: '1',
      window: { start: second.start, end: second.end },
      scopes: {
        990000: { value: 0.75, twin: 0.5, difference: 0.25 },
        990001: { value: 0.375, twin: 0.25, difference: 0.125 },
        990002: { value: 0.375, twin: 0.25, difference: 0.125 },
      },
      counted: null,
    })
  })

  it('says null where one of them has no value, and knows twins apart', async () => {
    await here.kpi(reading(epoch, 0, 0.5))
    await says(of('usual', 0, null))
    await says(of('c-1', 0, 0.5))
    await waitUntil('both are there', async () => (await twins()).length === 2)
    const shown = (await twins()).map(({ twin, kpis }) => [twin, kpis[0].scopes['990000']])
    expect(shown).toEqual([
      ['usual', { value: 0.5, twin: null, difference: null }],
      ['c-1', { value: 0.5, twin: 0.5, difference: 0 }],
    ])
  })

  it('ignores a reading under another key, and one that the run cannot have', async () => {
    await says(of('usual', 0, 0.5), twinKey(of('c-1', 0, 0.5)))
    await says(of('usual', 0, 0.5, { kpi: 'lamp.nothing' }))
    await says(of('c-2', 0, 0.5))
    await waitUntil('the last is there', async () => (await twins()).length > 0)
    expect((await twins()).map(({ twin }) => twin)).toEqual(['c-2'])
  })
})

describe('POST /api/twin', () => {
  const start = '2025-06-18T08:31:00.000Z'
  const act = (id: string, name: string) => {
    const asked = name === 'lamp.dim' ? { target: 'lamp-1', args: { level: 3 } } : { args: {} }
    const accepted = { id, name, ...asked, by: 'test', effectiveAt: start, term: epoch }
    return here.log.append(here.topics.run, 0, [commandRecord(epoch, accepted)])
  }
  const ask = async (body: unknown) => {
    const { url } = here.server
    const headers = { host: hostOf(url), origin: url, 'content-type': 'application/json' }
    const payload = JSON.stringify(body)
    const answer = { ...{ url: '/api/twin', method: 'POST' as const }, headers, payload }
    const { statusCode, body: text } = await here.server.app.inject(answer)
    return { status: statusCode, ...(JSON.parse(text) as { without?: string; message?: string }) }
  }
  const choices = () => here.json('/api/twin/choices') as Promise<TwinChoices>
  const acted = async () => {
    await here.server.listen()
    await act('pause', 'clock.pause')
    await act('c-1', 'lamp.dim')
    await waitUntil('it is known', async () => (await choices()).commands.length > 0)
  }

  it('says how to start one where twins are programs of their own', async () => {
    await acted()
    expect(await choices()).toEqual({
      canStart: false,
      commands: [{ id: 'c-1', name: 'lamp.dim', target: 'lamp-1', by: 'test', effectiveAt: start }],
    })
    expect(await ask({ without: 'c-1' })).toMatchObject({
      ...{ status: 409, message: expect.stringContaining('npx huacheng twin --without c-1') },
    })
    expect(await ask({ without: 'c-2' })).toMatchObject({ status: 404 })
    expect(await ask({ without: 'pause' })).toMatchObject({ status: 404 })
    expect(await ask({ without: '../x' })).toMatchObject({ status: 400 })
  })

  it('begins one where it can, and forgets the one that was ended for it', async () => {
    await here.close()
    const asked: string[] = []
    here = await openSmallCity({
      twinWithout: async (id) => (asked.push(id) > 1 ? 'c-1' : null),
    })
    epoch = await here.start()
    await acted()
    await act('c-2', 'lamp.dim')
    await waitUntil('both are known', async () => (await choices()).commands.length === 2)
    expect((await choices()).canStart).toBe(true)
    expect(await ask({ without: 'c-1' })).toEqual({ status: 200, without: 'c-1' })
    await says(of('c-1', 0, 0.5))
    await waitUntil('it is there', async () => (await twins()).length === 1)
    expect(await ask({ without: 'c-2' })).toEqual({ status: 200, without: 'c-2' })
    expect(await twins()).toEqual([])
    expect(asked).toEqual(['c-1', 'c-2'])
  })
})

describe('/api/kpis/{id}/history of a twin', () => {
  const asked = (query: string) => here.json(`/api/kpis/lamp.coverage/history?${query}`)

  it('gives the windows of the twin in place of the city’s own, of the city or of a district', async () => {
    for (const [k, value] of [0.9, 0.8].entries()) await here.kpi(reading(epoch, k, value))
    for (const [k, value] of [0.5, 0.6].entries()) await says(of('usual', k, value))
    await waitUntil('both are there', async () => (await twins())[0]?.kpis.length === 1)
    const [first, second] = [0, 1].map((k) => reading(epoch, k, 0).window.end)
    expect(await asked('twin=usual&scope=990001')).toEqual({
      ...{ kpi: 'lamp.coverage', scope: '990001', twin: 'usual' },
      points: [
        { end: first, value: 0.25, n: 50 },
        { end: second, value: 0.3, n: 50 },
      ],
    })
    const { scope, points } = await asked('twin=usual&last=1')
    expect([scope, points]).toEqual(['990000', [{ end: second, value: 0.6, n: 100 }]])
    expect((await asked('scope=990000')).twin).toBeUndefined()
  })

  it('names the twins that there are when asked for another', async () => {
    const refused = async () => {
      const reply = await here.get('/api/kpis/lamp.coverage/history?twin=other')
      return [reply.statusCode, reply.json().message]
    }
    expect(await refused()).toEqual([404, 'twin: "other", expected one to begin: none runs'])
    await says(of('usual', 0, 0.5))
    await waitUntil('it is there', async () => (await twins()).length === 1)
    expect(await refused()).toEqual([404, 'twin: "other", expected one of usual'])
  })
})

describe('a log of an older city', () => {
  it('has no topic for twins: there are none, and nothing is wrong', async () => {
    const log = createMemoryLog()
    const topics = topicNames()
    const without = (topic: string) => {
      if (topic === topics.kpiTwin) throw new Error('no such topic')
    }
    const older: EventLog = {
      ...log,
      tail: async (options) => {
        without(options.topic)
        return log.tail(options)
      },
    }
    const other = await openSmallCity({}, older)
    await other.server.listen()
    await other.start()
    expect(await other.json('/api/twin')).toEqual([])
    const { problems } = (await other.json('/api/engine')) as EngineView
    expect(problems.filter((text) => text.includes(topics.kpiTwin))).toEqual([])
    await other.close()
  })
})
