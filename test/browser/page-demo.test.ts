// The page on the real city: `huacheng demo` in a process of its own, a real browser, nothing invented in between.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  keepRunning,
  movedWithoutNews,
  notesOf,
  openObserved,
  scriptMs,
} from '../bench/page/observed-page.ts'
import { wireLines } from '../bench/page/wire-book.ts'
import { launchBrowser } from './chrome.ts'
import { type Demo, START_MS, startDemo } from './demo.ts'
import { heldFunctions } from './heap-count.ts'
import { counters, openPage, overflows, textOf, until, waitReady } from './page-harness.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Screenshots for people; not in version control. */
const ARTIFACTS = join(ROOT, 'artifacts')

/** Bytes until the map is idle: 700 kB less what the map's workers load, which is not seen here. */
const WIRE_BUDGET = 690_000
/** What a browser's own measure rounds to 0. */
const STEADY = 0.001
/** Of the map in one picture, at least: each of its layers in each of its tiles. */
const MAP_PARTS = 20
/** Of a function of each of the legend's few rows, with what a collection has not got to. */
const MOST_HELD = 60
const DRAWN_MS = 35_000
const CALM_MS = 5_000
const COUNTED_MS = 10_000
/** Components a second. */
const MOST_DRAWN = 100

let browser: Browser
let demo: Demo
let url: string

beforeAll(async () => {
  mkdirSync(ARTIFACTS, { recursive: true })
  ;[demo, browser] = await Promise.all([startDemo(), launchBrowser()])
  url = demo.url
}, START_MS)

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(async () => {
  await browser?.close()
  demo?.stop()
})

