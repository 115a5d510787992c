// Numbers on the page in a real browser: they stay inside their tiles, targets are seen, nothing is too small to read.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, textOf, until } from './page-harness.ts'

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.02, calm: true })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

/** Without the map: what is tested here stands beside it. */
const open = async (hash: string, width = 1366, height = 768) => {
  const query = '?test=1&nowebgl'
  const opened = await openPage({
    browser,
    url: mock.url,
    query,
    hash,
    width,
    height,
    ready: false,
  })
  const { page } = opened
  await until(page, `/\\d/.test(document.querySelector('.tile-value')?.textContent)`)
  await until(page, `document.querySelector('.plan-summary .plan-value')?.textContent.length > 0`)
  return opened
}

/** Parts of tiles that stand out of them, and one-line texts that are cut off. */
const tileFaults = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const found = []
    for (const tile of document.querySelectorAll('.tile')) {
      const box = tile.getBoundingClientRect()
      for (const part of tile.querySelectorAll('*')) {
        const { left, right, top, bottom } = part.getBoundingClientRect()
        const isOut = left < box.left - 0.5 || right > box.right + 0.5 || top < box.top - 0.5 || bottom > box.bottom + 0.5
        if (right > left && isOut) found.push('out: ' + part.outerHTML.slice(0, 60))
      }
      const value = tile.querySelector('.tile-value')
      const target = tile.querySelector('.tile-target')
      for (const line of [value, target]) {
        if (line && line.scrollWidth > line.clientWidth + 1) found.push('cut: ' + line.textContent)
      }
    }
    return found
  })()`)

/** Numbers of targets in view: of tiles, and of the plan's summary. */
const visibleTargets = (page: Page): Promise<{ tiles: number; plan: number }> =>
  page.evaluate(`(() => {
    const isSeen = (element) => {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect()
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
      const isInside = top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth
      return width > 0 && height > 0 && isInside && (element === at || element.contains(at))
    }
    const count = (selector) => [...document.querySelectorAll(selector)].filter((e) => /\\d/.test(e.textContent) && isSeen(e)).length
    return { tiles: count('.tile-target'), plan: count('.plan-goal') }
  })()`)

/** Texts smaller than 12 px. */
const smallTexts = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim()
      const parent = walker.currentNode.parentElement
      if (text === '' || parent.closest('script, style, option, svg')) continue
      if (parent.getClientRects().length === 0) continue
      const size = Number.parseFloat(getComputedStyle(parent).fontSize)
      if (size < 12) found.push(size + ': ' + text.slice(0, 30))
    }
    return found
  })()`)

const SIZES = [
  [1280, 720],
  [1366, 768],
  [1536, 864],
  [1920, 1080],
  [3840, 2160],
] as const

describe('tiles', () => {
  for (const [width, height] of SIZES) {
    it(`hold their numbers at ${width} × ${height}`, async () => {
      for (const lang of ['zh', 'en']) {
        const { page, close } = await open(`lang=${lang}`, width, height)
        expect(await page.locator('.tile').count()).toBe(6)
        expect([lang, await tileFaults(page)]).toEqual([lang, []])
        await page.keyboard.press('KeyN')
        expect(await page.locator('.tile').count()).toBe(8)
        expect([lang, 'engineering', await tileFaults(page)]).toEqual([lang, 'engineering', []])
        await page.keyboard.press('KeyD')
        expect([lang, 'district', await tileFaults(page)]).toEqual([lang, 'district', []])
        await close()
      }
    })
  }

  for (const [width, height] of SIZES) {
    it(`show every target as a number at ${width} × ${height}`, async () => {
      const { page, close } = await open('lang=zh', width, height)
      await until(page, `document.querySelectorAll('.plan-goal').length === 13`)
      const planned = await page.locator('.tile-target:not(.is-none)').count()
      expect(planned).toBeGreaterThanOrEqual(4)
      expect(await visibleTargets(page)).toEqual({ tiles: planned, plan: 13 })
      await close()
    })
  }

  it('let a number be marked and copied, and open by a click or by Enter', async () => {
    const { page, close } = await open('lang=zh')
    const value = (await page.locator('.tile-value').first().boundingBox())!
    const middle = value.y + value.height / 2
    await page.mouse.move(value.x + 1, middle)
    await page.mouse.down()
    await page.mouse.move(value.x + value.width - 4, middle, { steps: 4 })
    await page.mouse.up()
    expect(await page.evaluate('String(getSelection())')).toMatch(/^[\d,.]{3,}/)
    expect(await page.locator('dialog.drawer').count()).toBe(0)
    await page
      .locator('.tile')
      .first()
      .click({ position: { x: 40, y: 100 } })
    await page.locator('dialog.drawer').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.tile-label').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('dialog.drawer').waitFor()
    await close()
  })

  it('say more to engineers, which the address keeps and a screen reader hears', async () => {
    const { page, close } = await open('lang=zh')
    await page.keyboard.press('KeyN')
    expect(new URL(page.url()).hash).toContain('n=engineering')
    expect(await textOf(page.locator('.kpi-row [aria-live]'))).toContain('工程视图')
    expect(await textOf(page.locator('.tile').first())).toMatch(/n [\d,.万]+ · 12分区/)
    await page.keyboard.press('KeyN')
    expect(new URL(page.url()).hash).not.toContain('n=')
    await close()
  })

  it('keep their unit in a district, and say which district', async () => {
    const { page, close } = await open('lang=zh')
    const unit = page.locator('.tile-value small').first()
    const before = await textOf(unit)
    await page.keyboard.press('KeyD')
    expect(await textOf(unit)).toBe(before)
    expect(await textOf(page.locator('.tile-scope').first())).toMatch(/区/)
    expect(await textOf(page.locator('.tile-scope').last())).not.toMatch(/区$/)
    await close()
  })
})

