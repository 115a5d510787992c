// Brings the page to one place after another and shows each in every theme and language.
import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { openPage, until, waitReady } from '../page-harness.ts'
import { ADDRESSES, CLOSED, MAP_PLACES, PLACES, type Place } from '../page-places.ts'

export type Size = { width: number; height: number }
export type Look = { lang: string; theme: string }
/** Takes what the page shows of a place, in one look. */
export type Taker = (page: Page, place: string, look: Look) => Promise<void>

export const SIZES: Size[] = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
]
const LOOKS: Look[] = ['zh', 'en'].flatMap((lang) =>
  ['dark', 'light'].map((theme) => ({ lang, theme })),
)
const STILL_MS = 150
/** Streets, names and every kind's shape are drawn from here on. */
const NEAR_ZOOM = 15
/** The numbers are there. */
const READ = '(window.__huacheng?.counters().readings ?? 0) >= 10'
/** Software that draws eight million pixels takes its time. */
const IDLE_MS = 240_000
const ESCAPES = 6
const TWIN = { state: 'attached', timeout: 12_000 } as const

const near: Place = {
  name: 'near',
  open: async (page) => {
    const place = (await page.evaluate('window.__huacheng.placeOf(0)')) as [number, number]
    await changeHash(page, { c: `${place.join(',')},${NEAR_ZOOM}` })
  },
  shows: '.near-names span',
}
const stage: Place = {
  name: 'stage',
  open: async (page) => {
    // It goes away by itself a while after its story is over.
    if ((await page.locator('.stage ol').count()) > 0) return
    await page.keyboard.press('KeyK', { delay: 800 })
    await until(page, "document.querySelectorAll('.stage .beat-done').length >= 2")
  },
  shows: '.stage ol',
}

export const PLACE_NAMES = [
  ...[...PLACES, near, ...MAP_PLACES, stage].map(({ name }) => name),
  ...[...ADDRESSES.map(({ name }) => name), 'trouble'],
]

export type Round = { browser: Browser; url: string; size: Size; wanted: Set<string>; take: Taker }

/** Every wanted place in this size. */
export async function goRound(round: Round): Promise<void> {
  await walkPlaces(round)
  for (const { name, path, query, shows } of ADDRESSES) {
    if (!round.wanted.has(name)) continue
    const page = await open(round, path, `?test=1&${query}`)
    await page.locator(shows).first().waitFor()
    await takeLooks(round, page, name)
  }
  if (round.wanted.has('trouble')) await showTrouble(round)
  if (!round.wanted.has(stage.name)) return
  const page = await open(round)
  await stage.open(page)
  await takeLooks(round, page, stage.name)
}

async function open({ browser, url, size }: Round, path = '', query = '?test=1'): Promise<Page> {
  for (const context of browser.contexts()) await context.close()
  const hash = 'lang=zh&theme=dark'
  const opening = { browser, url: `${url}${path}`, query, hash, ready: false, ...size }
  const opened = await openPage(opening)
  const hasMap = path === '' && !query.includes('nowebgl')
  if (hasMap) await until(opened.page, 'window.__huacheng?.ready === true', IDLE_MS)
  if (path === '') {
    await until(opened.page, READ)
    // It is asked for now and then; a city that needs none has none.
    await opened.page
      .locator('.twins tbody tr')
      .first()
      .waitFor(TWIN)
      .catch(() => {})
  }
  return opened.page
}

async function walkPlaces(round: Round): Promise<void> {
  const page = await open(round)
  const walk = async (places: Place[], before: () => Promise<void>) => {
    const names = places.map(({ name }) => round.wanted.has(name))
    for (const [i, { name, open, shows }] of places.entries()) {
      if (!names.slice(i).includes(true)) return
      await before()
      await open(page)
      await page.locator(shows).first().waitFor({ state: 'attached' })
      await stands(page)
      if (round.wanted.has(name)) await takeLooks(round, page, name)
      if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape')
      await until(page, CLOSED)
    }
  }
  await walk(PLACES, async () => {})
  await walk([near, ...MAP_PLACES], () => goHome(page))
}

/** The city as it is first seen. */
async function goHome(page: Page): Promise<void> {
  await stands(page)
  await page.keyboard.press('KeyM')
  for (let k = 0; k < ESCAPES; k++) await page.keyboard.press('Escape')
  if (await page.locator('.kpi-row.is-dense').count()) await page.keyboard.press('KeyN')
}

/** The server is gone, and what is on the screen is the last that is known. */
async function showTrouble(round: Round): Promise<void> {
  const page = await open(round)
  const sockets: WebSocketRoute[] = []
  let isGone = false
  await page.routeWebSocket(/\/live$/, (socket) => {
    if (isGone) {
      void socket.close()
      return
    }
    socket.connectToServer()
    sockets.push(socket)
  })
  await page.reload()
  await waitReady(page)
  await until(page, READ)
  isGone = true
  for (const socket of sockets) await socket.close()
  await page.locator('.chip-alarm').waitFor()
  await takeLooks(round, page, 'trouble')
}

async function takeLooks({ take }: Round, page: Page, name: string): Promise<void> {
  for (const look of LOOKS) {
    await changeHash(page, look)
    await stands(page)
    await take(page, name, look)
  }
  await changeHash(page, LOOKS[0])
  await stands(page)
}

/** Says something else in the address, as a hand would that edits it. */
async function changeHash(page: Page, parts: Record<string, string>): Promise<void> {
  await page.evaluate(`(() => {
    const parts = new URLSearchParams(location.hash.slice(1))
    for (const [name, value] of Object.entries(${JSON.stringify(parts)})) parts.set(name, value)
    location.hash = '#' + parts
  })()`)
}

/** Until nothing is drawn any more and nothing moves. */
async function stands(page: Page): Promise<void> {
  await until(
    page,
    `document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)`,
  )
  for (let before = -1; ; ) {
    const now = (await page.evaluate('window.__huacheng?.counters().renders ?? 0')) as number
    if (now === before) return
    before = now
    await page.waitForTimeout(STILL_MS)
  }
}
