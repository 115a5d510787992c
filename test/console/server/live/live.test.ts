// The socket: what a page receives, fast or slow.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { incidentKey } from '../../../../producers/contract/keys.ts'
import type { Client, SmallCity } from '../small-city.ts'
import {
  ASSETS,
  CATALOGUE,
  frame,
  ledger,
  openSmallCity,
  reading,
  START,
  shown,
} from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity()
  await here.server.listen()
  epoch = await here.start()
})
afterEach(() => here.close())

const COALESCE_MS = 100
/** The frames that come with the first one are waited for. */
const GATHER_MS = 5
let offset = 0

/** Sets an asset's state and lets the coalescing time pass. */
async function change(cells: [number, number, number][], passes = true): Promise<void> {
  const before = await framesRead()
  await here.frame(frame(epoch, ++offset, cells))
  while ((await framesRead()) === before) await new Promise((r) => setImmediate(r))
  if (passes) here.clock.advance(COALESCE_MS)
}

async function framesRead(): Promise<number> {
  const text = (await here.get('/metrics')).body
  return Number(/records_total\{topic="city.map"\} (\d+)/.exec(text)?.[1] ?? 0)
}

/** What was said and sent so far has arrived on both sides. */
async function settled(client: Client): Promise<void> {
  client.socket.ping()
  await new Promise((resolve) => client.socket.once('pong', resolve))
}

const ack = (client: Client) => client.say({ op: 'ack', seq: client.states.at(-1)!.seq })

describe('joining', () => {
  it('sends hello, then the whole state, then the changes', async () => {
    await change([[3, 2, 700]])
    const client = await here.join()
    await change([[4, 1, 50]])
    await waitUntil('a delta', () => client.states.length === 2)
    expect(client.order.filter((op) => op !== 'agg')).toEqual(['hello', 'snapshot', 'delta'])
    const [hello] = client.of('hello')
    expect(hello.epoch).toBe(epoch)
    expect(hello.run).toMatchObject({ run: 'r-000000000001', assets: ASSETS, catalogue: CATALOGUE })
    const [snapshot, delta] = client.states
    expect(snapshot.state.length).toBe(ASSETS)
    expect([snapshot.state[3], snapshot.value[3]]).toEqual([2, 700])
    expect([...delta.number!]).toEqual([4])
    expect(delta.seq).toBeGreaterThan(snapshot.seq)
  })

  it('greets a client that came before the run when the run begins', async () => {
    const early = await openSmallCity()
    await early.server.listen()
    const client = early.dial()
    await waitUntil('the socket is open', () => client.socket.readyState === client.socket.OPEN)
    expect(client.texts).toEqual([])
    await early.start()
    await waitUntil('hello and snapshot', () => client.states.length === 1)
    expect(client.order.slice(0, 2)).toEqual(['hello', 'snapshot'])
    await early.close()
  })
})

describe('a page that asks for few bytes', () => {
  it('hears the same: packed where it is long, and how all is from afar before it wants frames', async () => {
    await change([[3, 2, 700]])
    const plain = await here.join()
    const client = here.dial({ path: '/live?packed=1' })
    await waitUntil('an outline', () => client.states.length === 1)
    expect(client.packed).toEqual(['hello', 'outline'])
    expect(client.of('hello')).toEqual(plain.of('hello'))
    const [{ state, value }] = client.states
    expect([state.length, state[3], value[3]]).toEqual([ASSETS, 2, 768])
    await change([[4, 1, 50]])
    await settled(client)
    expect(client.states.length).toBe(1)
    client.say({ op: 'subscribe', maxHz: 10, frames: true })
    await waitUntil('a snapshot', () => client.states.length === 2)
    expect(client.order.filter((op) => op !== 'agg')).toEqual(['hello', 'outline', 'snapshot'])
    expect(shown(client)).toEqual(shown(plain))
  })
})

