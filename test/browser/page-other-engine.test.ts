// A page over readings of a Flink job says so, in the footer and in the engine room; over the processor's own it says nothing of it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { waitUntil } from '../../load/wait-until.ts'
import { descriptor, openSmallCity, reading } from '../console/server/small-city.ts'
import { lineKey, linesOf } from '../reading-lines.ts'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { DIST } from './built-page.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, overflows, textOf, until } from './page-harness.ts'

const ARTIFACTS = join(import.meta.dirname, '../../artifacts')
const TOPIC = 'city.kpi.flink'
const SMALLEST_PX = 12
const LOOKS = ['zh', 'en'].flatMap((lang) =>
  ['dark', 'light'].map((theme) => `lang=${lang}&theme=${theme}`),
)
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
]

let browser: Browser
let mock: RunningMock
beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.02, calm: true, flink: true })
  mkdirSync(ARTIFACTS, { recursive: true })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

/** In the engine room, without the map. */
async function openRoom(url: string, hash = 'lang=en&theme=dark', size = SIZES[0]) {
  const query = '?test=1&nowebgl'
  const opened = await openPage({ browser, url, query, hash, ...size, ready: false })
  await opened.page.locator('.tabs [aria-keyshortcuts=E]').click()
  await opened.page.locator('.view-engine .topics').first().waitFor()
  return opened
}

const OTHER = /other-engine/
const figures = (page: Page): Promise<string[]> =>
  page.locator('.other-engine dd').allTextContents()

describe('a page over readings of a Flink job', () => {
  it('names topic, lag, waiting windows and rewritten cells, as the server says them', async () => {
    const memory = createMemoryLog()
    await memory.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'compact' }])
    const lag = async (group: string) =>
      group === 'city.flink'
        ? [{ topic: 'city.lamp', partition: 0, committed: 7n, latest: 12n }]
        : memory.lag(group)
    const here = await openSmallCity({ kpiTopic: TOPIC, webRoot: DIST }, { ...memory, lag })
    try {
      await here.server.listen()
      const epoch = await here.start()
      await here.horizon(epoch, '2025-06-18T08:40:00.000Z')
      const put = (k: number, value: number, scopes?: number) =>
        Promise.all(
          linesOf(reading(0, k, value), descriptor.run)
            .slice(0, scopes)
            .map((line) => here.put(TOPIC, lineKey(line), line)),
        )
      await put(0, 0.5)
      await waitUntil('a window', async () => (await here.json('/api/kpis')).length === 1)
      const [, district] = linesOf(reading(0, 0, 0.5), descriptor.run)
      await here.put(TOPIC, lineKey(district), { ...district, value: 0.3 })
      await put(1, 0.5, 1)
      await waitUntil('the engine room', async () => {
        here.clock.advance(1_000)
        const { readings } = await here.json('/api/engine')
        const { waiting, rewritten } = readings
        return (waiting === 1 && rewritten === 1 && readings.lag === 5) || JSON.stringify(readings)
      })
      const { page, faults } = await openRoom(`${here.server.url}/`)
      await until(page, `document.querySelector('.other-engine dd')?.textContent === '5'`)
      expect(await figures(page)).toEqual(['5', '1', '1'])
      const said = await textOf(page.locator('.other-engine'))
      expect(said).toContain(`Readings come from Flink (${TOPIC})`)
      expect(said).toContain('only the one-process demo has them')
      expect(await textOf(page.locator('.transport'))).toContain('Readings: Flink')
      expect(faults).toEqual([])
    } finally {
      await here.close()
    }
  })

  it('can be read in both languages and themes, on a laptop and on a large screen', async () => {
    for (const size of SIZES) {
      for (const hash of LOOKS) {
        const { page, faults } = await openRoom(mock.url, hash, size)
        await until(page, `/1.?204/.test(document.querySelector('.other-engine dd')?.textContent)`)
        const name = `other-engine-${size.width}-${hash.replace(/[^a-z]+/g, '-')}.png`
        await page.screenshot({ path: join(ARTIFACTS, name) })
        expect([hash, await accessibilityFaults(page)]).toEqual([hash, []])
        expect([hash, await overflows(page)]).toEqual([hash, []])
        for (const part of ['.other-engine', '.transport small']) {
          const sizes = (await page
            .locator(part)
            .evaluate((it) =>
              [it, ...it.querySelectorAll('*')].map((e) =>
                Number.parseFloat(getComputedStyle(e).fontSize),
              ),
            )) as number[]
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(SMALLEST_PX)
        }
        expect(faults).toEqual([])
        await page.context().close()
      }
    }
  }, 300_000)
})

describe('a page over the readings of the processor', () => {
  it('says nothing of an engine and asks for none of its files', async () => {
    const own = await startMock({ scale: 0.02, calm: true })
    try {
      const { page, asked } = await openRoom(own.url)
      await page.waitForTimeout(500)
      expect(await page.locator('.other-engine, .transport small').count()).toBe(0)
      expect(asked.filter((address) => OTHER.test(address))).toEqual([])
    } finally {
      await own.close()
    }
  })
})
