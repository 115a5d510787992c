// The page on another city: everything it says and shows of the city comes from that city's data.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Text } from '../../seeds/contract.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { loadPlan } from '../../seeds/load/plan.ts'
import { SMALL_CITY } from '../cities.ts'
import { launchBrowser } from './chrome.ts'
import { type Demo, START_MS, startDemo } from './demo.ts'
import { counters, openPage, overflows, textOf, until } from './page-harness.ts'

const ARTIFACTS = join(import.meta.dirname, '../../artifacts')
/** Words, codes and places of the other city. */
const ELSEWHERE = /广州|穗|珠江|天河|Guangzhou|Canton|Pearl River|4401\d\d/

const city = loadCity(SMALL_CITY)
const plan = loadPlan(city)
let browser: Browser
let demo: Demo

beforeAll(async () => {
  mkdirSync(ARTIFACTS, { recursive: true })
  ;[demo, browser] = await Promise.all([startDemo('--city', SMALL_CITY), launchBrowser()])
}, START_MS)

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(async () => {
  await browser?.close()
  demo?.stop()
})

describe.each([
  ['zh', 'dark'],
  ['en', 'light'],
] as const)('page on another city, %s', (lang, theme) => {
  const open = (view: string) =>
    openPage({ browser, url: demo.url, hash: `view=${view}&lang=${lang}&theme=${theme}` })
  const has = (body: string, texts: Text[]) => {
    for (const text of texts) expect(body).toContain(text[lang])
  }

  it('shows its districts, alerts and plan, and not a word of another city', async () => {
    const { page, faults } = await open('map')
    await until(page, 'window.__huacheng.counters().readings >= 10')
    expect((await counters(page)).assets).toBeGreaterThan(600)
    const body = await textOf(page.locator('body'))
    has(body, [city.name, ...city.districts.map((d) => d.name)])
    has(
      body,
      plan.targets.map((t) => t.name),
    )
    expect(body).not.toMatch(ELSEWHERE)
    expect(await overflows(page)).toEqual([])
    await page.screenshot({ path: join(ARTIFACTS, `page-${SMALL_CITY}-${lang}.png`) })
    expect(faults).toEqual([])
  })

  it('lists its targets with their units and says what they are', async () => {
    const { page } = await open('plan')
    await until(page, `document.querySelectorAll('.plan-table .grade').length > 0`)
    const board = await textOf(page.locator('.board'))
    has(
      board,
      plan.targets.map((t) => t.name),
    )
    has(board, [plan.notice!, ...Object.values(plan.units!)])
    expect(board).not.toMatch(ELSEWHERE)
  })

  it('fits the map to its bounds', async () => {
    const { page } = await open('map')
    const [west, south, east, north] = (await page.evaluate(
      'window.__huacheng.mapBounds()',
    )) as number[]
    const [w, s, e, n] = JSON.parse(
      await page.evaluate(
        `fetch('api/city').then((r) => r.json()).then((c) => JSON.stringify(c.bounds))`,
      ),
    )
    expect([west < w, south < s, east > e, north > n]).toEqual([true, true, true, true])
    expect((north - south) / (n - s)).toBeLessThan(3)
  })
})