describe('page on the real city', () => {
  it('is drawn within 700 kB, and nothing on it moves meanwhile', async () => {
    const { page, debug, book } = await openObserved({ browser, url, slowdown: 1 })
    await until(page, 'window.__huacheng?.idleMs > 0')
    const idleAt = (await page.evaluate(
      'performance.timeOrigin + window.__huacheng.idleMs',
    )) as number
    const rows = book.rows(idleAt)
    const sum = (list: typeof rows) => list.reduce((bytes, row) => bytes + row.bytes, 0)
    for (const line of wireLines(rows, sum(rows))) console.log(line)
    // How many readings come meanwhile is the machine's affair.
    const ofLoad = rows.filter(({ what }) => !what.startsWith('socket: agg'))
    const names = ofLoad.map(({ what }) => what)
    expect(names).toEqual(expect.arrayContaining(['/api/city', 'socket: outline, packed']))
    expect(sum(ofLoad), wireLines(ofLoad, sum(ofLoad)).join('\n')).toBeLessThan(WIRE_BUDGET)
    await waitReady(page)
    await keepRunning(page)
    const [{ pulses }, before] = [await counters(page), await scriptMs(debug)]
    await until(page, `window.__huacheng.counters().pulses > ${pulses} + 5000`)
    const [drawn, script] = [(await counters(page)).pulses - pulses, await scriptMs(debug)]
    console.log(`script per 5000 changes: ${((5000 * (script - before)) / drawn).toFixed(1)} ms`)
    const moved = movedWithoutNews(await notesOf(page))
    const shift = moved.reduce((total, { value }) => total + value, 0)
    console.log(`layout shift ${shift.toFixed(5)}`)
    expect(shift, moved.map(({ text }) => text).join('\n')).toBeLessThan(STEADY)
  })

  it('keeps nothing of what it drew before', async () => {
    const { page, debug, close } = await openObserved({ browser, url, slowdown: 1 })
    await waitReady(page)
    await keepRunning(page)
    // Unfolded, the legend's rows are drawn several times a second, a function for each.
    await page.locator('.legend summary').click()
    await page.waitForTimeout(DRAWN_MS)
    expect(await heldFunctions(debug, 'onToggle')).toBeLessThan(MOST_HELD)
    await close()
  })

  it('draws anew what reads otherwise, not what a message might have changed', async () => {
    const { page, close } = await openObserved({ browser, url, slowdown: 1 })
    await waitReady(page)
    await keepRunning(page)
    await page.waitForTimeout(CALM_MS)
    const before = await counters(page)
    await page.waitForTimeout(COUNTED_MS)
    const after = await counters(page)
    const perSecond = (1000 * (after.components - before.components)) / COUNTED_MS
    console.log(`components drawn a second: ${perSecond.toFixed(0)}`)
    expect(after.pulses).toBeGreaterThan(before.pulses)
    expect(perSecond).toBeLessThan(MOST_DRAWN)
    await close()
  })

  it('draws assets that changed without drawing the map again', async () => {
    const { page, close } = await openObserved({ browser, url, slowdown: 1 })
    // The map draws by indices, the layer of assets without.
    await page.addInitScript(`(() => {
      const { prototype } = WebGL2RenderingContext
      const draw = prototype.drawElements
      window.__drawnByMap = 0
      prototype.drawElements = function (...all) {
        window.__drawnByMap++
        return draw.apply(this, all)
      }
    })()`)
    await page.reload()
    await waitReady(page)
    await keepRunning(page)
    await page.waitForTimeout(CALM_MS)
    const drawn = async () => ({
      ...(await counters(page)),
      byMap: (await page.evaluate('window.__drawnByMap')) as number,
    })
    const before = await drawn()
    await page.waitForTimeout(COUNTED_MS)
    const after = await drawn()
    const renders = after.renders - before.renders
    console.log(`drawn ${renders} times, by the map: ${after.byMap - before.byMap} parts`)
    expect(before.byMap).toBeGreaterThan(MAP_PARTS)
    expect(renders).toBeGreaterThan(3)
    expect((after.byMap - before.byMap) / renders).toBeLessThan(MAP_PARTS / 2)
    await close()
  })

  it('shows a full, moving, balanced city and asks no other host', async () => {
    const { page, faults } = await openPage({ browser, url })
    await until(page, 'window.__huacheng.counters().readings >= 10')
    const first = await counters(page)
    expect(first.assets).toBeGreaterThan(100_000)
    expect(first.drawn).toBeGreaterThan(100_000)
    await until(page, `window.__huacheng.counters().pulses > ${first.pulses} + 1000`)
    await until(page, `/^账平 ✓ /.test(document.querySelector('.chip-ledger').textContent)`)
    await until(
      page,
      `[...document.querySelectorAll('.tile-value')].filter((e) => /^[\\d,.]+/.test(e.textContent)).length >= 6`,
    )
    expect(await textOf(page.locator('.badge'))).toContain('模拟数据')
    // What load/event-to-pixel.ts reads: nothing until it is asked for, then every delta from its event on.
    const drawn = `performance.getEntriesByName('delta-drawn')`
    expect(await page.evaluate(`${drawn}.length`)).toBe(0)
    await page.evaluate('window.__huacheng.markDeltas()')
    await until(page, `${drawn}.some(({ detail }) => detail.told >= detail.sent)`)
    expect(faults).toEqual([])
  })

  it('lists every plan target with its rule and origin', async () => {
    const { page } = await openPage({ browser, url })
    await page.keyboard.press('KeyP')
    await page.locator('.plan-table .grade').first().waitFor()
    const grades = await page.locator('.plan-table .grade').allTextContents()
    expect(grades.filter((g) => g === '官方目标').length).toBe(13)
    for (const rule of await page.locator('.plan-rule').allTextContents()) {
      expect(rule.length).toBeGreaterThan(3)
    }
  })

  it('opens an asset with the exact text of its newest event', async () => {
    const { page, faults } = await openPage({ browser, url, hash: 'd=440104&lang=zh&theme=dark' })
    const box = (await page.locator('.maplibregl-canvas').boundingBox())!
    const inspector = page.locator('.inspector')
    for (let k = 0; k < 60 && (await inspector.count()) === 0; k++) {
      const [dx, dy] = [(k % 10) * 9, Math.floor(k / 10) * 9]
      await page.mouse.click(box.x + box.width * 0.55 + dx, box.y + box.height * 0.5 + dy)
    }
    await inspector.locator('.raw summary').click()
    const id = await textOf(inspector.locator('h2 small'))
    const event = JSON.parse(await textOf(inspector.locator('pre')))
    expect(event.subject).toBe(id)
    expect(event.id).toBe(`${id}:${event.seq}`)
    expect(faults).toEqual([])
  })

  const views = [
    { width: 1366, height: 768, hash: 'lang=zh&theme=dark' },
    { width: 1920, height: 1080, hash: 'lang=zh&theme=dark' },
    { width: 1366, height: 768, hash: 'lang=en&theme=light' },
    { width: 1920, height: 1080, hash: 'lang=en&theme=light' },
  ]
  for (const { width, height, hash } of views) {
    it(`fits ${width} × ${height} with ${hash}`, async () => {
      const { page, faults } = await openPage({ browser, url, width, height, hash })
      await until(page, 'window.__huacheng.counters().readings >= 10')
      expect(await overflows(page)).toEqual([])
      const name = `page-${width}x${height}-${hash.replace(/[^a-z]+/g, '-')}.png`
      await page.screenshot({ path: join(ARTIFACTS, name) })
      expect(faults).toEqual([])
    })
  }
})

