// A TCP proxy that can forget its connections without a word: they stay open and nothing passes any more.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type SilentProxy = {
  port: number
  /** What is connected now stays connected and is never heard again; new connections work. */
  forgetAll(): number
  close(): Promise<void>
}

/** Passes connections on to `port` of this machine. */
export async function startSilentProxy(port: () => number): Promise<SilentProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  const server = createServer((near) => {
    const far = connect(port(), '127.0.0.1')
    const pair = { near, far }
    pairs.add(pair)
    near.pipe(far)
    far.pipe(near)
    for (const [end, other] of [
      [near, far],
      [far, near],
    ]) {
      end.on('error', () => {})
      end.on('close', () => {
        if (pairs.delete(pair)) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const forgotten: Socket[] = []
  return {
    port: (server.address() as AddressInfo).port,
    forgetAll() {
      const { size } = pairs
      for (const { near, far } of pairs) {
        near.unpipe(far)
        far.unpipe(near)
        // Read and thrown away: not even a full buffer tells the other side.
        near.resume()
        far.resume()
        forgotten.push(near, far)
      }
      pairs.clear()
      return size
    },
    async close() {
      for (const { near, far } of pairs) forgotten.push(near, far)
      pairs.clear()
      for (const socket of forgotten) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
