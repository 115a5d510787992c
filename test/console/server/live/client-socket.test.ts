// A page that reads too slowly is cut before it costs the server more than it may, and one that answers no pings is gone.
import type { Registry } from 'prom-client'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { ClientSocket } from '../../../../console/server/live/client-socket.ts'
import { createConsoleMetrics } from '../../../../console/server/metrics.ts'
import { createMetrics } from '../../../../infra/metrics.ts'

/** A socket whose peer reads nothing: what is sent stays in its buffer. */
function stuckSocket() {
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    terminated: 0,
    pings: 0,
    send(data: string | Uint8Array) {
      socket.bufferedAmount += data.length
    },
    ping() {
      socket.pings++
    },
    terminate() {
      socket.terminated++
      socket.readyState = 3
    },
  }
  return socket
}

let registry: Registry
let stuck: ReturnType<typeof stuckSocket>
let client: ClientSocket

beforeEach(() => {
  registry = createMetrics({ defaults: false }).registry
  stuck = stuckSocket()
  const limits = { metrics: createConsoleMetrics(registry), maxBufferedBytes: 1000 }
  client = new ClientSocket(stuck as unknown as WebSocket, '127.0.0.1', limits)
})

describe('a page’s socket', () => {
  it('is kept while its buffer is full to the limit, cut beyond, once, and counted', async () => {
    client.send('agg', 'x'.repeat(600))
    client.send('agg', 'x'.repeat(400))
    expect(stuck.terminated).toBe(0)
    client.send('agg', 'x')
    expect(stuck.terminated).toBe(1)
    const cuts = 'huacheng_console_clients_cut_total{reason="too-slow"} 1'
    expect(await registry.metrics()).toContain(cuts)
    client.send('agg', 'x'.repeat(600))
    expect(stuck.bufferedAmount).toBe(1001)
    expect(stuck.terminated).toBe(1)
  })

  it('counts bytes, not letters', async () => {
    client.send('hello', '花城') // three bytes each
    client.send('hello', Uint8Array.of(1, 2))
    expect(await registry.metrics()).toContain('huacheng_console_bytes_sent_total{kind="hello"} 8')
  })

  it('that answers no pings is cut at the third; an answer counts for all before it', () => {
    for (let i = 0; i < 2; i++) client.ping()
    client.answered()
    for (let i = 0; i < 2; i++) client.ping()
    expect([stuck.pings, stuck.terminated]).toEqual([4, 0])
    client.ping()
    expect([stuck.pings, stuck.terminated]).toEqual([4, 1])
  })
})