describe('a slow client', () => {
  it('has at most two messages in flight and then gets the latest value only', async () => {
    const slow = here.dial() // acknowledges nothing by itself
    await waitUntil('a snapshot', () => slow.states.length === 1)
    const quick = await here.join()
    for (let i = 1; i <= 6; i++) {
      await change([
        [10, i, 100 + i],
        [20 + i, 1, i],
      ])
      await waitUntil(`delta ${i}`, () => quick.states.length === 1 + i)
      ack(quick)
      // The acknowledgement must arrive before the next change, or the quick one lags as well.
      await settled(quick)
    }
    expect(slow.states.length).toBe(2)
    ack(slow)
    await waitUntil('the conflated delta', () => slow.states.length === 3)
    const [, , late] = slow.states
    // Changes 2-6 in one message: asset 10 once, with its last value.
    expect([...late.number!].sort((a, b) => a - b)).toEqual([10, 22, 23, 24, 25, 26])
    expect(late.value[late.number!.indexOf(10)]).toBe(106)
    expect(shown(slow)).toEqual(shown(quick))
    expect(shown(slow).state[10]).toBe(6)
  })

  it('gets one more message for one acknowledged of two', async () => {
    const slow = here.dial()
    await waitUntil('a snapshot', () => slow.states.length === 1)
    await change([[1, 1, 1]])
    await waitUntil('the second in flight', () => slow.states.length === 2)
    await change([[2, 1, 1]])
    slow.say({ op: 'ack', seq: slow.states[0].seq })
    await waitUntil('the third', () => slow.states.length === 3)
    await change([[3, 1, 1]])
    await settled(slow)
    expect(slow.states.length).toBe(3)
  })

  it('gets a snapshot instead when most assets changed meanwhile', async () => {
    const slow = here.dial()
    await waitUntil('a snapshot', () => slow.states.length === 1)
    await change([[1, 1, 1]])
    await waitUntil('the second in flight', () => slow.states.length === 2)
    await change(Array.from({ length: 150 }, (_, i) => [i, 5, i] as [number, number, number]))
    ack(slow)
    await waitUntil('the third', () => slow.states.length === 3)
    expect(slow.states[2].op).toBe(1)
    expect(shown(slow).state[149]).toBe(5)
    ack(slow)
    await settled(slow)
    here.clock.advance(COALESCE_MS)
    await settled(slow)
    expect(slow.states.length).toBe(3) // the snapshot held everything that waited
  })

  it('is spared frames while hidden and gets what it missed when shown again', async () => {
    const client = await here.join()
    client.say({ op: 'subscribe', maxHz: 0.5, frames: false })
    await settled(client)
    await change([[7, 3, 9]])
    await change([[7, 4, 10]])
    expect(client.states.length).toBe(1)
    client.say({ op: 'subscribe', maxHz: 10, frames: true })
    await waitUntil('the missed change', () => client.states.length === 2)
    expect([...client.states[1].value]).toEqual([10])
  })
})

describe('frames', () => {
  it('are coalesced to ten a second', async () => {
    const client = await here.join()
    await change([[1, 1, 1]])
    await waitUntil('the first delta', () => client.states.length === 2)
    ack(client)
    await change([[2, 1, 1]], false)
    await change([[3, 1, 1]], false)
    here.clock.advance(COALESCE_MS - 1)
    await settled(client)
    expect(client.states.length).toBe(2)
    here.clock.advance(1)
    await waitUntil('one delta for both', () => client.states.length === 3)
    expect([...client.states[2].number!]).toEqual([2, 3])
  })

  it('with an older input offset than shown are ignored', async () => {
    const client = await here.join()
    await change([[1, 4, 4]])
    await waitUntil('the delta', () => client.states.length === 2)
    await here.frame(frame(epoch, 0, [[1, 1, 1]]))
    await change([[2, 1, 1]])
    ack(client)
    await waitUntil('the next', () => client.states.length === 3)
    expect([...client.states[2].number!]).toEqual([2])
  })
})

describe('the times of a delta', () => {
  const sent = (oldest: number) => ({ oldest, newest: oldest + 50 })
  const publish = async (n: number, oldest: number | null) => {
    const cells: [number, number, number][] = [[n, 1, 1]]
    const before = await framesRead()
    await here.frame({
      ...frame(epoch, ++offset, cells),
      sent: oldest === null ? null : sent(oldest),
    })
    while ((await framesRead()) === before) await new Promise((r) => setImmediate(r))
  }

  it('are those of the oldest event behind it, and of the frame that published it', async () => {
    const client = await here.join()
    await settled(client)
    here.clock.advance(COALESCE_MS)
    await publish(1, 5_000)
    here.clock.advance(GATHER_MS)
    await waitUntil('the first delta', () => client.states.length === 2)
    ack(client)
    const first = here.clock.now()
    const told = first - GATHER_MS
    expect(client.states[1].times).toEqual({ sent: 5_000, told, forwarded: first })
    await publish(2, 7_000)
    here.clock.advance(30)
    await publish(3, 6_000)
    await publish(4, null)
    here.clock.advance(COALESCE_MS - 30)
    await waitUntil('one delta for three', () => client.states.length === 3)
    expect(client.states[2].times).toEqual({
      sent: 6_000,
      told: first + 30,
      forwarded: first + COALESCE_MS,
    })
  })

  it('stay with what waits for a slow client', async () => {
    const slow = here.dial()
    await waitUntil('a snapshot', () => slow.states.length === 1)
    await change([[1, 1, 1]])
    await waitUntil('the second in flight', () => slow.states.length === 2)
    expect(slow.states.map((s) => s.times)).toEqual([null, null])
    for (const oldest of [9_000, 8_000, 9_500]) {
      await publish(oldest / 500, oldest)
      here.clock.advance(COALESCE_MS)
    }
    ack(slow)
    await waitUntil('the conflated delta', () => slow.states.length === 3)
    expect(slow.states[2].times).toMatchObject({ sent: 8_000, forwarded: here.clock.now() })
  })
})

