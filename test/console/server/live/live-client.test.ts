// One page's flow control: what is sent at once, what waits, and what becomes of it.
import { beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { ClientSocket } from '../../../../console/server/live/client-socket.ts'
import { LiveClient } from '../../../../console/server/live/live-client.ts'
import { SharedText } from '../../../../console/server/live/packing.ts'
import { createConsoleMetrics } from '../../../../console/server/metrics.ts'
import { virtualClock } from '../../../../infra/clock.ts'
import { createMetrics } from '../../../../infra/metrics.ts'

const ASSETS = 100
const trace = (sent: number) => ({ sent, told: sent })

let clock: ReturnType<typeof virtualClock>
let sent: string[]
let clientOf: (isPacked: boolean) => LiveClient
let client: LiveClient
let seq: number

/** Messages as text: what they are and what they say. */
const encoded = (text: string) => ({ seq: ++seq, bytes: Buffer.from(text) })
const change = (...numbers: number[]) => {
  const list = Uint32Array.from(numbers)
  client.onDelta(list, trace(numbers[0]), () => encoded(`shared ${list}`))
}

beforeEach(() => {
  clock = virtualClock(1_000_000)
  sent = []
  seq = 0
  const open = {
    ...{ OPEN: 1, readyState: 1, bufferedAmount: 0 },
    send: (data: string | Uint8Array) => sent.push(data.toString()),
  }
  const metrics = createConsoleMetrics(createMetrics({ defaults: false }).registry)
  const limits = { metrics, maxBufferedBytes: 1000 }
  clientOf = (isPacked) =>
    new LiveClient({
      socket: new ClientSocket(open as unknown as WebSocket, '127.0.0.1', limits),
      clock,
      encoder: {
        snapshot: () => encoded('snapshot'),
        outline: () => Buffer.from('outline'),
        delta: (numbers, oldest) => encoded(`own ${numbers} of ${oldest?.sent}`),
      },
      metrics,
      isPacked,
    })
  client = clientOf(false)
  client.reset(ASSETS)
  client.onAck(1)
  clock.advance(100)
})

describe('a page that keeps up', () => {
  it('gets the delta that all get, until two are unacknowledged', () => {
    change(1)
    clock.advance(100)
    change(2)
    clock.advance(100)
    change(3)
    expect(sent).toEqual(['snapshot', 'shared 1', 'shared 2'])
    expect(client.view()).toMatchObject({ inFlight: 2, waiting: 1 })
  })

  it('gets no more than ten a second; what came between goes as one', () => {
    change(1)
    change(2)
    change(3, 2)
    expect(sent).toEqual(['snapshot', 'shared 1'])
    clock.advance(100)
    expect(sent).toEqual(['snapshot', 'shared 1', 'own 2,3 of 2'])
  })
})

describe('a page that lags', () => {
  beforeEach(() => {
    for (const number of [1, 2]) {
      change(number)
      clock.advance(100)
    }
  })

  it('gets what it missed when it acknowledges, each asset once', () => {
    for (const number of [7, 8, 7]) change(number)
    client.onAck(2)
    expect(sent.slice(3)).toEqual(['own 7,8 of 7'])
  })

  it('gets a snapshot where that is smaller', () => {
    change(...Array.from({ length: 50 }, (_, i) => i))
    client.onAck(2)
    expect(sent.slice(3)).toEqual(['snapshot'])
    expect(client.view().waiting).toBe(0)
  })

  it('forgets what it missed when the picture is another', () => {
    change(7)
    client.reset(ASSETS)
    client.onAck(4)
    expect(sent.slice(3)).toEqual(['snapshot'])
    expect(client.view()).toMatchObject({ inFlight: 0, waiting: 0 })
  })

  it('gets nothing while it wants no frames, and all of it when it does again', () => {
    client.onSubscribe(10, false)
    client.onAck(3)
    change(5)
    expect(sent.length).toBe(3)
    client.onSubscribe(10, true)
    expect(sent.slice(3)).toEqual(['own 5 of 5'])
  })
})

describe('a page that asked for few bytes', () => {
  it('gets an outline, and the snapshot with its first wish for frames', () => {
    const page = clientOf(true)
    page.reset(ASSETS)
    expect(sent.splice(0)).toEqual(['snapshot', 'outline'])
    page.onSubscribe(10, true)
    page.reset(ASSETS)
    expect(sent).toEqual(['snapshot', 'snapshot'])
  })

  it('gets what is long packed, the same bytes as all others', () => {
    const page = clientOf(true)
    const long = new SharedText('x'.repeat(5000))
    expect([long.for(false), long.for(true)]).toEqual([long.plain, long.for(true)])
    expect(long.for(true)).toBe(long.for(true))
    page.sendAggregate(clock.now(), 1, () => long)
    page.sendAggregate(clock.now(), 2, () => new SharedText('short'))
    expect([sent[1].length < 100, sent[2]]).toEqual([true, 'short'])
  })
})

describe('readings', () => {
  it('go on from what the page has, at the pace it asked for', () => {
    client.onSubscribe(1, true)
    const since = (version: number) => new SharedText(`since ${version}`)
    expect(client.wantsAggregate(clock.now(), 500)).toBe(true)
    client.sendAggregate(clock.now(), 7, since)
    clock.advance(500)
    expect(client.wantsAggregate(clock.now(), 500)).toBe(false)
    clock.advance(500)
    client.sendAggregate(clock.now(), 9, since)
    expect(sent.slice(1)).toEqual(['since -1', 'since 7'])
  })
})
