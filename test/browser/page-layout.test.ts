// The parts of the page stand where they stood when somebody last looked: every view on a projector and a tablet, in both languages.
// LAYOUT=accept writes what stands now to expected/layout.json, after a look at `npm run pictures`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { openPage, until } from './page-harness.ts'
import { type Boxes, boxesOf, movedRegions } from './page-regions.ts'

/** Not in version control. */
const ARTIFACTS = join(import.meta.dirname, '../../artifacts')
const ACCEPTED = join(import.meta.dirname, 'expected', 'layout.json')
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1024, height: 768 },
]
const VIEWS = { KeyM: 'map', KeyP: 'plan', KeyV: 'proof', KeyE: 'engine' }
const SHOWN = {
  map: '.rail-right .panel',
  plan: '.board',
  proof: '.view-columns .verdict',
  engine: '.view-columns .topics',
}
/** Fonts of another machine make a line a px or two higher. */
const TOLERANCE_PX = 6

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.02 })
})

afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

describe('layout', () => {
  it('is the accepted one in every view', async () => {
    const accepted = JSON.parse(readFileSync(ACCEPTED, 'utf8')) as Record<string, Boxes>
    const stands: Record<string, Boxes> = {}
    const moved: string[] = []
    for (const size of SIZES) {
      // Where the parts stand does not wait for the map in one of them.
      const opening = { browser, url: mock.url, ready: false, ...size }
      const { page, close } = await openPage(opening)
      await until(page, '(window.__huacheng?.counters().readings ?? 0) >= 10')
      for (const lang of ['zh', 'en']) {
        for (const [key, view] of Object.entries(VIEWS)) {
          await page.keyboard.press(key)
          await page
            .locator(SHOWN[view as keyof typeof SHOWN])
            .first()
            .waitFor()
          const place = `${view}-${size.width}x${size.height}-${lang}`
          const boxes = await boxesOf(page)
          const lines = movedRegions(accepted[place] ?? {}, boxes, TOLERANCE_PX)
          if (lines.length > 0) {
            await page.screenshot({ path: join(ARTIFACTS, `layout-${place}.png`) })
          }
          moved.push(...lines.map((line) => `${place}: ${line}`))
          stands[place] = boxes
        }
        await page.keyboard.press('KeyG')
      }
      await close()
    }
    if (process.env.LAYOUT === 'accept') {
      writeFileSync(ACCEPTED, `${JSON.stringify(stands, null, 2)}\n`)
      return
    }
    expect(moved).toEqual([])
  })
})
