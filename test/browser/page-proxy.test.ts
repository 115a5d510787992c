// The page behind a TLS proxy under a path of its own: loaded, live over wss, and operated there.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { buildWebIfStale } from '../../commands/wiring/web-build.ts'
import { freePort } from '../../load/child-program.ts'
import { SMALL_CITY } from '../cities.ts'
import { launchBrowser } from './chrome.ts'
import { openPage, until } from './page-harness.ts'
import { noProxy, PROXY_NAME, startTlsProxy } from './tls-proxy.ts'

const TOKEN = 'a-secret-of-24-characters'
/** An image may have to be built first. */
const START_MS = 300_000

const reason = await noProxy()
if (reason) console.log(`page behind a TLS proxy NOT run: ${reason}`)

describe.skipIf(reason !== null).each([
  ['hands the path on', false],
  ['takes the path off', true],
])('the page behind a TLS proxy that %s', (_name, takesPathOff) => {
  let browser: Browser
  let demo: Awaited<ReturnType<typeof startDemo>>
  let proxy: Awaited<ReturnType<typeof startTlsProxy>>
  let origin: string

  beforeAll(async () => {
    await buildWebIfStale()
    const port = await freePort()
    origin = `https://${PROXY_NAME}:${port}`
    demo = await startDemo({
      ...{ city: SMALL_CITY, port: '0', 'log-level': 'error' },
      ...{ origin, 'base-path': '/city/', 'trust-proxy': '1', token: TOKEN },
    })
    proxy = await startTlsProxy(port, Number(new URL(demo.url).port), takesPathOff)
    browser = await launchBrowser({
      args: [`--host-resolver-rules=MAP ${PROXY_NAME} 127.0.0.1`, '--ignore-certificate-errors'],
    })
  }, START_MS)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })

  afterAll(async () => {
    await browser?.close()
    await proxy?.stop()
    await demo?.stop()
  })

  const open = (path: string, hash = `token=${TOKEN}&lang=zh&theme=dark`) =>
    openPage({ browser, url: `${origin}${path}`, hash })

  it('is live and can be operated', async () => {
    const { page, faults } = await open('/city/')
    const paths = await page.evaluate(
      `performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname)`,
    )
    for (const path of paths as string[]) expect(path).toMatch(/^\/city\//)
    await pauseAndResume(page)
    expect(faults).toEqual([])
  })

  it('is found by whoever forgets the last slash', async () => {
    const { page, faults } = await open('/city')
    expect(new URL(page.url()).pathname).toBe('/city/')
    await until(page, `document.querySelector('.chip-live b')?.textContent === '实时'`)
    expect(faults).toEqual([])
  })

  it('names its own public address', async () => {
    const { page } = await open('/city/')
    const ask = (path: string) =>
      page.evaluate(
        `fetch('${path}', { headers: { authorization: 'Bearer ${TOKEN}' } }).then((r) => r.json())`,
      ) as Promise<Record<string, unknown>>
    expect((await ask('openapi.json')).servers).toEqual([{ url: '/city' }])
    const dcat = JSON.stringify(await ask('api/open-data?format=dcat'))
    expect(dcat).toContain(`${origin}/city/api/open-data`)
    expect(dcat).not.toContain('127.0.0.1')
  })
})

/** Pauses the city by the page's own button, and lets it go on: confirmed by the stream alone. */
async function pauseAndResume(page: Page): Promise<void> {
  await until(page, `document.querySelector('.chip-live b')?.textContent === '实时'`)
  for (const word of ['已暂停', '实时']) {
    await page.locator('.play').click()
    await until(page, `document.querySelector('.chip-live b')?.textContent === '${word}'`)
  }
}
