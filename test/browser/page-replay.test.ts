// The page over a recording: what it shows is what was recorded at that time, however one comes there.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { KpiReading } from '../../console/messages.ts'
import { timelineOf } from '../../replay/player/moves/moments.ts'
import { recordedFinals } from '../replay/player/readings-of.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, overflows, textOf, until } from './page-harness.ts'
import { shownReplay } from './shown-replay.ts'

const MINUTE_MS = 60_000
let browser: Browser
let replayed: Awaited<ReturnType<typeof shownReplay>>

beforeAll(async () => {
  browser = await launchBrowser()
  replayed = await shownReplay(15)
}, 120_000)
beforeEach(async () => {
  const { from } = replayed.replay.span
  await replayed.replay.seek({ time: from + 8 * MINUTE_MS, hold: true, loop: null })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await replayed?.close()
})

const from = () => replayed.replay.span.from
/** Minutes and seconds of the city's clock, as the header has it. */
const clockOf = (page: Page) => textOf(page.locator('.sim-time'))
const clockText = (time: number) => new Date(time + 8 * 60 * MINUTE_MS).toISOString().slice(11, 19)
const shows = (page: Page, time: number) =>
  until(page, `document.querySelector('.sim-time').textContent === '${clockText(time)}'`, 20_000)
const atAddress = (page: Page) => new URL(page.url()).searchParams.get('at')

/** The newest final of a KPI whose window had ended, and its lateness passed, by `time`. */
async function recordedAt(kpi: string, time: number): Promise<KpiReading> {
  const { allowedLateness } = replayed.replay.run.book.descriptor
  const finals = Object.values(await recordedFinals(replayed.recording)).map(
    (text) => JSON.parse(text) as KpiReading,
  )
  const ended = finals.filter(
    (r) =>
      r.kpi === kpi &&
      r.window.kind === 'window' &&
      Date.parse(r.window.end) + allowedLateness <= time,
  )
  return ended.sort((a, b) => (a.window.end < b.window.end ? -1 : 1)).at(-1)!
}

/** Of the first tile. */
function firstKpi(): string {
  const { declarations } = replayed.replay.run.book.descriptor
  for (const [domain, { measures }] of Object.entries(declarations)) {
    const first = measures.find(({ headline }) => headline === 1)
    if (first) return `${domain}.${first.name}`
  }
  throw new Error('no measure is the first, expected one')
}

async function servedNewest(kpi: string): Promise<KpiReading> {
  const all = (await (await fetch(`${replayed.url}/api/kpis`)).json()) as KpiReading[]
  return all.find((r) => r.kpi === kpi && r.window.kind === 'window')!
}

/** What the server has to say of a KPI at the page's own origin. */
const servedFinal = async (kpi: string): Promise<KpiReading> => {
  const response = await fetch(`${replayed.url}/api/kpis/${kpi}/history?last=1`)
  return ((await response.json()) as KpiReading[])[0]
}

it('says that it is a replay, and after a drag shows the readings that were recorded by then', async () => {
  const { page, faults } = await openPage({ browser, url: replayed.url })
  expect(await page.locator('.badge').getAttribute('class')).toContain('is-still')
  await shows(page, from() + 8 * MINUTE_MS)
  expect(atAddress(page)).toBe(new Date(from() + 8 * MINUTE_MS).toISOString())
  const track = page.getByRole('slider', { name: '录像时间' })
  const box = (await track.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 10, { steps: 4 })
  expect(await textOf(page.locator('.replay-draft'))).toMatch(/^\d\d:\d\d:\d\d$/)
  await page.mouse.up()
  await until(
    page,
    `new URL(location.href).searchParams.get('at') !== '${new Date(from() + 8 * MINUTE_MS).toISOString()}'`,
  )
  const time = replayed.replay.world.time
  expect(Math.abs(time - (from() + 0.75 * 15 * MINUTE_MS))).toBeLessThan(15_000)
  await shows(page, time)
  const kpi = firstKpi()
  const recorded = await recordedAt(kpi, time)
  expect(await servedFinal(kpi)).toEqual(recorded)
  // The tile has the newest reading, which may be of the window that is open.
  const { value } = Object.values((await servedNewest(kpi)).scopes)[0]
  await until(
    page,
    `document.querySelector('.tile-value').textContent.startsWith('${(100 * value!).toFixed(1)}')`,
  )
  expect(faults.filter((fault) => !fault.includes('/live'))).toEqual([])
})

it('goes an event, a window and to an incident by its keys, and takes none from the page', async () => {
  const { page } = await openPage({ browser, url: replayed.url })
  await page.keyboard.press('KeyC')
  await shows(page, from() + 9 * MINUTE_MS)
  await page.keyboard.press('Comma')
  await until(
    page,
    `new URL(location.href).searchParams.get('at') > '${new Date(from() + 9 * MINUTE_MS).toISOString()}'`,
  )
  expect(replayed.replay.world.player.playedTo).toBeGreaterThan(from() + 9 * MINUTE_MS)
  await page.keyboard.press('KeyZ')
  await until(
    page,
    `new URL(location.href).searchParams.get('at') === '${new Date(from() + 9 * MINUTE_MS).toISOString()}'`,
  )
  await page.keyboard.press('Shift+KeyH')
  const { moments } = await timelineOf(replayed.replay.run, replayed.replay.span)
  const before = moments.filter(({ at }) => at <= from() + 9 * MINUTE_MS - 10_000).at(-1)!
  await shows(page, Math.ceil(before.at / 10_000) * 10_000)
  await page.locator('.incidents li').first().waitFor()
  await page.keyboard.press('Slash')
  await page.locator('dialog.search input').pressSequentially('ch')
  expect(await page.locator('dialog.search input').inputValue()).toBe('ch')
})

it('loops, and a link leads to its moment', async () => {
  const { page } = await openPage({ browser, url: replayed.url })
  const loop = page.getByRole('button', { name: '循环播放' })
  await page.keyboard.press('KeyO')
  await until(
    page,
    `document.querySelector('[aria-label="循环播放"]').getAttribute('aria-pressed') === 'true'`,
  )
  await loop.click()
  await until(
    page,
    `document.querySelector('[aria-label="循环播放"]').getAttribute('aria-pressed') === 'false'`,
  )
  const moment = new Date(from() + 3 * MINUTE_MS).toISOString()
  const other = await openPage({
    browser,
    url: replayed.url,
    query: `?test=1&at=${moment}`,
    hash: 'lang=en',
  })
  await shows(other.page, from() + 3 * MINUTE_MS)
  await shows(page, from() + 3 * MINUTE_MS)
  expect(await clockOf(other.page)).toBe(await clockOf(page))
  await other.page.getByRole('button', { name: 'Copy a link to this moment' }).click()
  await until(
    other.page,
    `/Link to|has the link/.test(document.querySelector('.speeds-note').textContent)`,
  )
  expect(atAddress(other.page)).toBe(moment)
})

it('breaks no rule of accessibility and does not overflow, wide and narrow', async () => {
  for (const [lang, theme, width, height] of [
    ['zh', 'light', 1366, 768],
    ['en', 'dark', 1366, 768],
    ['en', 'light', 390, 844],
  ] as const) {
    const hash = `lang=${lang}&theme=${theme}`
    const { page, close } = await openPage({ browser, url: replayed.url, hash, width, height })
    await page.locator('.replay-bars').waitFor({ state: 'attached' })
    expect(await accessibilityFaults(page)).toEqual([])
    expect((await overflows(page)).filter((it) => !/^page: \d+ high/.test(it))).toEqual([])
    await close()
  }
})
