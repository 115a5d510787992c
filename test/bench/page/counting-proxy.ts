// A TCP proxy that counts what a browser really got over the wire: heads, bodies and socket frames, as they were sent.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type CountingProxy = {
  port: number
  /** Bytes to the browser since the last `reset`, up to a wall time (ms). */
  received(until?: number): number
  reset(): void
  close(): Promise<void>
}

/** Passes connections on to `port` of this machine, which may be known later. */
export async function startCountingProxy(port: () => number): Promise<CountingProxy> {
  let received: { at: number; bytes: number }[] = []
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port(), '127.0.0.1')
    far.on('data', (bytes) => {
      received.push({ at: Date.now(), bytes: bytes.length })
    })
    near.pipe(far)
    far.pipe(near)
    for (const [end, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        open.delete(end)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received: (until = Number.POSITIVE_INFINITY) =>
      received.reduce((sum, { at, bytes }) => sum + (at <= until ? bytes : 0), 0),
    reset() {
      received = []
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
