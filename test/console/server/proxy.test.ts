// Behind a proxy: public origins, a path of its own, and whose word about the client's address counts.
import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { clientAddress, type TrustedProxies, trustOf } from '../../../console/server/proxy.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { openSmallCity, type SmallCity } from './small-city.ts'

const TOKEN = 'a-token-of-some-length'
const ORIGIN = 'https://city.example'
let here: SmallCity | undefined

async function open(more: Parameters<typeof openSmallCity>[0]): Promise<SmallCity> {
  here = await openSmallCity(more)
  await here.server.listen()
  await here.start()
  return here
}
afterEach(async () => {
  await here?.close()
  here = undefined
})

describe('the address of a client', () => {
  const from = (remoteAddress: string, forwarded: string, trust?: TrustedProxies) => {
    const request = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }
    return clientAddress(request as unknown as IncomingMessage, trustOf(trust))
  }

  it.each<[string, string, string, TrustedProxies | undefined]>([
    ['10.0.0.1', '10.0.0.1', '203.0.113.9', undefined],
    ['203.0.113.9', '10.0.0.1', '203.0.113.9', { hops: 1 }],
    ['203.0.113.9', '10.0.0.1', '6.6.6.6, 203.0.113.9', { hops: 1 }],
    ['203.0.113.9', '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', { hops: 2 }],
    ['203.0.113.9', '::ffff:10.0.0.1', '6.6.6.6, 203.0.113.9', { addresses: ['10.0.0.0/8'] }],
    ['203.0.113.9', '10.0.0.1', '203.0.113.9, 10.9.9.9', { addresses: ['10.0.0.0/8'] }],
    ['192.0.2.1', '192.0.2.1', '203.0.113.9', { addresses: ['10.0.0.0/8', '::1'] }],
    ['2001:db8::7', '::1', '2001:db8::7', { addresses: ['::1'] }],
    ['2001:db8::7', 'fd00::1', '2001:db8::7', { addresses: ['fd00::/8'] }],
    ['10.0.0.1', '10.0.0.1', 'unknown, <script>', { hops: 1 }],
    ['10.0.0.1', '10.0.0.1', '', { hops: 3 }],
  ])('is %s: %s forwards "%s", trusted %o', (client, remote, forwarded, trust) => {
    expect(from(remote, forwarded, trust)).toBe(client)
  })

  it('is what sockets are counted by, where the proxy is trusted', async () => {
    const city = await open({ trustProxy: { hops: 1 }, limits: { clientsPerAddress: 1 } })
    const dial = (forwarded: string) =>
      city.dial({ headers: { origin: city.server.url, 'x-forwarded-for': forwarded } })
    const one = dial('203.0.113.1')
    const other = dial('203.0.113.2')
    await waitUntil(
      'both are greeted',
      () => one.of('hello').length + other.of('hello').length === 2,
    )
    const second = dial('203.0.113.1')
    await waitUntil('the third is refused', () => second.refused !== null)
    expect(second.refused?.body).toContain('connections from 203.0.113.1: 1')
  })
})

describe('a public origin', () => {
  const options = { origins: [ORIGIN, 'https://stadt.example:8443'], token: TOKEN }
  const headers = { authorization: `Bearer ${TOKEN}` }

  it.each([
    [200, 'city.example', ORIGIN],
    [200, 'CITY.example', ORIGIN],
    [200, 'city.example:443', ORIGIN],
    [200, 'stadt.example:8443', 'https://stadt.example:8443'],
    [200, undefined, ORIGIN], // a proxy that does not hand Host on
    [403, 'stadt.example', 'https://stadt.example'],
    [403, 'city.example', 'http://city.example'],
    [403, 'city.example', 'https://city.example.evil.example'],
    [403, 'city.example:8080', ORIGIN],
  ])('answers with %i for host %s and origin %s', async (status, host, origin) => {
    const { server } = await open(options)
    const own = new URL(server.url).host
    const asked = { ...headers, host: host ?? own, origin }
    expect((await server.app.inject({ url: '/api/run', headers: asked })).statusCode).toBe(status)
  })

  it('opens the socket', async () => {
    const city = await open(options)
    const client = city.dial({ headers: { ...headers, host: 'city.example', origin: ORIGIN } })
    await waitUntil('hello', () => client.of('hello').length === 1)
  })

  it('needs a token, for whoever reaches it can command the run; on loopback it does not', async () => {
    const origins = [ORIGIN, 'http://a.example']
    await expect(openSmallCity({ origins })).rejects.toThrow(
      /^console origin: https:\/\/city\.example without a token, .*--token.*\nconsole origin: http:\/\/a\.example /,
    )
    await open({ origins: ['http://localhost:9000', 'http://[::1]:9000'] })
  })
})

describe('a path of its own', () => {
  const options = { origins: [ORIGIN], basePath: '/city', token: TOKEN }
  const ask = (url: string, more: Record<string, string> = {}) =>
    here!.server.app.inject({
      url,
      headers: { host: 'city.example', authorization: `Bearer ${TOKEN}`, ...more },
    })

  it.each([
    [200, '/city/api/run'],
    [200, '/api/run'], // from a proxy that takes the path off
    [200, '/city/'],
    [200, '/city/presenter'],
    [503, '/city/health'],
    [404, '/cityscape/api/run'],
    [404, '/city/city/api/run'],
  ])('answers with %i under %s', async (status, url) => {
    await open(options)
    expect((await ask(url)).statusCode).toBe(status)
  })

  it('sends whoever forgot the last slash to the page, for its addresses are relative', async () => {
    await open(options)
    const reply = await ask('/city?test=1')
    expect([reply.statusCode, reply.headers.location]).toEqual([308, '/city/?test=1'])
  })

  it('is where the socket opens, with and without it', async () => {
    const city = await open({ ...options })
    expect(city.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/city$/)
    const headers = { origin: ORIGIN, authorization: `Bearer ${TOKEN}` }
    const clients = [city.dial({ headers }), city.dial({ headers, path: '/../live' })]
    await waitUntil('hello', () => clients.every((c) => c.of('hello').length === 1))
    const other = city.dial({ headers, path: '/other' })
    await waitUntil('a refusal', () => other.refused !== null)
    expect(other.refused?.body).toContain('expected /city/live')
  })

  it('stands in the interface description and in links that are kept', async () => {
    await open(options)
    expect((await ask('/city/openapi.json')).json().servers).toEqual([{ url: '/city' }])
    const link = async (headers: Record<string, string>) =>
      (await ask('/city/api/open-data?format=dcat', headers)).json()['foaf:homepage']['@id']
    expect(await link({})).toBe('https://city.example/city/')
    const own = new URL(here!.server.url).host
    expect(await link({ host: own })).toBe(`http://${own}/city/`)
    expect(await link({ host: own, 'x-forwarded-host': 'evil.example' })).toBe(
      `http://${own}/city/`,
    )
  })
})

describe('a forwarded host', () => {
  it('counts in links when the proxy is trusted and the name is ours', async () => {
    const { server } = await open({ origins: [ORIGIN], token: TOKEN, trustProxy: { hops: 1 } })
    const { host } = new URL(server.url)
    const link = async (forwarded: string) => {
      const headers = { host, authorization: `Bearer ${TOKEN}`, 'x-forwarded-host': forwarded }
      const reply = await server.app.inject({ url: '/api/open-data?format=dcat', headers })
      return reply.json()['foaf:homepage']['@id']
    }
    expect(await link('city.example')).toBe('https://city.example/')
    expect(await link('evil.example')).toBe(`http://${host}/`)
  })
})
