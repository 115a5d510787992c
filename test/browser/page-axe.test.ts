// No rule of WCAG 2.2 AA is broken anywhere: every view and every panel, wide and narrow, in both languages and themes.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, until } from './page-harness.ts'
import { CLOSED, PLACES } from './page-places.ts'

const SIZES = { wide: { width: 1366, height: 768 }, narrow: { width: 390, height: 844 } }
type Look = { size: keyof typeof SIZES; lang: string; theme: string }

/** Every pair of two of the three is among these; `npm run axe` takes all eight. */
const SOME: Look[] = [
  { size: 'wide', lang: 'zh', theme: 'dark' },
  { size: 'wide', lang: 'en', theme: 'light' },
  { size: 'narrow', lang: 'zh', theme: 'light' },
  { size: 'narrow', lang: 'en', theme: 'dark' },
]
const ALL: Look[] = (['wide', 'narrow'] as const).flatMap((size) =>
  ['zh', 'en'].flatMap((lang) => ['dark', 'light'].map((theme) => ({ size, lang, theme }))),
)

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.02 })
})

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

describe('accessibility everywhere', () => {
  for (const { size, lang, theme } of process.env.AXE === 'all' ? ALL : SOME) {
    it(`breaks no rule ${size}, ${lang}, ${theme}`, async () => {
      const hash = `lang=${lang}&theme=${theme}`
      const { page } = await openPage({ browser, url: mock.url, hash, ...SIZES[size] })
      const found: [string, string[]][] = []
      for (const { name, open, shows } of PLACES) {
        await open(page)
        await page.locator(shows).first().waitFor({ state: 'attached' })
        const faults = await accessibilityFaults(page)
        if (faults.length > 0) found.push([name, faults])
        if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape')
        // A closed field keeps the focus until the browser draws again, and would take the next key.
        await until(page, CLOSED)
      }
      // The summary of a run shows the first line of a failure alone.
      expect(found, JSON.stringify(found)).toEqual([])
    })
  }
})