describe('what a presenter does to the real city', () => {
  it('kills the processor, and no cell differs afterwards', async () => {
    const { page, faults } = await openPage({ browser, url })
    await until(page, 'window.__huacheng.counters().readings >= 10')
    await page.keyboard.press('KeyE')
    await page.locator('.topics tbody tr').first().waitFor()
    await page.keyboard.press('KeyK', { delay: 800 })
    await until(
      page,
      `/ 秒追平，[\\d,]+ 个数全部与真值一致/.test(document.querySelector('.stage')?.textContent)`,
    )
    expect(await textOf(page.locator('.stage'))).toContain('processor-2，停止')
    await until(page, `document.querySelectorAll('.latency-bars rect').length === 11`)
    await page.screenshot({ path: join(ARTIFACTS, 'engine-room-after-kill.png') })
    await page.keyboard.press('KeyV')
    await page.locator('.truth-grid tbody tr').first().waitFor()
    expect(await textOf(page.locator('.truth-verdict'))).toMatch(/，0 不同$/)
    expect(await textOf(page.locator('.verdict'))).toContain('账平')
    expect(faults).toEqual([])
  })

  it('shows the parts and raw events behind a number', async () => {
    const { page } = await openPage({ browser, url })
    await page.locator('.tile').nth(2).click()
    const drawer = page.locator('dialog.drawer')
    await drawer.locator('.parts caption').waitFor()
    expect(await textOf(drawer.locator('.parts caption'))).toMatch(/^✓ 合计等于终值/)
    await drawer.locator('.raw summary').first().click()
    const event = JSON.parse(await textOf(drawer.locator('.raw pre').first()))
    expect(event.id).toBe(`${event.subject}:${event.seq}`)
  })

  it('steals one event: the account names that very one, every page says when, and giving it back ends it', async () => {
    const { page } = await openPage({ browser, url })
    await page.keyboard.press('KeyV')
    await page.locator('.demo-button', { hasText: '偷走' }).click()
    await page.locator('.chip-broken').waitFor()
    await until(page, `document.querySelector('.stage').textContent.includes('后指认为同一条')`)
    const told = await textOf(page.locator('.stage ol'))
    const [, asset, seq] = /(\S+-\d{6}-(?:\d{5}|[a-z-]+)) 少了它的第 (\d+) 条/.exec(told)!
    // The account names the event with its next figures, of which the page shows two a second.
    await page.locator('.chip-broken small', { hasText: `${asset} 第 ${seq} 条` }).waitFor()
    await page.locator('.breaks .missing', { hasText: `${asset} 第 ${seq} 条` }).waitFor()
    await page.screenshot({ path: join(ARTIFACTS, 'proof-after-theft.png') })

    const { page: later } = await openPage({ browser, url })
    await later.locator('.stage ol').waitFor()
    expect(await textOf(later.locator('.stage ol'))).toBe(told)
    await later.locator('.stage').getByRole('button', { name: '看缺在哪里' }).click()
    await later.locator('.inspector h2 small', { hasText: asset }).waitFor()

    await later.getByRole('button', { name: '补回' }).click()
    for (const each of [page, later]) {
      await until(
        each,
        `/补回 1 条，[\\d.]+ 秒后账平/.test(document.querySelector('.stage').textContent)`,
      )
      await until(
        each,
        `/^账平 ✓ .*补回 1$/.test(document.querySelector('.chip-ledger').textContent)`,
      )
    }
  })
})