describe('the plan board', () => {
  it('shows all official targets at 1366 × 768, sorts them, and says what they come to', async () => {
    const { page, close } = await open('lang=zh')
    await page.keyboard.press('KeyP')
    const official = page.locator('.plan-table tbody').first().locator('tr:not(.plan-group)')
    await official.first().waitFor()
    expect(await official.count()).toBe(13)
    const last = (await official.last().boundingBox())!
    const note = (await page.locator('.board .note').boundingBox())!
    expect(last.y + last.height).toBeLessThanOrEqual(note.y)
    expect(await textOf(page.locator('.board-sentence'))).toMatch(
      /^13项官方目标：\d+达成或超前 · \d+按规划 · \d+落后，最大差距 .+ 差/,
    )
    await page.locator('.plan-table thead button').first().click()
    expect(await page.locator('.plan-table [aria-sort="ascending"]').count()).toBe(1)
    expect(await textOf(official.last().locator('td').nth(2))).toBe('已达到')
    await close()
  })

  it('is drawn over the years, as a number is over its windows, and both are read by keys', async () => {
    const { page, faults, close } = await open('lang=zh&theme=dark')
    const read = (of: string) => page.locator(of).first().getAttribute('aria-valuetext')
    await page.keyboard.press('KeyP')
    expect(await page.locator('.plan-card').count()).toBe(0)
    await page.locator('.board-head .outlined').click()
    await until(page, `document.querySelectorAll('.plan-card canvas').length === 15`)
    expect(await textOf(page.locator('.plan-card').first())).toMatch(/76,000座.*主干道路灯/s)
    await page.locator('.plan-card .chart-plot').first().focus()
    expect(await read('.plan-card .chart-plot')).toContain('读数')
    await page.keyboard.press('Home')
    expect(await read('.plan-card .chart-plot')).toMatch(/^2020-12-31 · .*基线/)
    expect(await smallTexts(page)).toEqual([])
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('KeyM')
    await page
      .locator('.tile')
      .first()
      .click({ position: { x: 30, y: 60 } })
    await page.locator('.drawer .chart-plot canvas').waitFor()
    await until(
      page,
      `/终值|暂值/.test(document.querySelector('.drawer .chart-plot').ariaValueText)`,
    )
    await page.locator('.drawer .chart-plot').focus()
    await page.keyboard.press('Home')
    const first = await read('.drawer .chart-plot')
    await page.keyboard.press('ArrowRight')
    expect(await read('.drawer .chart-plot')).not.toBe(first)
    expect(await read('.drawer .chart-plot')).toMatch(/^\d\d:\d\d–\d\d:\d\d · .+ · n .+ · 终值/)
    expect(faults).toEqual([])
    await close()
  })

  it('becomes a picture', async () => {
    const { page, close } = await open('lang=zh')
    await page.keyboard.press('KeyP')
    const download = page.waitForEvent('download')
    await page.locator('.board-export button').first().click()
    expect((await download).suggestedFilename()).toMatch(/^plan-.+\.png$/)
    await close()
  })
})

describe('type', () => {
  for (const [width, height] of [
    [1280, 720],
    [1366, 768],
    [390, 844],
  ] as const) {
    it(`is nowhere smaller than 12 px at ${width} × ${height}`, async () => {
      const { page, close } = await open('lang=zh', width, height)
      for (const key of ['KeyM', 'KeyN', 'KeyP', 'KeyV', 'KeyE', 'Shift+Slash']) {
        await page.keyboard.press(key)
        await page.waitForTimeout(300)
        expect([key, await smallTexts(page)]).toEqual([key, []])
      }
      await page.keyboard.press('Escape')
      await page
        .locator('.tile')
        .first()
        .click({ position: { x: 30, y: 60 } })
      await page.locator('dialog.drawer').waitFor()
      expect(await smallTexts(page)).toEqual([])
      await close()
    })
  }
})
