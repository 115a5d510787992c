// A domain that the page has never heard of appears by itself: tile, layer, plan row, inspector and command.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { buildWebIfStale } from '../../commands/wiring/web-build.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { SMALL_CITY } from '../cities.ts'
import { cityWithCharging } from '../fixtures/ev-charging/city.ts'
import { free } from '../fixtures/ev-charging/places.ts'
import { launchBrowser } from './chrome.ts'
import { START_MS } from './demo.ts'
import { counters, openPage, overflows, textOf, until } from './page-harness.ts'

const ARTIFACTS = join(import.meta.dirname, '../../artifacts')

const city = cityWithCharging()
const declarations = city.domains.map((domain) => domain.declaration)
const ranks = declarations
  .flatMap(({ measures }) => measures.flatMap(({ headline }) => headline ?? []))
  .sort((a, b) => a - b)
const place = ranks.indexOf(free.headline)
const { size, ranges } = buildCatalogue(loadCity(SMALL_CITY, city.seeds), 1)
/** City-wide assets are on no map. */
const onMap = declarations
  .filter(({ cityWide }) => !cityWide)
  .reduce((sum, { domain }) => sum + ranges[domain].to - ranges[domain].from, 0)
let browser: Browser
let demo: Awaited<ReturnType<typeof startDemo>>

beforeAll(async () => {
  mkdirSync(ARTIFACTS, { recursive: true })
  await buildWebIfStale()
  const values = { city: SMALL_CITY, port: '0', 'log-level': 'error' }
  ;[demo, browser] = await Promise.all([startDemo(values, city), launchBrowser()])
}, START_MS)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  city.remove()
})

describe('page with a new domain', () => {
  it('shows its tile with a value, its layer with states, and its points', async () => {
    const { page, faults, close } = await openPage({
      browser,
      url: `${demo.url}/`,
      hash: 'lang=zh&n=engineering',
    })
    await until(page, `document.querySelectorAll('.tile-value').length === ${ranks.length}`)
    const tile = page.locator('.tile').nth(place)
    await until(
      page,
      `/^[\\d.]+%/.test([...document.querySelectorAll('.tile-value')].at(${place}).textContent)`,
    )
    expect(await textOf(tile.locator('.tile-label'))).toBe('充电占用')
    await until(page, `document.querySelector('.legend').textContent.includes('充电中')`)
    const legend = await textOf(page.locator('.legend'))
    for (const word of ['充电站', '空闲']) expect(legend).toContain(word)
    const { assets, drawn } = await counters(page)
    expect([assets, drawn]).toEqual([size, onMap])
    expect(await overflows(page)).toEqual([])
    await page.screenshot({ path: join(ARTIFACTS, 'page-new-domain.png') })
    expect(faults).toEqual([])
    await close()
  })

  it('lists its target and explains its number', async () => {
    const { page, close } = await openPage({
      browser,
      url: `${demo.url}/`,
      hash: 'lang=en&n=engineering',
    })
    await page.locator('.tile').nth(place).click()
    const drawer = page.locator('.drawer')
    await drawer.waitFor()
    expect(await textOf(drawer)).toContain('chargers in use / chargers')
    await page.keyboard.press('Escape')
    await page.keyboard.press('KeyP')
    await until(page, `document.querySelectorAll('.plan-table .grade').length > 0`)
    expect(await textOf(page.locator('.board'))).toContain('Charging stations reporting')
    await close()
  })
})
