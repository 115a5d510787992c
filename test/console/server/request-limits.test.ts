// How many requests an address may send, and that a crowd behind one address gets its pages.
import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../console/server/options.ts'
import { CATALOGUE, hostOf, openSmallCity, type SmallCity } from './small-city.ts'

let here: SmallCity
afterEach(() => here.close())

async function open(limits: Partial<typeof DEFAULT_LIMITS>, hops?: number): Promise<void> {
  here = await openSmallCity({ limits, trustProxy: hops === undefined ? undefined : { hops } })
  await here.start() // asks until the run is shown
}

const ask = async (
  url: string,
  more: Record<string, string> = {},
  method: 'GET' | 'POST' = 'GET',
) => here.server.app.inject({ url, method, headers: { host: hostOf(here.server.url), ...more } })
const codes = async (n: number, url: string, more: Record<string, string> = {}) => {
  const all: number[] = []
  for (let i = 0; i < n; i++) all.push((await ask(url, more)).statusCode)
  return all
}

describe('the reads of a page that opens', () => {
  it('serve two hundred pages a minute from one address', async () => {
    await open(DEFAULT_LIMITS)
    for (let page = 0; page < 200; page++) {
      for (const url of [
        '/',
        '/api/city',
        `/api/catalogue/${CATALOGUE}`,
        '/api/opening',
        '/api/run',
      ]) {
        const reply = await ask(url)
        if (reply.statusCode !== 200) expect([page, url, reply.body]).toEqual([])
      }
    }
  })

  it('are not sent twice to whoever has them', async () => {
    await open(DEFAULT_LIMITS)
    for (const url of ['/api/city', `/api/catalogue/${CATALOGUE}`, '/api/opening']) {
      const first = await ask(url)
      expect([first.statusCode, first.headers.etag]).toEqual([200, expect.stringMatching(/^W\//)])
      const again = await ask(url, { 'if-none-match': `"other", ${first.headers.etag}` })
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([
        ...[304, '', first.headers.etag],
      ])
    }
  })
})

describe('what costs something', () => {
  it.each([
    '/api/assets/lamp-1',
    '/api/kpis/lamp.coverage/history',
    '/api/kpis/lamp.coverage/lineage',
  ])('is counted apart: %s', async (url) => {
    await open({ costlyPerMinute: 3 })
    expect((await codes(4, url)).map((code) => code === 429)).toEqual([false, false, false, true])
    expect((await ask('/api/commands', {}, 'POST')).statusCode).toBe(429)
    expect(await codes(20, '/api/kpis')).toEqual(Array(20).fill(200))
    const { headers, ...reply } = await ask(url)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(reply.json()).toEqual({
      error: 'too-many-requests',
      message: expect.stringMatching(
        /^requests: more than 3 of this kind a minute .*; wait \d+ s$/,
      ),
    })
    expect((await here.get('/metrics')).body).toContain('refused_total{reason="rate"} 3')
  })

  it('is counted by the client’s address where a proxy is trusted to name it', async () => {
    await open({ costlyPerMinute: 1 }, 1)
    const from = (address: string) => codes(2, '/api/assets/lamp-1', { 'x-forwarded-for': address })
    expect(await from('203.0.113.1')).toEqual([200, 429])
    expect(await from('203.0.113.2')).toEqual([200, 429])
  })

  it('is not counted by what a client writes into a header', async () => {
    await open({ costlyPerMinute: 1 })
    const from = (address: string) => codes(1, '/api/assets/lamp-1', { 'x-forwarded-for': address })
    expect([await from('203.0.113.1'), await from('203.0.113.2')]).toEqual([[200], [429]])
  })
})
