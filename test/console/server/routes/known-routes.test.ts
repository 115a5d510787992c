// Paths, methods and parameters that the server does not have: refused, not ignored.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CATALOGUE, hostOf, openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity
beforeAll(async () => {
  here = await openSmallCity()
  await here.server.listen()
  await here.start()
})
afterAll(() => here.close())

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH'
const ask = (method: Method, url: string, more: object = {}) =>
  here.server.app.inject({ method, url, headers: { host: hostOf(here.server.url) }, ...more })

describe('a known path with another method', () => {
  it.each<[Method, string, string]>([
    ['POST', '/api/run', 'GET, HEAD'],
    ['GET', '/api/commands', 'POST'],
    ['PUT', '/api/kpis/lamp.coverage/history?last=1', 'GET, HEAD'],
    ['DELETE', '/health', 'GET, HEAD'],
    ['PATCH', '/', 'GET, HEAD'],
    ['OPTIONS', '/api/assets/lamp-1', 'GET, HEAD'],
    ['POST', '/%61pi/run', 'GET, HEAD'],
    ['POST', '/index.html', 'GET, HEAD'],
  ])('is 405 for %s %s, with Allow', async (method, url, allow) => {
    const reply = await ask(method, url)
    expect([reply.statusCode, reply.headers.allow]).toEqual([405, allow])
    expect(reply.json()).toMatchObject({ error: 'method', message: expect.stringContaining(allow) })
  })

  it('is 405 whatever the body is', async () => {
    const reply = await ask('POST', '/api/run', {
      payload: '<a/>',
      headers: { host: hostOf(here.server.url), 'content-type': 'text/xml' },
    })
    expect(reply.statusCode).toBe(405)
  })
})

describe('an unknown path', () => {
  it.each<[Method, string]>([
    ['GET', '/api/nothing'],
    ['POST', '/api/nothing'],
    ['POST', '/nothing.html'],
    ['POST', '/../../etc/passwd'],
    ['POST', '/%00'],
    ['GET', '/api/kpis/a/b/history'],
    ['GET', '/api/nothing?x=1'],
    ['GET', '/api/assets/a%5C..%5Cb%01/.git'],
    ['GET', `/api/assets/${'%C3%A4'.repeat(200)}`],
  ])('is 404 for %s %s', async (method, url) => {
    const reply = await ask(method, url)
    expect([reply.statusCode, reply.json().error]).toEqual([404, 'not-found'])
    expect(reply.json().message).toContain('expected one of GET /api/run, ')
  })
})

describe('a path that is no text', () => {
  it.each(['/%c3%28', '/api/assets/%E0%A4%A', '/%'])('is refused with 400: %s', async (url) => {
    const reply = await ask('GET', url)
    expect([reply.statusCode, reply.json().error]).toEqual([400, 'bad-request'])
  })
})

describe('an unknown parameter', () => {
  it.each([
    ['/api/kpis?scop=990001', /^parameter: "scop", expected only scope, final$/],
    ['/api/run?pretty', /^parameter: "pretty", expected none here$/],
    ['/api/runs?a=1&b=2', /^parameter: "a", "b", expected none here$/],
    ['/api/kpis?__proto__=1', /^parameter: "__proto__"/],
    ['/health?x=1', /^parameter: "x"/],
  ])('is refused: %s', async (url, message) => {
    const reply = await ask('GET', url)
    expect([reply.statusCode, reply.json().message]).toEqual([400, expect.stringMatching(message)])
  })

  it('is nobody’s affair on the page, which reads its own', async () => {
    expect((await ask('GET', '/?test=1')).statusCode).toBe(200)
  })
})

describe('HEAD', () => {
  it.each([
    '/api/run',
    '/api/kpis',
    `/api/catalogue/${CATALOGUE}`,
    '/',
    '/health',
    '/metrics',
    '/openapi.json',
  ])('answers as GET without a body: %s', async (url) => {
    const [get, head] = [await ask('GET', url), await ask('HEAD', url)]
    expect([head.statusCode, head.body]).toEqual([get.statusCode, ''])
    expect(head.headers['content-type']).toBe(get.headers['content-type'])
  })
})
