// The engine room's figures over REST.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineView } from '../../../../console/messages.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { createMember } from '../../../infra/recorder.ts'
import { openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity

beforeEach(async () => {
  here = await openSmallCity({ stalls: () => 3 })
  await here.start()
})
afterEach(() => here.close())

const engine = () => here.json('/api/engine') as Promise<EngineView>
const topic = async (name: string) => (await engine()).topics.find((t) => t.topic === name)!

describe('/api/engine', () => {
  it('lists every topic with what it holds, rates over seconds, and the groups’ lag', async () => {
    const lamp = here.topics.domain('lamp')
    const member = createMember()
    await here.log.group({
      group: here.topics.taskGroup,
      topics: [lamp],
      handler: { ...member.handler, batch: () => new Promise(() => {}) },
    })
    await member.until(() => member.owned.size === 4)
    expect(await topic(lamp)).toEqual({
      topic: lamp,
      partitions: 4,
      held: 0,
      written: 0,
      perSecond: null,
      lag: 0,
    })
    for (let i = 0; i < 6; i++) await here.put(lamp, 'k', { i }, i % 4)
    here.clock.advance(2_000)
    expect(await topic(lamp)).toMatchObject({ held: 6, written: 6, perSecond: 3, lag: 6 })
    expect(await topic(here.topics.map)).toMatchObject({ lag: null, perSecond: 0 })
    expect((await engine()).topics).toHaveLength(2 + 13)
  })

  it('asks the log about once a second, however many pages ask', async () => {
    const lamp = here.topics.domain('lamp')
    await topic(lamp)
    await here.put(lamp, 'k', {})
    here.clock.advance(500)
    expect((await topic(lamp)).written).toBe(0)
    here.clock.advance(500)
    expect((await topic(lamp)).written).toBe(1)
  })

  it('shows stalls, memory, the delay of the event loop and each client', async () => {
    await here.server.listen()
    const client = await here.join()
    client.socket.ping()
    await new Promise((resolve) => client.socket.once('pong', resolve))
    const view = await engine()
    expect(view.stalls).toBe(3)
    expect(view.clients).toEqual([{ inFlight: 0, waiting: 0, bufferedBytes: 0 }])
    expect(view.memoryBytes).toBeGreaterThan(1e6)
    expect(view.loop.max).toBeGreaterThanOrEqual(view.loop.p50)
    expect(view.problems).toEqual([])
  })

  it('says why when the log does not answer, and asks again the next time', async () => {
    const log = createMemoryLog()
    let isDown = true
    const offsets = (topic: string) =>
      isDown ? Promise.reject(new Error('broker one: refused')) : log.offsets(topic)
    const other = await openSmallCity({}, { ...log, offsets })
    await other.start()
    const reply = await other.get('/api/engine')
    expect([reply.statusCode, reply.json().message]).toEqual([503, 'topics: broker one: refused'])
    isDown = false
    expect((await other.get('/api/engine')).statusCode).toBe(200)
    await other.close()
  })
})
