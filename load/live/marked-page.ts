// A page in a real browser that notes when it received, applied and drew each delta.
import type { Browser, Page } from 'playwright-core'
import type { PageMark } from './way-to-pixel.ts'

const READY_MS = 120_000
const LOOK_MS = 100

/** Before the page's own listeners: when each binary message came, under the three times at its end. */
const NOTE_ARRIVALS = `(() => {
  const Real = WebSocket
  window.__arrivals = new Map()
  const note = ({ data }) => {
    if (!(data instanceof ArrayBuffer) || new DataView(data).getUint8(1) !== 1) return
    const key = new DataView(data, data.byteLength - 24)
    const times = [0, 8, 16].map((at) => key.getFloat64(at, true)).join(' ')
    if (!window.__arrivals.has(times)) window.__arrivals.set(times, performance.now())
  }
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args)
      this.addEventListener('message', note)
    }
  }
})()`

/** Takes the marks out of the page; each delta once it is drawn. */
const TAKE = `(() => {
  const { timeOrigin } = performance
  const keyOf = ({ detail: { sent, told, forwarded } }) => [sent, told, forwarded].join(' ')
  const applied = (window.__applied ??= new Map())
  for (const mark of performance.getEntriesByName('delta-applied')) applied.set(keyOf(mark), mark.startTime)
  const drawn = performance.getEntriesByName('delta-drawn')
  performance.clearMarks()
  return drawn.flatMap((mark) => {
    const key = keyOf(mark)
    const times = [window.__arrivals.get(key), applied.get(key), mark.startTime]
    window.__arrivals.delete(key)
    applied.delete(key)
    if (times.includes(undefined)) return []
    const [received, app, draw] = times.map((at) => timeOrigin + at)
    return [{ ...mark.detail, received, applied: app, drawn: draw }]
  })
})()`

/** How far the page's clock is from the machine's, ms, and the smallest step that it shows. */
const CLOCK = `(() => {
  const off = []
  const steps = []
  for (let i = 0, last = performance.now(); i < 2000; i++) {
    const now = performance.now()
    off.push(Date.now() - performance.timeOrigin - now)
    if (now > last) steps.push(now - last)
    last = now
  }
  off.sort((a, b) => a - b)
  return { off: off[off.length - 1], step: steps.length > 0 ? Math.min(...steps) : 0 }
})()`

export type PageClock = { off: number; step: number }

export class MarkedPage {
  readonly #page: Page

  private constructor(page: Page) {
    this.#page = page
  }

  /** Resolves when the map stands and marks are made; `url` of a console. */
  static async open(browser: Browser, url: string): Promise<MarkedPage> {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    page.on('pageerror', (error) => console.error(`page: ${error.message}`))
    await page.addInitScript(NOTE_ARRIVALS)
    await page.goto(new URL('?test=1', url).href)
    for (let waited = 0; ; waited += LOOK_MS) {
      if (await page.evaluate('window.__huacheng?.ready === true')) break
      if (waited > READY_MS) throw new Error(`page: no map within ${READY_MS / 1000} s`)
      await page.waitForTimeout(LOOK_MS)
    }
    await page.evaluate('window.__huacheng.markDeltas()')
    return new MarkedPage(page)
  }

  take(): Promise<PageMark[]> {
    return this.#page.evaluate(TAKE)
  }

  clock(): Promise<PageClock> {
    return this.#page.evaluate(CLOCK)
  }
}
