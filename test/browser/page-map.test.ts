// How people use the map and the page: clicks that take what they mean, Back, addresses, keys.
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { onScreen, openPage, placeOf, textOf, until } from './page-harness.ts'
import { sharedDemo } from './shared-demo.ts'

/** A district in the north-east and a place inside it. */
const FAR = { name: '增城区', code: '440118', lon: 113.75, lat: 23.4 }

const shared = sharedDemo('--scale', '0.05')

const open = (hash = '', query = '?test=1') =>
  openPage({
    browser: shared.browser,
    url: shared.demo.url,
    hash: `${hash}&lang=zh&theme=dark`,
    query,
  })
/** How much of the world is in view, degrees. */
const WIDTH = '((b) => b[2] - b[0])(window.__huacheng.mapBounds())'
const WEST = 'window.__huacheng.mapBounds()[0]'
const SECOND_CLICK_MS = 400
/** As the page has it: what the test runner knows of the address comes later. */
const hashOf = async (page: Page) =>
  new URLSearchParams(((await page.evaluate('location.hash')) as string).slice(1))
const chip = (page: Page) => page.locator('.district-chip')

describe('a click on the map', () => {
  it('takes the district while the whole city is in view, as the tip under the pointer says', async () => {
    const { page, faults } = await open()
    const at = await onScreen(page, FAR.lon, FAR.lat)
    await page.mouse.move(...at)
    expect(await textOf(page.locator('.tip'))).toBe(FAR.name)
    await page.mouse.click(...at)
    await chip(page).waitFor()
    expect(await textOf(chip(page))).toContain(FAR.name)
    expect(await page.locator('.inspector').count()).toBe(0)
    // It goes with the pointer, also where a panel covers the map.
    await page.mouse.move(...at)
    await page.locator('.tip').waitFor()
    const panel = (await page.locator('.legend').boundingBox())!
    await page.mouse.move(panel.x + panel.width / 2, panel.y + panel.height / 2)
    await page.locator('.tip').waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })

  it('takes the asset under it from near, and the ground closes it', async () => {
    const { page } = await open()
    const [lon, lat] = await placeOf(page, 100)
    await page.goto(`${shared.demo.url}?test=1#c=${lon},${lat},16&lang=zh&theme=dark`)
    await until(page, `${WIDTH} < 0.1`)
    const at = await onScreen(page, lon, lat)
    await page.mouse.move(...at)
    await page.locator('.tip').waitFor()
    const tip = await textOf(page.locator('.tip b'))
    await page.mouse.click(...at)
    await page.locator('.inspector .log-place, .inspector .is-grey').first().waitFor()
    expect(tip.length).toBeGreaterThan(0)
    expect((await hashOf(page)).get('e')).toBeTruthy()
  })

  it('zooms when it is double, and takes nothing', async () => {
    const { page } = await open()
    const before = (await page.evaluate(WIDTH)) as number
    await page.mouse.dblclick(...(await onScreen(page, FAR.lon, FAR.lat)))
    await until(page, `${WIDTH} < ${before * 0.7}`)
    await page.waitForTimeout(SECOND_CLICK_MS)
    expect(await chip(page).count()).toBe(0)
  })
})

