// Pictures to be looked at: `node test/browser/map-pictures.ts <folder> [dark] [light] [page]` draws the map over several
// places and zooms in each theme (where known places lie, streets from near), and the whole page on two screens.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { mercatorX, mercatorY } from '../../console/web/store/assets/mercator.ts'
import { launchBrowser } from './chrome.ts'
import { startDemo } from './demo.ts'
import { waitReady } from './page-harness.ts'

type Place = { district: string; lon: number; lat: number; zooms: number[] }

const MAP_SIZE = { width: 1500, height: 1000 }
const PAGE_SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
]
/** What the map has in view at zoom 0, in px around the globe. */
const WORLD_PX = 512
/** Place, the district that is picked there (none: the city), and zooms from far to near. */
const PLACES: Record<string, Place> = {
  city: { district: '', lon: 113.45, lat: 23.25, zooms: [9] },
  'yuexiu-tianhe': { district: '', lon: 113.295, lat: 23.13, zooms: [10, 11, 12, 13, 14, 15] },
  haizhu: { district: '440105', lon: 113.325, lat: 23.085, zooms: [12, 13, 15] },
  nansha: { district: '440115', lon: 113.535, lat: 22.795, zooms: [10, 12, 13, 14, 15] },
  'nansha-port': { district: '440115', lon: 113.65, lat: 22.67, zooms: [12] },
  zengcheng: { district: '440118', lon: 113.815, lat: 23.29, zooms: [10, 12, 13, 14, 15] },
  conghua: { district: '440117', lon: 113.587, lat: 23.548, zooms: [9, 12, 13, 14, 15] },
  airport: { district: '', lon: 113.28, lat: 23.385, zooms: [12] },
}
const SETTLE_MS = 1200
/** The page is taken when its lines have something to show. */
const HISTORY_MS = 45_000
const KEY_MS = 250
/** So far from the middle a place may stay, in px: moving it there lets the map swing on. */
const NEAR_PX = 20

const [folder = 'map-pictures', ...asked] = process.argv.slice(2)
const parts = asked.length > 0 ? asked : ['dark', 'light', 'page']
mkdirSync(folder, { recursive: true })
const demo = await startDemo()
const browser = await launchBrowser()
try {
  for (const part of parts) await (part === 'page' ? takePages(browser) : takeMaps(browser, part))
} finally {
  await browser.close()
  demo.stop()
}

async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`${demo.url}?test=1#${hash}`)
  await waitReady(page)
}

/** The map alone, without panels beside it and legend over it. */
async function takeMaps(browser: Browser, theme: string): Promise<void> {
  const page = await browser.newPage({ viewport: MAP_SIZE })
  for (const [name, { district, lon, lat, zooms }] of Object.entries(PLACES)) {
    await open(page, `lang=zh&theme=${theme}${district ? `&d=${district}` : ''}`)
    await page.keyboard.press('[')
    await page.keyboard.press(']')
    await page.locator('.legend summary').click()
    for (const zoom of zooms) {
      await goTo(page, lon, lat, zoom)
      await page.waitForTimeout(SETTLE_MS)
      await page
        .locator('.map-panel')
        .screenshot({ path: join(folder, `${theme}-${name}-z${zoom}.png`) })
    }
  }
  await page.close()
}

/** Moves and zooms in, as a hand would, until the place is in the middle from about so near. */
async function goTo(page: Page, lon: number, lat: number, zoom: number): Promise<void> {
  for (;;) {
    await bringToMiddle(page, lon, lat)
    const { width, east, west } = await mapFrame(page)
    if (Math.log2((360 * width) / (WORLD_PX * (east - west))) > zoom - 0.5) return
    await page.locator('.maplibregl-ctrl-zoom-in').click()
  }
}

async function bringToMiddle(page: Page, lon: number, lat: number): Promise<void> {
  const { x, y, width, height, west, south, east, north } = await mapFrame(page)
  const part = (a: number, b: number, at: number) => (at - a) / (b - a) - 0.5
  const right = part(mercatorX(west), mercatorX(east), mercatorX(lon)) * width
  const down = part(mercatorY(north), mercatorY(south), mercatorY(lat)) * height
  if (Math.hypot(right, down) < NEAR_PX) return
  const [middleX, middleY] = [x + width / 2, y + height / 2]
  await page.mouse.move(middleX + right / 2, middleY + down / 2)
  await page.mouse.down()
  await page.mouse.move(middleX - right / 2, middleY - down / 2, { steps: 4 })
  await page.waitForTimeout(KEY_MS) // a hand that stops before it lets go
  await page.mouse.up()
  await page.mouse.move(0, 0)
}

/** Where the map lies on the page and what it has in view, once it stands still. */
async function mapFrame(page: Page) {
  const box = await page.locator('.map-panel').boundingBox()
  for (let before = ''; ; ) {
    const bounds = (await page.evaluate('window.__huacheng.mapBounds()')) as number[] | null
    if (!box || !bounds) throw new Error('page: no map, expected one to take pictures of')
    const [west, south, east, north] = bounds
    if (String(bounds) === before) return { ...box, west, south, east, north }
    before = String(bounds)
    await page.waitForTimeout(KEY_MS)
  }
}

/** The README's pictures (docs/screenshots) are `page-1920-en-dark` and `page-1366-zh-dark`. */
async function takePages(browser: Browser): Promise<void> {
  for (const size of PAGE_SIZES) {
    const page = await browser.newPage({ viewport: size })
    await open(page, '')
    await page.waitForTimeout(HISTORY_MS)
    for (const lang of ['zh', 'en']) {
      for (const theme of ['dark', 'light']) {
        await open(page, `lang=${lang}&theme=${theme}`)
        await page.waitForTimeout(SETTLE_MS)
        await page.screenshot({ path: join(folder, `page-${size.width}-${lang}-${theme}.png`) })
      }
    }
    await page.close()
  }
}
