// The page in a real browser against the development mock: an invented city in the contract's shapes.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import {
  counters,
  onScreen,
  openPage,
  overflows,
  placeOf,
  textOf,
  until,
  waitReady,
} from './page-harness.ts'

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.1 })
})

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

describe('page', () => {
  it('draws every asset, fills the leading numbers and asks no other host', async () => {
    const { page, faults, close } = await openPage({ browser, url: mock.url })
    const first = await counters(page)
    expect(first.drawn).toBe(10_900)
    expect(first.snapshots).toBe(1)
    expect(first.readings).toBeGreaterThanOrEqual(10)
    const tiles = await page.locator('.tile-value').allInnerTexts()
    expect(tiles.length).toBe(6)
    for (const text of tiles) expect(text).toMatch(/^[\d,.]+/)
    expect(await textOf(page.locator('.badge'))).toContain('模拟数据')
    expect(await textOf(page.locator('.chip-ledger'))).toMatch(/账平 ✓ ([\d,]+) = \1/)
    await until(
      page,
      `window.__huacheng.counters().pulses > ${first.pulses} && window.__huacheng.counters().deltas >= 3`,
    )
    expect(faults).toEqual([])
    await close()
  })

  it('moves the city’s clock, and stands while paused, once the stream says so', async () => {
    const { page, close } = await openPage({ browser, url: mock.url })
    const time = () => textOf(page.locator('.sim-time'))
    const before = await time()
    await until(page, `document.querySelector('.sim-time').textContent !== '${before}'`)
    await page.keyboard.press('Space')
    await until(page, `document.querySelector('.chip-live b').textContent === '已暂停'`)
    const standing = await time()
    const { frames } = await counters(page)
    await page.locator('.segmented button').nth(0).click()
    await page.keyboard.press('KeyM')
    expect(await time()).toBe(standing)
    await page.locator('.play').click()
    await until(page, `document.querySelector('.chip-live b').textContent === '实时'`)
    await until(page, `window.__huacheng.counters().frames > ${frames}`)
    await page.locator('.segmented button').nth(2).click()
    await until(
      page,
      `document.querySelectorAll('.segmented button')[2].getAttribute('aria-pressed') === 'true'`,
    )
    await close()
  })

  it('follows keys, and the address keeps the choice', async () => {
    const { page, close } = await openPage({ browser, url: mock.url })
    await page.keyboard.press('KeyP')
    await page.locator('.plan-table tbody tr').first().waitFor()
    expect(await page.locator('.plan-table tbody tr').count()).toBeGreaterThan(15)
    expect(await textOf(page.locator('.board .note'))).toBe(
      '目标为公开数值，完成值为模拟，不代表实际',
    )
    await page.keyboard.press('KeyG')
    await page.keyboard.press('KeyT')
    expect(await page.evaluate('location.hash')).toBe('#view=plan&lang=en&theme=light')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.keyboard.press('KeyV')
    await page.locator('.task-grid tbody tr').first().waitFor()
    await page.keyboard.press('KeyM')
    await page.keyboard.press('Digit1')
    expect(await page.evaluate('location.hash')).toContain('off=street-lamp')
    await until(page, 'window.__huacheng.counters().drawn === 900')
    await page.keyboard.press('KeyD')
    expect(await textOf(page.locator('.district-chip'))).toContain('District 1')
    await page.keyboard.press('Escape')
    expect(await page.locator('.district-chip').count()).toBe(0)
    await page.keyboard.press('Shift+Slash')
    await page.locator('dialog.help').waitFor()
    await page.keyboard.press('Escape')
    await close()
  })

  it('shows where a number comes from', async () => {
    const { page, close } = await openPage({ browser, url: mock.url })
    await page.locator('.tile').first().click()
    const drawer = page.locator('dialog.drawer')
    expect(await textOf(drawer)).toMatch(/分子为满足条件者/)
    expect(await textOf(drawer.locator('.equation').first())).toMatch(/÷ 100,000 = 0\.\d+/)
    expect(await textOf(drawer)).toContain('2025-12-31')
    // The city and its districts.
    expect(await drawer.locator('.by-district tbody tr').count()).toBe(12)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await close()
  })

  it('opens an asset from the map with its newest event and its place in the log', async () => {
    const asset = 5_000
    const { page, faults, close } = await openPage({ browser, url: mock.url })
    const [lon, lat] = await placeOf(page, asset)
    await page.goto(`${mock.url}?test=1#c=${lon},${lat},15&lang=zh&theme=dark`)
    await until(page, `window.__huacheng.onScreen(${lon}, ${lat}) !== null`)
    const inspector = page.locator('.inspector')
    await page.mouse.click(...(await onScreen(page, lon, lat)))
    await inspector.locator('.log-place').waitFor()
    expect(await textOf(inspector.locator('.log-place'))).toMatch(/主题 city\..+分区 \d+.+偏移 \d+/)
    await inspector.locator('.raw summary').click()
    expect(await textOf(inspector.locator('pre'))).toContain('"specversion":"1.0"')
    expect(faults).toEqual([])
    await close()
  })

  it('says that it lost the server, and comes back with a new snapshot', async () => {
    const { page, close } = await openPage({ browser, url: mock.url })
    mock.dropAll()
    await until(page, 'window.__huacheng.counters().reconnects > 0')
    await until(page, 'window.__huacheng.counters().snapshots === 2')
    await until(page, `document.querySelector('.chip-live b').textContent === '实时'`)
    await close()
  })

  it('draws again after the graphics context was lost', async () => {
    const { page, close } = await openPage({ browser, url: mock.url })
    await until(page, 'window.__huacheng.counters().renders >= 8')
    await page.evaluate('window.__huacheng.loseContext()')
    // Only a layer made anew in the new context counts from zero.
    await until(
      page,
      '(({ renders, drawn }) => renders > 0 && renders < 8 && drawn === 10900)(window.__huacheng.counters())',
    )
    await close()
  })

  it('has a map without WebGL2', async () => {
    const { page, faults, close } = await openPage({
      browser,
      url: mock.url,
      query: '?test=1&nowebgl',
      ready: false,
    })
    await page.locator('.svg-district').first().waitFor()
    expect(await page.locator('.svg-district').count()).toBe(11)
    const frame = () => page.locator('.svg-map').getAttribute('viewBox')
    const whole = await frame()
    await page.locator('.svg-district').nth(3).click()
    expect(await page.locator('.district-chip').count()).toBe(1)
    const near = (await frame())!
    expect(Number(near.split(' ')[3])).toBeLessThan(Number(whole!.split(' ')[3]))
    await page.keyboard.press('Escape')
    await expect.poll(frame).toBe(whole)
    expect(faults).toEqual([])
    await close()
  })

  it('says 预热中 where nothing is known yet, and never zero', async () => {
    const cold = await startMock({ scale: 0.02, cold: true })
    const { page, close } = await openPage({ browser, url: cold.url })
    for (const text of await page.locator('.tile-value').allInnerTexts()) {
      expect(text).toBe('预热中')
    }
    await page.keyboard.press('KeyP')
    for (const text of await page.locator('.plan-current').allInnerTexts()) {
      expect(text).toMatch(/^预热中/)
    }
    await close()
    await cold.close()
  })
})

describe('layout', () => {
  const sizes = [
    [1366, 768],
    [1920, 1080],
  ]
  for (const [width, height] of sizes) {
    for (const lang of ['zh', 'en']) {
      it(`overflows nowhere at ${width} × ${height} in ${lang}`, async () => {
        const hash = `lang=${lang}&theme=dark`
        const opened = await openPage({ browser, url: mock.url, width, height, hash })
        const { page, close } = opened
        for (const key of ['KeyM', 'KeyP', 'KeyV', 'KeyE']) {
          await page.keyboard.press(key)
          expect([key, await overflows(page)]).toEqual([key, []])
        }
        await close()
      })
    }
  }
})

describe('motion', () => {
  it('stands still for people who asked for less motion', async () => {
    const { page, close } = await openPage({
      browser,
      url: mock.url,
      context: { reducedMotion: 'reduce' },
    })
    await waitReady(page)
    const running = await page.evaluate(
      'document.getAnimations().filter((a) => a.playState === "running").length',
    )
    expect(running).toBe(0)
    await close()
  })
})