describe('a new epoch', () => {
  it('sends everybody hello and an empty snapshot, and ignores records of the old one', async () => {
    await change([[1, 9, 9]])
    const client = here.dial() // two unacknowledged messages must not hold the new run back
    await waitUntil('a snapshot', () => client.states.length === 1)
    await change([[2, 9, 9]])
    await waitUntil('a delta', () => client.states.length === 2)
    await here.kpi(reading(epoch, 0, 0.5))
    const next = await here.start({ run: 'r-000000000002' })
    await waitUntil('the new snapshot', () => client.states.length === 3)
    expect(client.of('hello').map((h) => h.epoch)).toEqual([epoch, next])
    expect(client.states[2]).toMatchObject({ op: 1, epoch: next })
    expect(Math.max(...client.states[2].state)).toBe(0)
    expect(await here.json('/api/kpis')).toEqual([])
    await here.kpi(reading(epoch, 1, 0.7))
    await here.kpi(reading(next, 0, 0.3))
    await waitUntil('the new reading', async () => (await here.json('/api/kpis')).length > 0)
    expect((await here.json('/api/kpis')).map((r: { epoch: number }) => r.epoch)).toEqual([next])
    expect((await here.json('/api/runs')).map((r: { run: string }) => r.run)).toEqual([
      'r-000000000002',
      'r-000000000001',
    ])
  })

  it('keeps records that overtake their descriptor', async () => {
    const { latest } = (await here.log.offsets(here.topics.run))[0]
    const next = Number(latest)
    await here.kpi(reading(next, 0, 0.25))
    await here.frame(frame(next, 5, [[8, 3, 3]]))
    await framesRead()
    const client = await here.join()
    expect(await here.start({ run: 'r-000000000003' })).toBe(next)
    expect((await here.json('/api/kpis'))[0].scopes['990000'].value).toBe(0.25)
    here.clock.advance(COALESCE_MS)
    await waitUntil('the early frame', () => shown(client).state[8] === 3)
  })
})

