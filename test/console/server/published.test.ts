// A page whose port a container engine publishes: it listens on every address and is opened under another one.
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import type { Published } from '../../../console/server/own-names.ts'
import { Security } from '../../../console/server/security.ts'
import { virtualClock } from '../../../infra/clock.ts'
import { openSmallCity, type SmallCity } from './small-city.ts'

const LOOPBACK: Published = { host: '127.0.0.1', port: 18_080 }
const TOKEN = 'a-token-of-some-length'

let here: SmallCity | null = null
afterEach(() => here?.close())

/** Status of a request and of an upgrade that name this host and come from a page there. */
function door(published: Published, host: string, token?: string) {
  const security = new Security({ host: '0.0.0.0', token, published, clock: virtualClock(0) })
  security.listensOn(8080)
  const headers = { host, origin: `http://${host}` }
  const statuses = [security.refuseRequest(headers, true), security.refuseUpgrade(headers, null)]
  return statuses.map((refusal) => refusal?.status ?? 200)
}

describe('a port published on loopback', () => {
  it('needs no token although the server listens on every address, and says which address to open', async () => {
    here = await openSmallCity({ host: '0.0.0.0', published: LOOPBACK })
    expect(await here.server.listen()).toBe('http://127.0.0.1:18080')
    const headers = { host: '127.0.0.1:18080', origin: 'http://127.0.0.1:18080' }
    const reply = await here.server.app.inject({ url: '/api/scenarios', headers })
    expect(reply.statusCode).not.toBe(403)
    const { port } = here.server.app.server.address() as AddressInfo
    const health = await fetch(`http://127.0.0.1:${port}/health`)
    expect(((await health.json()) as { live: boolean }).live).toBe(true)
  })

  it.each(['127.0.0.1:18080', 'localhost:18080', '[::1]:18080'])('is open under %s', (host) => {
    expect(door(LOOPBACK, host)).toEqual([200, 200])
  })

  const ownName = `${hostname().toLowerCase()}:8080`
  it.each(['127.0.0.1:18081', 'rebound.example:18080', '0.0.0.0:18080', ownName])(
    'is shut under %s',
    (host) => {
      expect(door(LOOPBACK, host)).toEqual([403, 403])
    },
  )

  it('asks for a token where one is set', () => {
    expect(door(LOOPBACK, '127.0.0.1:18080', TOKEN)).toEqual([401, 401])
  })
})

describe('a port published to others', () => {
  const open: Published = { host: 'city.example', port: 80 }

  it('needs a token', () => {
    expect(() => door(open, 'city.example')).toThrow(/console host: city\.example without a token/)
  })

  it('is opened under that name, with the token', () => {
    expect(door(open, 'city.example', TOKEN)).toEqual([401, 401])
    expect(door(open, 'localhost:80', TOKEN)).toEqual([403, 403])
  })
})
