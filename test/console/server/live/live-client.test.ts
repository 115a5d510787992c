// A client that reads too slowly is cut before it costs the server more than it may.
import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { createLiveClient } from '../../../../console/server/live/live-client.ts'
import { createConsoleMetrics } from '../../../../console/server/metrics.ts'
import { virtualClock } from '../../../../infra/clock.ts'
import { createMetrics } from '../../../../infra/metrics.ts'

/** A socket whose peer reads nothing: what is sent stays in its buffer. */
function stuckSocket() {
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    terminated: 0,
    send(data: string | Uint8Array) {
      socket.bufferedAmount += data.length
    },
    terminate() {
      socket.terminated++
      socket.readyState = 3
    },
  }
  return socket
}

it('keeps a client whose buffer is full to the limit, cuts it beyond, once, and counts that', async () => {
  const { registry } = createMetrics({ defaults: false })
  const socket = stuckSocket()
  const client = createLiveClient({
    socket: socket as unknown as WebSocket,
    address: '127.0.0.1',
    clock: virtualClock(),
    encoder: {} as never, // only texts are sent here
    metrics: createConsoleMetrics(registry),
    maxBufferedBytes: 1000,
  })
  client.send('agg', 'x'.repeat(600))
  client.send('agg', 'x'.repeat(400))
  expect(socket.terminated).toBe(0)
  client.send('agg', 'x')
  expect(socket.terminated).toBe(1)
  const cuts = 'huacheng_console_clients_cut_total{reason="too-slow"} 1'
  expect(await registry.metrics()).toContain(cuts)
  client.send('agg', 'x'.repeat(600))
  expect(socket.bufferedAmount).toBe(1001)
  expect(socket.terminated).toBe(1)
})

it('counts bytes, not letters', async () => {
  const { registry } = createMetrics({ defaults: false })
  const client = createLiveClient({
    socket: stuckSocket() as unknown as WebSocket,
    address: '127.0.0.1',
    clock: virtualClock(),
    encoder: {} as never, // only texts and given bytes are sent here
    metrics: createConsoleMetrics(registry),
    maxBufferedBytes: 1000,
  })
  client.send('hello', '花城') // three bytes each
  client.send('hello', Uint8Array.of(1, 2))
  expect(await registry.metrics()).toContain('huacheng_console_bytes_sent_total{kind="hello"} 8')
})
