// The development server beside a console with its real checks: what it hands on, under whose name, and what it says without one.
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { SUBPROTOCOL } from '../../../console/messages.ts'
import { cityProxy, cityUrl, patientLogger } from '../../../console/web/dev-proxy.config.ts'
import { startDevServer } from '../../web-mock/dev-server.ts'
import { startMock } from '../../web-mock/server.ts'
import { openSmallCity, type SmallCity } from '../server/small-city.ts'

const cacheDir = mkdtempSync(join(tmpdir(), 'huacheng-dev-'))
const lines: string[] = []
const logger = createLogger('silent')
logger.warnOnce = (line) => void lines.push(line)
const QUIET = {
  ...{ cacheDir, customLogger: logger, server: { port: 0 } },
  optimizeDeps: { noDiscovery: true, include: [] },
}
const ELSEWHERE = 'http://elsewhere.example'

let city: SmallCity
let dev: Awaited<ReturnType<typeof startDevServer>>

beforeAll(async () => {
  city = await openSmallCity()
  await city.start()
  await city.server.listen()
  dev = await startDevServer(city.server.url, QUIET)
})

afterAll(async () => {
  await dev?.close()
  await city?.close()
  rmSync(cacheDir, { recursive: true })
})

/** `fetch` allows no Host and no Origin of one's own. */
function ask(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    request(new URL(path, dev.url), { headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

/** The first word of a socket, or the status that it was refused with. */
function follow(origin: string): Promise<string | number> {
  const url = new URL('live', dev.url.replace('http', 'ws'))
  const socket = new WebSocket(url, SUBPROTOCOL, { origin })
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => {
      socket.close()
      resolve(JSON.parse(String(data)).op)
    })
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.once('error', reject)
  })
}

describe('the development server', () => {
  it('serves the page from its sources, with hot reload', async () => {
    expect((await ask('/')).body).toContain('src="/@vite/client"')
    expect((await ask('/main.tsx')).body).toContain('import.meta.hot?.accept("/ui/shell/app.tsx"')
    expect((await ask('/i18n/i18n.ts')).body).toMatch(
      /import\.meta\.hot\.accept\(\["\/i18n\/zh\.ts/,
    )
  })

  it('hands the page’s requests on under the console’s own name', async () => {
    const origin = dev.url.slice(0, -1)
    expect(JSON.parse((await ask('/api/run', { origin })).body).city).toBe('smallville')
    expect(JSON.parse((await ask('/openapi.json')).body).openapi).toMatch(/^3\./)
    expect(await follow(origin)).toBe('hello')
    expect(await follow(origin.replace('127.0.0.1', 'localhost'))).toBe('hello')
  })

  it('lends that name to nobody else', async () => {
    expect((await ask('/api/run', { origin: ELSEWHERE })).status).toBe(403)
    expect((await ask('/api/run', { host: 'elsewhere.example' })).status).toBe(403)
    expect(await follow(ELSEWHERE)).toBe(403)
  })
})

describe('without a city', () => {
  it('answers with what to do, and says so in the terminal', async () => {
    const gone = await startMock({ scale: 0.001 })
    await gone.close()
    const alone = await startDevServer(gone.url, QUIET)
    try {
      const response = await fetch(new URL('api/run', alone.url))
      const { message } = (await response.json()) as { message: string }
      expect([response.status, message]).toEqual([
        502,
        `${gone.url}: no answer (ECONNREFUSED), expected a running city; start one with \`npm start\`, ` +
          'name another with HUACHENG_URL=http://<host>:<port>, or use the invented one of `npm run dev:mock`',
      ])
      await expect.poll(() => lines).toContain(message)
    } finally {
      await alone.close()
    }
  })
})

describe('the log', () => {
  it('has one line for all the tries of a page without a city, and keeps what else goes wrong', () => {
    const written: string[] = []
    const inner = createLogger('warn', { console: { warn: push, error: push } as Console })
    function push(text: string): void {
      written.push(text)
    }
    const patient = patientLogger(new URL('http://127.0.0.1:8080'), inner)
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    for (const text of ['http proxy error: /api/run', 'ws proxy error:', 'ws proxy socket error:'])
      patient.error(text, { error })
    patient.error('no such file')
    expect(written.length).toBe(2)
    expect(written[0]).toContain('no answer (ECONNREFUSED), expected a running city')
    expect(written[1]).toContain('no such file')
  })
})

describe('the city’s address', () => {
  it('is the demo’s unless another is named', () => {
    expect(cityUrl({}).href).toBe('http://127.0.0.1:8080/')
    const under = cityUrl({ HUACHENG_URL: 'https://city.example/city/' })
    expect(cityProxy(under)['/api'].target).toBe('https://city.example/city')
  })

  it('must be an http address', () => {
    expect(() => cityUrl({ HUACHENG_URL: '8081' })).toThrow(
      'HUACHENG_URL: "8081", expected an http address such as http://127.0.0.1:8080',
    )
  })
})