describe('the address', () => {
  it('brings back the district, the asset, the lineage and the place after a reload', async () => {
    const { page } = await open(`d=${FAR.code}&c=113.8,23.3,14.5`)
    const id = (await page.evaluate(
      `fetch('api/assets/100').then((r) => r.json()).then((a) => a.id)`,
    )) as string
    const kpi = (await page.evaluate(
      `fetch('api/kpis').then((r) => r.json()).then((all) => all[0].kpi)`,
    )) as string
    const hash = `d=${FAR.code}&e=${id}&k=${kpi}&c=113.80000,23.30000,14.50&lang=zh&theme=dark`
    await page.goto(`${shared.demo.url}?test=1&again#${hash}`)
    await until(page, 'window.__huacheng?.ready === true')
    await page.locator('dialog.drawer').waitFor()
    await until(page, `document.querySelector('.inspector small')?.textContent === '${id}'`)
    expect(await textOf(chip(page))).toContain(FAR.name)
    const [x, y] = await onScreen(page, 113.8, 23.3)
    const box = (await page.locator('.map-holder').boundingBox())!
    expect(Math.abs(x - box.x - box.width / 2)).toBeLessThan(3)
    expect(Math.abs(y - box.y - box.height / 2)).toBeLessThan(3)
    expect(new URL(page.url()).hash).toBe(`#${hash}`)
  })

  it('has a step for each place, which Back takes back', async () => {
    const { page } = await open()
    await page.keyboard.press('KeyP')
    await page.keyboard.press('KeyM')
    await page.keyboard.press('KeyD')
    const district = async () => (await hashOf(page)).get('d')
    const first = await district()
    await page.keyboard.press('KeyD')
    expect(await district()).not.toBe(first)
    await page.goBack()
    expect(await district()).toBe(first)
    await page.goBack()
    expect(await district()).toBe(null)
    await page.goBack()
    await page.locator('.plan-table').waitFor()
    await page.goForward()
    await page.locator('.plan-table').waitFor({ state: 'detached' })
  })

  it('says once that a district, a KPI or an asset does not exist, and shows the city', async () => {
    const { page } = await open('d=440199&k=no.such&e=nothing-1')
    await until(page, `document.querySelectorAll('.banner-remark').length === 3`)
    expect(await chip(page).count()).toBe(0)
    expect([...(await hashOf(page)).keys()]).toEqual(['lang', 'theme'])
    await until(page, `/\\d/.test(document.querySelector('.tile-value').textContent)`)
    await page.locator('.banner-remark button').first().click()
    expect(await page.locator('.banner-remark').count()).toBe(2)
  })
})

const PRESSED =
  '[...document.querySelectorAll(".speeds button")].findIndex((b) => b.ariaPressed === "true")'

describe('keys', () => {
  it('pause with Space also after a click on a speed, which is not sent again', async () => {
    const { page } = await open()
    const speed = page.locator('.speeds button').nth(1)
    await speed.click()
    await until(page, `document.activeElement?.closest('.speeds') !== null`)
    await page.keyboard.press('Space')
    await until(page, `document.querySelector('.chip-live b').textContent === '已暂停'`)
    // The one speed that was chosen stays marked: it is how the city will go on.
    expect(await page.locator('.segmented [aria-pressed="true"]').count()).toBe(1)
    await until(page, `${PRESSED} === 1`)
    const other = await open()
    await until(other.page, `document.querySelector('.chip-live b').textContent === '已暂停'`)
    expect(await other.page.evaluate(PRESSED)).toBe(1)
    await page.keyboard.press('Space')
    await until(page, `document.querySelector('.chip-live b').textContent === '实时'`)
  })
})

describe('the map in another frame', () => {
  it('is fitted again unless a person moved it', async () => {
    const { page } = await open()
    const whole = `${WEST} < 113 && ${WEST} + ${WIDTH} > 114`
    const before = await page.evaluate(WIDTH)
    await page.setViewportSize({ width: 1000, height: 600 })
    await until(page, `${whole} && ${WIDTH} !== ${before}`)
    const box = (await page.locator('.map-holder').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    for (let k = 0; k < 3; k++) {
      await page.mouse.wheel(0, -600)
      await page.waitForTimeout(300)
    }
    await until(page, `${WIDTH} < 0.7`)
    await until(page, `location.hash.includes('c=')`)
    const near = (await page.evaluate(WIDTH)) as number
    await page.setViewportSize({ width: 1366, height: 768 })
    await until(page, `${WIDTH} !== ${near}`)
    expect(await page.evaluate(WIDTH)).toBeLessThan(1)
  })
})
