// Listening and stopping.

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { waitUntil } from '../../../load/wait-until.ts'
import { openSmallCity } from './small-city.ts'

describe('listen', () => {
  it('takes the next free port when the asked one is taken', async () => {
    const occupant = createServer()
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve))
    const { port } = occupant.address() as AddressInfo
    const here = await openSmallCity({ port })
    const url = await here.server.listen()
    expect(url).toBe(here.server.url)
    const got = Number(new URL(url).port)
    expect(got).toBeGreaterThan(port)
    expect(got).toBeLessThanOrEqual(port + 20)
    expect((await fetch(`${url}/health`)).status).toBe(503)
    await here.start()
    await here.join() // the socket answers on that port, under that origin
    await here.close()
    await new Promise((resolve) => occupant.close(resolve))
  })
})

describe('close', () => {
  it('says goodbye to sockets and accepts nobody afterwards', async () => {
    const here = await openSmallCity()
    const url = await here.server.listen()
    await here.start()
    const client = await here.join()
    await here.server.close()
    await waitUntil('goodbye', () => client.closed !== null)
    expect(client.closed).toEqual({ code: 1001, reason: 'server is stopping' })
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await here.log.close()
  })

  it('cuts a socket that does not answer the goodbye', async () => {
    const here = await openSmallCity()
    await here.server.listen()
    await here.start()
    const client = await here.join()
    client.socket.pause()
    let done = false
    const closing = here.server.close().then(() => {
      done = true
    })
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(done).toBe(false)
    here.clock.advance(1_000)
    await closing
    client.socket.terminate()
    await here.log.close()
  })

  it('works without having listened', async () => {
    const here = await openSmallCity()
    await here.close()
  })
})
