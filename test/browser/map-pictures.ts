// Pictures of the map in both themes, over several districts and zooms, to be looked at: `node test/browser/map-pictures.ts <folder>`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from './chrome.ts'
import { startDemo } from './demo.ts'
import { waitReady } from './page-harness.ts'

const SIZE = { width: 1600, height: 900 }
/** District (none: the city), its name in the file, and how often to zoom in from where it fits. */
const VIEWS: { district: string; name: string; steps: number[] }[] = [
  { district: '', name: 'city', steps: [0, 2] },
  { district: '440104', name: 'yuexiu', steps: [0, 2, 4] },
  { district: '440106', name: 'tianhe', steps: [0] },
  { district: '440105', name: 'haizhu', steps: [0, 3] },
  { district: '440115', name: 'nansha', steps: [0, 4] },
  { district: '440118', name: 'zengcheng', steps: [0, 4] },
  { district: '440117', name: 'conghua', steps: [0, 4] },
]
const SETTLE_MS = 2500
const ZOOM_KEY_MS = 700

const folder = process.argv[2] ?? 'map-pictures'
mkdirSync(folder, { recursive: true })
const demo = await startDemo()
const browser = await launchBrowser()
try {
  for (const theme of ['dark', 'light']) {
    const page = await browser.newPage({ viewport: SIZE })
    for (const view of VIEWS) await takeView(page, theme, view)
    await page.close()
  }
} finally {
  await browser.close()
  demo.stop()
}

async function takeView(page: Page, theme: string, view: (typeof VIEWS)[number]): Promise<void> {
  const district = view.district ? `&d=${view.district}` : ''
  await page.goto('about:blank')
  await page.goto(`${demo.url}?test=1#view=map&lang=zh&theme=${theme}${district}`)
  await waitReady(page)
  await page.waitForTimeout(SETTLE_MS)
  let zoomed = 0
  for (const steps of view.steps) {
    for (; zoomed < steps; zoomed++) {
      await page.locator('.maplibregl-ctrl-zoom-in').click()
      await page.waitForTimeout(ZOOM_KEY_MS)
    }
    await page.waitForTimeout(SETTLE_MS)
    await page.screenshot({ path: join(folder, `${theme}-${view.name}-${steps}.png`) })
  }
}
