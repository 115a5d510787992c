// The page over two recordings: each side's numbers are its own recording's at that time, and both maps look at the same place.
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { KpiReading, ReplayBeside, RunView } from '../../console/messages.ts'
import { quantityText } from '../../console/web/i18n/format.ts'
import { differenceText } from '../../console/web/ui/twin/deviations.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { recordedFinals } from '../replay/player/readings-of.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, overflows, textOf, until } from './page-harness.ts'
import { STRUCK, shownBeside } from './shown-beside.ts'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 20_000 }
let browser: Browser
let beside: Awaited<ReturnType<typeof shownBeside>>

beforeAll(async () => {
  browser = await launchBrowser()
  beside = await shownBeside(10)
}, 180_000)
beforeEach(async () => {
  await beside.replay.seek({ time: from() + 6 * MINUTE_MS, hold: true, loop: null })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await beside?.close()
})

const from = () => beside.replay.span.from
const SIDES = ['', 'b/'] as const
const clockText = (time: number) => new Date(time + 8 * 60 * MINUTE_MS).toISOString().slice(11, 19)
const shows = (page: Page, time: number) =>
  until(
    page,
    `document.querySelector('.beside .sim-time')?.textContent === '${clockText(time)}'`,
    30_000,
  )

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${beside.url}/${path}`)
  expect([path, response.status]).toEqual([path, 200])
  return (await response.json()) as T
}

/** Until the two are compared. */
async function compared(): Promise<NonNullable<ReplayBeside['differences']>> {
  for (let tries = 0; tries < 100; tries++) {
    const { differences } = await read<ReplayBeside>('api/replay/beside')
    if (differences) return differences
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('not compared within 10 s')
}

async function opened(hash?: string, size: { width?: number; height?: number } = {}) {
  const opened = await openPage({ browser, url: beside.url, hash, ready: false, ...size })
  await until(opened.page, `document.querySelectorAll('.beside-side canvas').length === 2`)
  await until(opened.page, `document.querySelectorAll('.beside-districts .is-other').length > 0`)
  return opened
}

/** Of one table, by the text of a row's head: A, B and the difference. */
const rowsOf = (page: Page, table: string) =>
  page.evaluate(`Object.fromEntries([...document.querySelectorAll('${table} tbody tr')].map(
    (row) => [...row.children].map((cell) => cell.textContent.trim())).map(([head, ...rest]) => [head, rest]))`) as Promise<
    Record<string, string[]>
  >

/** The final that a recording has of the window that ends at `end`. */
async function recordedFinal(recording: Recording, kpi: string, end: number): Promise<KpiReading> {
  const finals = Object.values(await recordedFinals(recording)).map(
    (text) => JSON.parse(text) as KpiReading,
  )
  const its = finals.find(
    (r) => r.kpi === kpi && r.window.kind === 'window' && Date.parse(r.window.end) === end,
  )
  return its!
}

it('says what is compared as it is described', async () => {
  const said = await compared()
  const { components } = await read<{ components: object }>('openapi.json')
  const $ref = '#/components/schemas/ReplayBeside'
  const validate = new Ajv2020({ strict: false }).compile({ $ref, components })
  const whole = await read<ReplayBeside>('api/replay/beside')
  expect(validate(whole) ? [] : validate.errors).toEqual([])
  expect(whole.differences).toEqual(said)
})

it('shows the numbers that each recording has at that time, and their difference, district by district', async () => {
  const { page, faults } = await opened()
  await shows(page, from() + 6 * MINUTE_MS)
  const kpi = 'traffic-signal.delay'
  const served = await Promise.all(
    SIDES.map((side) => read<KpiReading[]>(`${side}api/kpis/${kpi}/history?last=1`)),
  )
  const [a, b] = served.map(([final]) => final)
  const recorded = await Promise.all(
    [beside.struck, beside.calm].map((it) => recordedFinal(it, kpi, from() + 6 * MINUTE_MS)),
  )
  expect([a, b]).toEqual(recorded)
  const { scopes } = await read<RunView>('api/run')
  const rows = await rowsOf(page, '.beside-districts')
  expect(Object.keys(rows)).toEqual(scopes.map(({ name }) => name.zh))
  let others = 0
  for (const { code, name } of scopes) {
    const [inA, inB] = [a, b].map((reading) => reading.scopes[code]?.value ?? null)
    const text = (value: number | null) => (value === null ? '无' : quantityText(value, 's', 'zh'))
    const by = inA! - inB!
    const difference = by === 0 ? '相同' : differenceText(by, 's', 'zh', '')
    expect([name.zh, rows[name.zh]]).toEqual([name.zh, [text(inA), text(inB), difference]])
    if (by !== 0) others++
  }
  expect(others).toBeGreaterThan(0)
  // The power failed in one district only.
  expect(rows[scopes.find(({ code }) => code === STRUCK)!.name.zh][2]).not.toBe('相同')
  expect(others).toBeLessThan(scopes.length)
  expect(faults).toEqual([])
})

it('says what the two are, that all is simulated, and where they first differ', async () => {
  const { first, lanes, differingLanes, cells, differingCells } = await compared()
  const { page } = await opened('lang=en&theme=light')
  const captions = await page.locator('.beside-caption').allTextContents()
  const { run, digest } = await read<RunView>('b/api/run')
  expect(captions[0]).toContain('power-loss')
  expect(captions[1]).toContain('calm')
  expect(captions[1]).toContain(`${run.slice(0, 10)} digest ${digest.slice(0, 8)}`)
  expect(await textOf(page.locator('.badge'))).toContain('SIMULATED')
  await until(page, `/First difference/.test(document.querySelector('.beside-notes').textContent)`)
  expect(await textOf(page.locator('.beside-notes p').first())).toBe(
    `First difference ${clockText(first!.time!)} (${first!.lane}, ${first!.key}); ${differingLanes} of ${lanes} ` +
      `topic-partitions and ${differingCells.toLocaleString('en')} of ${cells.toLocaleString('en')} final cells differ`,
  )
  expect(await page.locator('.beside-first').count()).toBe(1)
})

it('goes to the first difference and on to windows that differ, both sides at the same time', async () => {
  const { first, windows } = await compared()
  const { page } = await opened()
  const isAt = async (time: number) => {
    await shows(page, time)
    const clocks = await Promise.all(SIDES.map((side) => read<RunView>(`${side}api/run`)))
    expect(clocks.map(({ clock }) => [clock.status, clock.simAnchor])).toEqual([
      ['paused', time],
      ['paused', time],
    ])
  }
  await page.getByRole('button', { name: '到首个差异' }).click()
  await isAt(first!.at)
  await page.keyboard.press('KeyU')
  const next = windows.find(({ at }) => at > first!.at)!
  await isAt(next.at)
  await page.keyboard.press('KeyU')
  await isAt(windows[windows.indexOf(next) + 1].at)
  await page.keyboard.press('Shift+KeyU')
  await isAt(next.at)
  await page.keyboard.press('KeyJ')
  await isAt(first!.at)
})

it('plays, pauses and steps both by one bar', async () => {
  const { page } = await opened()
  await shows(page, from() + 6 * MINUTE_MS)
  await page.keyboard.press('KeyC')
  await shows(page, from() + 7 * MINUTE_MS)
  const clocks = await Promise.all(SIDES.map((side) => read<RunView>(`${side}api/run`)))
  expect(new Set(clocks.map(({ clock }) => clock.simAnchor)).size).toBe(1)
  await page.keyboard.press('Space')
  await until(page, `document.querySelector('.play').textContent === '❚❚'`)
  await page.locator('.speeds select').selectOption('30')
  await until(
    page,
    `document.querySelector('.sim-time').textContent > '${clockText(from() + 7.5 * MINUTE_MS)}'`,
  )
  await page.keyboard.press('Space')
  await until(page, `document.querySelector('.play').textContent === '▶'`)
  const { world, besideWorld } = beside.replay
  await expect
    .poll(() => new Set([world, besideWorld!].map(({ player }) => player.playedTo)).size, PATIENT)
    .toBe(1)
})

it('keeps both maps at the same place, whichever is moved, and a district is chosen for both', async () => {
  const { page } = await opened()
  const bounds = () => page.evaluate('window.__huacheng.mapBounds()') as Promise<number[]>
  const scales = async () => page.locator('.maplibregl-ctrl-scale').allTextContents()
  const first = await bounds()
  await page.locator('.is-B .maplibregl-canvas').hover()
  await page.mouse.wheel(0, -600)
  await until(page, `window.__huacheng.mapBounds()[0] > ${first[0] + 0.05}`)
  await expect.poll(async () => new Set(await scales()).size, PATIENT).toBe(1)
  const name = '天河区'
  const button = page.locator('.beside-districts').getByRole('button', { name })
  await button.focus()
  await page.keyboard.press('Enter')
  await until(page, `document.querySelector('.beside-numbers h2').textContent.includes('${name}')`)
  await expect.poll(async () => new Set(await scales()).size, PATIENT).toBe(1)
  expect(await button.getAttribute('aria-pressed')).toBe('true')
  const rows = await rowsOf(page, '.beside-kpis')
  expect(Object.keys(rows).length).toBe(6)
  await page.keyboard.press('KeyN')
  await until(page, `document.querySelectorAll('.beside-kpis tbody tr').length > 6`)
  // Views of a live page are not here.
  await page.keyboard.press('KeyP')
  expect(new URL(page.url()).hash).not.toContain('view=')
})

it('breaks no rule of accessibility and does not overflow, in both themes and languages', async () => {
  const { page } = await opened('lang=zh&theme=dark')
  await page.locator('.replay-bars').waitFor({ state: 'attached' })
  const root = () =>
    page.evaluate('[document.documentElement.lang, document.documentElement.dataset.theme].join()')
  for (const [key, shown] of [
    [null, 'zh-CN,dark'],
    ['KeyT', 'zh-CN,light'],
    ['KeyG', 'en,light'],
    ['KeyT', 'en,dark'],
  ] as const) {
    if (key) await page.keyboard.press(key)
    expect(await root()).toBe(shown)
    expect([shown, await accessibilityFaults(page)]).toEqual([shown, []])
    expect([shown, await overflows(page)]).toEqual([shown, []])
  }
  await page.keyboard.press('Shift+Slash')
  await page.locator('dialog.help[open]').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 1920, height: 1080 })
  expect(await overflows(page)).toEqual([])
}, 180_000)
