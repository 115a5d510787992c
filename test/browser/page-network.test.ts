// The page on networks as they are: plain http under a host name, connections that die without a word, a crowd behind one address.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { buildWebIfStale } from '../../commands/wiring/web-build.ts'
import { SUBPROTOCOL } from '../../console/messages.ts'
import { freePort } from '../../load/child-program.ts'
import { SMALL_CITY } from '../cities.ts'
import { launchBrowser } from './chrome.ts'
import { START_MS } from './demo.ts'
import { counters, openPage, textOf, until } from './page-harness.ts'
import { type SilentProxy, startSilentProxy } from './silent-proxy.ts'

const NAME = 'city.test'
const TOKEN = 'a-secret-of-24-characters'

let browser: Browser

beforeAll(async () => {
  await buildWebIfStale()
  browser = await launchBrowser({ args: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`] })
}, START_MS)

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(() => browser?.close())

/** A small city in this process; further options as on the command line. */
const startCity = (options: Record<string, string> = {}) =>
  startDemo({ city: SMALL_CITY, port: '0', 'log-level': 'error', ...options })

/** Pauses the city by the page's own button, and lets it go on: confirmed by the stream alone. */
async function pauseAndResume(page: Page): Promise<void> {
  for (const word of ['已暂停', '实时']) {
    await page.locator('.play').click()
    await until(page, `document.querySelector('.chip-live b')?.textContent === '${word}'`)
  }
}

describe('the page over plain http under a host name', () => {
  let demo: Awaited<ReturnType<typeof startCity>>
  let url: string

  beforeAll(async () => {
    const port = String(await freePort())
    demo = await startCity({ port, token: TOKEN, published: `${NAME}:${port}` })
    url = `http://${NAME}:${port}/`
  }, START_MS)

  afterAll(() => demo?.stop())

  it('is operated: a command works, a command line is copied', async () => {
    const hash = `token=${TOKEN}&view=proof&lang=zh&theme=dark`
    const { page, faults } = await openPage({ browser, url, hash, ready: false })
    // Else this test shows nothing: a browser lends some interfaces to secure contexts only.
    expect(await page.evaluate('[isSecureContext, typeof crypto.randomUUID]')).toEqual([
      false,
      'undefined',
    ])
    await until(page, `document.querySelector('.chip-live b')?.textContent === '实时'`)
    await pauseAndResume(page)
    const copy = page.locator('.copy button').first()
    await copy.waitFor()
    const command = await textOf(page.locator('.copy code').first())
    await copy.focus()
    await page.keyboard.press('Enter')
    await until(page, `document.querySelector('.copy button').textContent === '已复制'`)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('已复制')
    // What was copied can be pasted.
    await page.evaluate(`document.body.append(document.createElement('textarea'))`)
    await page.locator('body > textarea').focus()
    await page.keyboard.press('Control+V')
    expect(await page.locator('body > textarea').inputValue()).toBe(command)
    expect(faults).toEqual([])
  })
})

describe('the page behind a connection that dies without a word', () => {
  let proxy: SilentProxy
  let demo: Awaited<ReturnType<typeof startCity>>

  beforeAll(async () => {
    const port = await freePort()
    proxy = await startSilentProxy(() => port)
    // With a token: the way back is longer, because a ticket has to be fetched first.
    const published = `127.0.0.1:${proxy.port}`
    demo = await startCity({ port: String(port), token: TOKEN, published })
  }, START_MS)

  afterAll(async () => {
    await demo?.stop()
    await proxy?.close()
  })

  it('notices the silence, comes back within a minute and can be operated', async () => {
    const url = `http://127.0.0.1:${proxy.port}/`
    const hash = `token=${TOKEN}&lang=zh&theme=dark`
    const { page } = await openPage({ browser, url, hash })
    const before = await counters(page)
    expect(before.reconnects).toBe(0)
    expect(proxy.forgetAll()).toBeGreaterThan(0)
    await until(page, `window.__huacheng.counters().snapshots > ${before.snapshots}`, 60_000)
    await until(page, `document.querySelector('.chip-live b')?.textContent === '实时'`)
    await pauseAndResume(page)
  })
})

describe('a crowd behind one address', () => {
  const LOADS = 200
  const IN_THE_BROWSER = 5
  const AT_ONCE = 8
  const FIRST_READS = ['city', 'catalogue', 'opening']
  let demo: Awaited<ReturnType<typeof startCity>>

  beforeAll(async () => {
    demo = await startCity()
  }, START_MS)

  afterAll(() => demo?.stop())

  it(`of ${LOADS} page loads within a minute gets its map each: ${IN_THE_BROWSER} in the browser, the others by the requests it made`, async () => {
    const url = `${demo.url}/`
    const paths = new Set<string>()
    for (let k = 0; k < IN_THE_BROWSER; k++) {
      const { page, faults, asked, close } = await openPage({ browser, url, ready: false })
      await until(page, 'window.__huacheng?.counters().snapshots > 0')
      expect((await counters(page)).assets).toBeGreaterThan(600)
      expect(faults).toEqual([])
      // The first three; what a page that stays open asks every few seconds comes after them on a slow machine.
      const reads = asked.filter((address) => address.includes('/api/'))
      expect(reads.slice(0, 3).map((address) => new URL(address).pathname.split('/')[2])).toEqual(
        FIRST_READS,
      )
      const once = reads.filter((address) => !address.includes('/api/twin'))
      expect(new Set(once).size).toBe(once.length)
      for (const address of asked) paths.add(address)
      await close()
    }
    const started = performance.now()
    const failures: string[] = []
    let left = LOADS - IN_THE_BROWSER
    const visitor = async () => {
      while (left-- > 0) failures.push(...(await visit(url, [...paths])))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, visitor))
    const seconds = (performance.now() - started) / 1000
    console.log(
      `${LOADS - IN_THE_BROWSER} loads of ${paths.size} requests in ${seconds.toFixed(1)} s`,
    )
    expect(failures).toEqual([])
  })
})

/** What went wrong when everything was fetched that a page fetches, and a socket gave its snapshot. */
async function visit(url: string, addresses: string[]): Promise<string[]> {
  const failures: string[] = []
  for (const address of addresses) {
    const response = await fetch(address)
    const { byteLength } = await response.arrayBuffer()
    if (!response.ok || byteLength === 0) failures.push(`${address}: ${response.status}`)
  }
  const socket = new WebSocket(`${url.replace('http', 'ws')}live`, SUBPROTOCOL, {
    origin: new URL(url).origin,
  })
  const outcome = await new Promise<string | null>((resolve) => {
    socket.on('message', (_data, isBinary) => isBinary && resolve(null))
    socket.on('error', (error) => resolve(`live: ${error.message}`))
    socket.on('close', (code) => resolve(`live: closed with ${code}`))
  })
  if (outcome !== null) failures.push(outcome)
  socket.terminate()
  return failures
}
