// One page under observation: slowed as asked, its paints, layout shifts and long tasks noted from its first moment.
import type { Browser, CDPSession, Page } from 'playwright-core'
import { until } from '../../browser/page-harness.ts'
import type { CountingProxy } from './counting-proxy.ts'
import { WireBook, type WireRow } from './wire-book.ts'

const NOTES = `(() => {
  const notes = { shifted: [], long: [], paint: null }
  window.__notes = notes
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
  const isOff = (a, b) => Math.abs(a - b) > 1
  // What only got wider at one end, a number in its place, has not moved; nor what moved by a part of a pixel.
  const isMoved = ({ previousRect: a, currentRect: b }) =>
    isOff(a.top, b.top) || (isOff(a.left, b.left) && isOff(a.right, b.right))
  watch('layout-shift', (e) => {
    if (e.hadRecentInput || !e.sources.some(isMoved)) return
    const box = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join(' ')
    const names = e.sources.map(({ node, previousRect: a, currentRect: b }) => {
      const what = node && (node.className?.baseVal ?? (node.className || node.parentElement?.className || node.nodeName))
      return (what || '?') + ' [' + box(a) + ' to ' + box(b) + ']'
    })
    const what = names.join(', ')
    notes.shifted.push({ value: e.value, text: Math.round(e.startTime) + ' ms ' + e.value.toFixed(5) + ' ' + what })
  })
  watch('longtask', (e) => notes.long.push({ at: e.startTime, ms: e.duration }))
  watch('paint', (e) => { if (e.name === 'first-contentful-paint') notes.paint = e.startTime })
})()`

export type Notes = {
  /** Layout shifts, and what moved when. */
  shifted: { value: number; text: string }[]
  long: { at: number; ms: number }[]
  paint: number | null
}

/** What moved without news: an alert that opens pushes what is below it. */
export const movedWithoutNews = ({ shifted }: Notes): Notes['shifted'] =>
  shifted.filter(({ text }) => !text.includes('plan-summary'))

export type Observed = { page: Page; debug: CDPSession; book: WireBook; close(): Promise<void> }
export type Look = { browser: Browser; url: string; slowdown: number }

const LIMIT_MS = 120_000

export async function openObserved({ browser, url, slowdown }: Look): Promise<Observed> {
  const viewport = { width: 1366, height: 768 }
  const context = await browser.newContext({ viewport, locale: 'zh-CN' })
  const page = await context.newPage()
  const debug = await context.newCDPSession(page)
  await page.addInitScript(NOTES)
  await debug.send('Performance.enable')
  const book = await WireBook.of(debug)
  if (slowdown > 1) await debug.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  await page.goto(`${url}?test=1#lang=zh&theme=dark`, { waitUntil: 'commit' })
  return { page, debug, book, close: () => context.close() }
}

export const notesOf = (page: Page): Promise<Notes> =>
  page.evaluate('window.__notes') as Promise<Notes>

/** `paint` and `idle` in ms since the navigation; `bytes` to the browser until the map was idle, `allBytes` until all was there. */
export type Opened = {
  paint: number
  idle: number
  bytes: number
  all: number
  allBytes: number
  /** What `bytes` came to, by request and kind of message. */
  rows: WireRow[]
}

/** Opens the page once and waits until the map is idle, then until every asset is drawn as the server has it. */
export async function opened(look: Look, proxy: CountingProxy): Promise<Opened> {
  proxy.reset()
  const { page, book, close } = await openObserved(look)
  try {
    await until(page, 'window.__huacheng?.idleMs > 0', LIMIT_MS)
    const idle = (await page.evaluate('window.__huacheng.idleMs')) as number
    const idleAt = idle + ((await page.evaluate('performance.timeOrigin')) as number)
    const bytes = proxy.received(idleAt)
    const rows = book.rows(idleAt)
    await until(page, 'window.__huacheng.ready', LIMIT_MS)
    const allBytes = proxy.received()
    const all = (await page.evaluate('performance.now()')) as number
    const { paint } = await notesOf(page)
    return { paint: paint ?? Number.NaN, idle, bytes, all, allBytes, rows }
  } finally {
    await close()
  }
}

/** A machine that stood still pauses the run: it goes on. */
export async function keepRunning(page: Page): Promise<void> {
  const isStill = "document.querySelector('.chip-live.is-still') !== null"
  if (await page.evaluate(isStill)) await page.keyboard.press('Space')
  await until(page, `!(${isStill})`, LIMIT_MS)
}

/** ms of script since the page began. */
export async function scriptMs(debug: CDPSession): Promise<number> {
  const { metrics } = await debug.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN)
}

/** Bytes of script heap in use after a collection. */
export async function heapBytes(debug: CDPSession): Promise<number> {
  await debug.send('HeapProfiler.collectGarbage')
  return (await debug.send('Runtime.getHeapUsage')).usedSize
}
