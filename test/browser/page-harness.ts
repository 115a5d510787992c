// Opens the page in a real browser and notes everything that must not happen while it is open.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const READY_MS = 60_000

/** Rules that axe counts as good practice or as new: a page of many panels needs the first, who speaks to it the second. */
const BESIDES =
  "'landmark-unique': { enabled: true }, 'label-content-name-mismatch': { enabled: true }"

export type OpenPage = {
  page: Page
  /** Console errors, page errors, failed requests and requests to other hosts, as they come. */
  faults: string[]
  /** Addresses of all requests over http, as they come. */
  asked: string[]
  close(): Promise<void>
}

export type Opening = {
  browser: Browser
  url: string
  query?: string
  hash?: string
  width?: number
  height?: number
  context?: BrowserContextOptions
  /** Wait until the map is drawn. */
  ready?: boolean
  /** Called before it goes anywhere. */
  onPage?(page: Page): Promise<void>
}

/** A page at 1366 × 768 in test mode; `hash` such as `lang=zh&theme=dark`. */
export async function openPage(opening: Opening): Promise<OpenPage> {
  const { browser, url, query = '?test=1', hash = 'lang=zh&theme=dark' } = opening
  const viewport = { width: opening.width ?? 1366, height: opening.height ?? 768 }
  const context = await browser.newContext({ viewport, locale: 'zh-CN', ...opening.context })
  const page = await context.newPage()
  const faults: string[] = []
  const asked: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error')
      faults.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`))
  page.on('request', (request) => {
    const address = request.url()
    const isLocal = address.startsWith('blob:') || address.startsWith('data:')
    if (!isLocal) asked.push(address)
    if (!isLocal && !address.startsWith(url)) faults.push(`request to another host: ${address}`)
  })
  page.on('requestfailed', (request) => faults.push(`request failed: ${request.url()}`))
  await opening.onPage?.(page)
  await page.goto(`${url}${query}#${hash}`)
  if (opening.ready ?? true) await waitReady(page)
  return { page, faults, asked, close: () => context.close() }
}

/**
 * Until `expression` is true in the page. Asked again and again from here: a predicate that lives in the page would be
 * eval to its content security policy.
 */
export async function until(page: Page, expression: string, withinMs = READY_MS): Promise<void> {
  const start = performance.now()
  while (!(await page.evaluate(expression))) {
    if (performance.now() - start > withinMs) {
      const stage = await page.evaluate(`document.querySelector('.stage')?.textContent`)
      throw new Error(`page: not within ${withinMs} ms: ${expression}; its stage says: ${stage}`)
    }
    await page.waitForTimeout(50)
  }
}

/** Until the map was idle with a snapshot drawn. */
export const waitReady = (page: Page): Promise<void> =>
  until(page, 'window.__huacheng?.ready === true')

export const textOf = async (locator: Locator): Promise<string> =>
  (await locator.textContent()) ?? ''

export type Counters = Record<
  | 'assets'
  | 'drawn'
  | 'readings'
  | 'snapshots'
  | 'deltas'
  | 'pulses'
  | 'frames'
  | 'renders'
  | 'reconnects'
  | 'components',
  number
>

export const counters = (page: Page): Promise<Counters> =>
  page.evaluate('window.__huacheng.counters()') as Promise<Counters>

/** Where an asset stands: longitude and latitude. */
export const placeOf = (page: Page, asset: number): Promise<[number, number]> =>
  page.evaluate(`window.__huacheng.placeOf(${asset})`) as Promise<[number, number]>

/** Where a place on the map is on the screen, px. */
export const onScreen = (page: Page, lon: number, lat: number): Promise<[number, number]> =>
  page.evaluate(`window.__huacheng.onScreen(${lon}, ${lat})`) as Promise<[number, number]>

/** Rules of WCAG 2.2 A and AA that the page breaks, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // A text that is just fading in has less contrast for half a second, and a live page always has one.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // Through the debugger's own world: the page's content security policy stays as it is.
  await page.evaluate(AXE)
  const run = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: { ${BESIDES} } })`
  const result = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[]
  }
  await page.emulateMedia({ reducedMotion: null })
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((n) => `${id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`),
  )
}

/** Elements whose content is wider than they are although they may not scroll, and a page that overflows. */
export function overflows(page: Page): Promise<string[]> {
  const script = `(() => {
    const found = []
    const root = document.documentElement
    if (root.scrollWidth > innerWidth) found.push('page: ' + root.scrollWidth + ' wide')
    if (root.scrollHeight > innerHeight) found.push('page: ' + root.scrollHeight + ' high')
    for (const selector of ['.header', '.kpi-row', '.timeline', '.tile-value', '.map-view', '.rail']) {
      for (const element of document.querySelectorAll(selector)) {
        if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
          found.push(selector + ': ' + element.scrollWidth + ' in ' + element.clientWidth)
        }
      }
    }
    return found
  })()`
  return page.evaluate(script) as Promise<string[]>
}
