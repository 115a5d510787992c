// The built page and its headers.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtPage, openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity
let page: string

beforeEach(async () => {
  page = builtPage()
  here = await openSmallCity({ webRoot: page })
  await here.start()
})
afterEach(() => here.close())

const refusal = async (url: string) => {
  const reply = await here.get(url)
  return [reply.statusCode, reply.json().error, reply.json().message]
}

describe('the page', () => {
  it('is served fresh, its hashed files for ever, compressed where the build did so', async () => {
    mkdirSync(join(page, 'assets'))
    writeFileSync(join(page, 'assets', 'main-3fa9.js'), 'export {}')
    writeFileSync(join(page, 'assets', 'main-3fa9.js.br'), brotliCompressSync('export {}'))
    for (const url of ['/', '/presenter']) {
      const index = await here.get(url)
      expect([index.statusCode, index.headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(index.headers['content-type']).toMatch(/^text\/html/)
    }
    const headers = { host: '127.0.0.1', 'accept-encoding': 'br' }
    const script = await here.server.app.inject({ url: '/assets/main-3fa9.js', headers })
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(script.headers['content-encoding']).toBe('br')
    expect(script.headers['content-type']).toMatch(/javascript/)
    expect(String(brotliDecompressSync(script.rawPayload))).toBe('export {}')
  })

  it('may load nothing from elsewhere and may not be framed', async () => {
    const policy = String((await here.get('/')).headers['content-security-policy'])
      .split(';')
      .sort()
    expect(policy).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data: blob:",
      "script-src 'self'",
      "style-src 'self'",
      "worker-src 'self'",
    ])
  })

  it('isolates itself where browsers let it: over TLS and on loopback, not on a plain host name', async () => {
    await here.close()
    here = await openSmallCity({
      ...{ webRoot: page, origins: ['http://city.test', 'https://city.example'] },
      ...{ token: 'a-secret-of-24-characters', trustProxy: { hops: 1 } },
    })
    const policy = async (headers: Record<string, string>) =>
      (await here.server.app.inject({ url: '/', headers })).headers['cross-origin-opener-policy']
    expect(await policy({ host: '127.0.0.1' })).toBe('same-origin')
    expect(await policy({ host: 'city.test' })).toBeUndefined()
    const forwarded = { host: 'city.example', 'x-forwarded-proto': 'https' }
    expect(await policy(forwarded)).toBe('same-origin')
  })

  it('does not leave its folder', async () => {
    for (const url of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
    ]) {
      expect((await here.get(url)).statusCode).toBeGreaterThanOrEqual(400)
    }
  })

  it('names what exists when something does not', async () => {
    const [status, error, message] = await refusal('/api/kpi')
    expect([status, error]).toEqual([404, 'not-found'])
    expect(message).toMatch(/^path: GET \/api\/kpi, expected one of .*GET \/api\/kpis/)
  })
})
