// Proof view, engine room and lineage in a real browser against the development mock, a lost event and a kill included.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, overflows, textOf, until } from './page-harness.ts'

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
})
beforeEach(async () => {
  mock = await startMock({ scale: 0.02, silentLosses: true })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await mock.close()
})
afterAll(() => browser?.close())

/** Without the map: what is tested here stands beside it. */
const open = (change: { hash?: string; query?: string; width?: number; height?: number } = {}) =>
  openPage({ browser, url: mock.url, query: '?test=1&nowebgl', ready: false, ...change })

async function show(page: Page, key: string): Promise<void> {
  await page.locator('.tile-value').first().waitFor()
  await page.keyboard.press(key)
  await page.locator('.task-grid tbody tr').first().waitFor()
}

describe('the proof view', () => {
  it('shows the account, a cell per task, the digest with its commands, and every verdict', async () => {
    const { page, faults, close } = await open()
    await show(page, 'KeyV')
    expect(await textOf(page.locator('.verdict'))).toContain('账平')
    expect(await textOf(page.locator('.account').first())).toMatch(
      /^([\d,]+)产生=\1计入\+0迟到\+0在途暂存\+丢失\(0注入丢弃\+0注入损坏\+0无法解释\)$/,
    )
    const grids = page.locator('.task-grid')
    expect(await grids.count()).toBe(2)
    expect(await grids.first().locator('tbody td').count()).toBe(6 * 13)
    expect(await page.locator('.task-grid .tone-critical').count()).toBe(0)
    await page.locator('.truth-grid tbody tr').first().waitFor()
    expect(await textOf(page.locator('.truth-verdict'))).toMatch(/^✓ 最近 \d+ 个窗口 × 19 项/)
    const commands = await page.locator('.copy code').allTextContents()
    expect(commands[0]).toMatch(/^npx huacheng digest --scenario /)
    expect(commands[1]).toMatch(/^npx huacheng audit --brokers /)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('.copy button').first().click()
    await until(page, `document.querySelector('.copy button').textContent === '已复制'`)
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(commands[0])
    expect(faults).toEqual([])
    await close()
  })

  for (const lang of ['zh', 'en']) {
    for (const theme of ['dark', 'light']) {
      it(`turns red when an event is lost, and names it, in ${lang}, ${theme}`, async () => {
        const { page, close } = await open({ hash: `lang=${lang}&theme=${theme}` })
        await show(page, 'KeyV')
        await page.locator('.demo-button').click()
        const chip = page.locator('.chip-broken')
        await chip.waitFor()
        const unnamed = lang === 'zh' ? '资产待指认' : 'not named yet'
        expect(await textOf(chip)).toContain(unnamed)
        mock.report()
        await until(
          page,
          `document.querySelector('.chip-broken').textContent.includes('air-sensor-')`,
        )
        const words = lang === 'zh' ? /第 57 条/ : /no\. 57/
        expect(await textOf(chip)).toMatch(words)
        await page.locator('.breaks .missing', { hasText: words }).waitFor()
        expect(await page.locator('.task-grid td.tone-critical').count()).toBe(2)
        await page
          .locator('.stage', { hasText: lang === 'zh' ? '指认为同一条' : 'this very one' })
          .waitFor()
        expect(await overflows(page)).toEqual([])
        expect(await accessibilityFaults(page)).toEqual([])
        await close()
      })
    }
  }
})

describe('a kiosk', () => {
  it('offers nothing that would be done to the city, and no way to a view from which none leads back', async () => {
    const { page, faults, close } = await open({
      ...{ hash: 'view=proof&lang=zh&theme=dark', query: '?test=1&nowebgl&kiosk=1' },
    })
    await page.locator('.demo-button').first().waitFor({ state: 'attached' })
    const ways = 'button.verdict-link, button.chip-ledger'
    const offered = `.demo-button, .timeline button, .speeds button, .header-buttons button, ${ways}`
    const shown = await page.locator(offered).filter({ visible: true }).allTextContents()
    expect(shown).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
})

describe('the engine room', () => {
  it('shows topics, latency and tasks; K, held, stops the processor, and the stage says that every number equals the truth', async () => {
    const { page, faults, close } = await open()
    await show(page, 'KeyE')
    await page.locator('.topics tbody tr').first().waitFor()
    expect(await textOf(page.locator('.topics tbody'))).toContain('city.kpi-partial')
    await until(page, `document.querySelectorAll('.latency-bars rect').length === 11`)
    await page.getByRole('button', { name: '归属' }).click()
    expect(await textOf(page.locator('.grid-owners'))).toBe('A processor-1 · 72 个任务')
    await page.keyboard.press('KeyK')
    const card = page.locator('.stage')
    expect(await textOf(card)).toMatch(/^按住 K：/)
    await page.keyboard.press('KeyK', { delay: 800 })
    await until(
      page,
      `/ 秒追平，[\\d,]+ 个数全部与真值一致/.test(document.querySelector('.stage')?.textContent)`,
    )
    expect(await textOf(card)).toContain('processor-2，停止')
    await until(page, `document.querySelector('.grid-owners').textContent.includes('processor-2')`)
    expect(await accessibilityFaults(page)).toEqual([])
    await card.getByRole('button').click()
    expect(await card.count()).toBe(0)
    expect(faults).toEqual([])
    await close()
  })
})

describe('a number’s lineage', () => {
  it('shows the newest window and the day apart, each with its own span', async () => {
    const { page, close } = await open({ hash: 'lang=zh&n=engineering' })
    await page.locator('.tile', { hasText: '今日办件' }).click()
    const drawer = page.locator('dialog.drawer')
    await drawer.locator('.equation').nth(1).waitFor()
    const spans = await drawer.locator('dd', { hasText: ' – ' }).allTextContents()
    const minutes = spans.map((span) => {
      const [from, to] = span.match(/\d\d:\d\d:\d\d/g)!.map((t) => Date.parse(`1970-01-01T${t}Z`))
      return (to - from) / 60_000
    })
    expect(minutes[0]).toBe(1)
    expect(minutes[1]).toBeGreaterThan(5)
    await close()
  })

  it('goes down to the partitions’ parts and to raw events with topic, partition and offset', async () => {
    const { page, close } = await open()
    await page.locator('.tile').first().click()
    const drawer = page.locator('dialog.drawer')
    await drawer.locator('.parts tbody tr').first().waitFor()
    expect(await drawer.locator('.parts tbody tr').count()).toBe(12)
    expect(await textOf(drawer.locator('.parts caption'))).toMatch(/^✓/)
    expect(await textOf(drawer.locator('.formula b'))).toContain('÷ 规划数')
    expect(await drawer.locator('.parts .is-shown').count()).toBe(1)
    await drawer.locator('.parts button').nth(7).click()
    const events = drawer.locator('.raw summary')
    await drawer.locator('h3', { hasText: '分区 7 的原始事件' }).waitFor()
    expect(await textOf(events.first())).toMatch(/city\.\S+ · 分区 7 · 偏移 918233$/)
    await events.first().click()
    expect(JSON.parse(await textOf(drawer.locator('.raw pre').first()))).toMatchObject({ seq: 57 })
    expect(await accessibilityFaults(page)).toEqual([])
    await close()
  })
})