describe('aggregates', () => {
  it('carry all readings first and afterwards only the changed ones', async () => {
    await here.kpi(reading(epoch, 0, 0.5))
    await here.kpi(reading(epoch, 0, 0.6, { kpi: 'well.coverage' }))
    const client = await here.join()
    here.clock.advance(500)
    await waitUntil('the first', () => client.of('agg').length === 1)
    expect(client.of('agg')[0].readings.map((r) => r.kpi)).toEqual([
      'lamp.coverage',
      'well.coverage',
    ])
    await here.kpi(reading(epoch, 1, 0.7))
    await waitUntil(
      'the reading',
      async () => (await here.json('/api/kpis'))[0].window.start > START,
    )
    here.clock.advance(500)
    await waitUntil('the second', () => client.of('agg').length === 2)
    expect(client.of('agg')[1].readings).toEqual([reading(epoch, 1, 0.7)])
    here.clock.advance(500)
    await waitUntil('the third', () => client.of('agg').length === 3)
    expect(client.of('agg')[2].readings).toEqual([])
  })

  it('say at once when the presenter pauses', async () => {
    await here.horizon(epoch, '2025-06-18T08:31:00.000Z')
    const client = await here.join()
    await here.horizon(epoch, '2025-06-18T08:31:05.000Z', 0)
    await waitUntil('paused', () => client.of('agg').some((a) => a.clock.status === 'paused'))
  })

  it('say at once when the account breaks and when a missing event gets its name', async () => {
    const client = await here.join()
    const watermark = '2025-06-18T08:40:00.000Z'
    const lossy = { watermark, read: 99, folded: 99, unexplained: 1 }
    const interval = { from: START, to: '2025-06-18T08:30:10.000Z', expected: 10, got: 9 }
    const lost = { ...interval, unexplained: 1, altered: false, returned: 0, missing: [] }
    await here.ledger(ledger(epoch))
    await waitUntil('the ledger', async () => (await here.json('/api/ledger')).length === 1)
    await settled(client)
    expect(client.of('agg')).toEqual([])
    await here.ledger(ledger(epoch, { ...lossy, breaks: [lost] }))
    await waitUntil('the loss', () => client.of('agg').length === 1)
    expect(client.of('agg')[0].ledger.broken).toMatchObject([{ unexplained: 1, named: null }])
    const named = { asset: 'lamp-7', district: '990002', seq: 5, after: null, before: START }
    await here.ledger(ledger(epoch, { ...lossy, breaks: [{ ...lost, missing: [named] }] }))
    await waitUntil('the name', () => client.of('agg').length === 2)
    expect(client.of('agg')[1].ledger.broken).toMatchObject([{ named }])
  })

  it('give the ledger and the lag of the slowest watermark behind the horizon', async () => {
    await here.horizon(epoch, '2025-06-18T08:31:00.000Z')
    await here.ledger(ledger(epoch, { watermark: '2025-06-18T08:30:50.000Z' }))
    await here.ledger(ledger(epoch, { partition: 1, watermark: '2025-06-18T08:30:40.000Z' }))
    await waitUntil('both ledgers', async () => (await here.json('/api/ledger')).length === 2)
    const client = await here.join()
    here.clock.advance(500)
    await waitUntil('an aggregate', () => client.of('agg').length > 0)
    const { health, ledger: sums } = client.of('agg').at(-1)!
    expect(sums).toMatchObject({ tasks: 2, read: 200, produced: 200, balanced: true, broken: [] })
    expect(health).toMatchObject({ lagSimMs: 20_000, clients: 1 })
    const watermark = '2025-06-18T08:30:52.000Z'
    await here.kpi(reading(epoch, 0, 0.5, { final: false, watermark }))
    const day = { ...reading(epoch, 0, 0.5).window, kind: 'day' as const }
    const older = { window: day, watermark: START, final: false } // rewritten at window closes only
    // Under one key: the log keeps the newer one alone.
    await waitUntil('the window', async () => (await here.json('/api/kpis')).length === 1)
    await here.kpi(reading(epoch, 0, 0.5, older))
    await waitUntil('both readings', async () => (await here.json('/api/kpis')).length === 2)
    here.clock.advance(500)
    await waitUntil('fresher readings', () => client.of('agg').at(-1)!.health.lagSimMs === 8_000)
  })
})

describe('events', () => {
  it('reach even a client that acknowledges nothing, each of them', async () => {
    const slow = here.dial()
    await waitUntil('a snapshot', () => slow.states.length === 1)
    const alert = { epoch, kpi: 'lamp.coverage', scope: '990001', closedAt: null, windows: 3 }
    const numbers = { value: 0.5, threshold: 0.9, openedAt: START, severity: 'warning' as const }
    for (const id of ['a-1', 'a-2']) await here.alert({ ...alert, ...numbers, id })
    const storm = {
      ...{ epoch, id: 'storm', kind: 'storm', place: { district: '990001' }, severity: 'red' },
      ...{ from: START, until: START, parameters: {}, by: 'scenario' },
    }
    await here.put(here.topics.incident, incidentKey.build({ epoch, id: 'storm' }), storm)
    await waitUntil('three events', () => slow.of('event').length === 3)
    expect(
      slow
        .of('event')
        .map((e) => e.kind)
        .sort(),
    ).toEqual(['alert', 'alert', 'incident'])
    expect(await here.json('/api/alerts')).toMatchObject([
      { id: 'a-2', group: 'a-1' },
      { id: 'a-1', group: 'a-1' },
    ])
    expect(await here.json('/api/incidents')).toEqual([storm])
  })
})

describe('silence', () => {
  it('ends a socket after two unanswered pings', async () => {
    const client = await here.join()
    client.socket.pause() // the peer lives but reads nothing, so it answers no ping
    for (let i = 0; i < 3; i++) here.clock.advance(15_000)
    client.socket.resume()
    await waitUntil('the end', () => client.closed !== null)
    expect(client.closed!.code).toBe(1006)
  })
})
