// Prints every budget of the page beside what it costs: `npm run budgets [-- --loads 5 --live-seconds 60 --heap-minutes 10]`;
// `--gl vulkan` or `gl-egl` draws with the machine's graphics card, which software draws for otherwise.
// Exit 1 when bytes or layout are over; timings are marked, for they depend on what else the machine does.
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { builtSizes, isOwnScript, sizeOf } from '../browser/built-page.ts'
import { launchBrowser } from '../browser/chrome.ts'
import { startDemo } from '../browser/demo.ts'
import { type Counters, waitReady } from '../browser/page-harness.ts'
import { type Budget, isOver, machineLine, tableOf } from './page/budget-table.ts'
import { type CountingProxy, startCountingProxy } from './page/counting-proxy.ts'
import {
  heapBytes,
  keepRunning,
  movedWithoutNews,
  notesOf,
  type Opened,
  opened,
  openObserved,
  scriptMs,
} from './page/observed-page.ts'
import { wireLines } from './page/wire-book.ts'

const SLOW = 4
const LONG_MS = 100
const CHANGES = 5_000
const KB = 1000
const MB = 1_000_000
/** What only happens once (code compiled, caches filled) is over by then. */
const SETTLED_MS = 60_000

const { values: asked } = parseArgs({
  options: {
    loads: { type: 'string', default: '5' },
    'live-seconds': { type: 'string', default: '60' },
    'heap-minutes': { type: 'string', default: '10' },
    slowdown: { type: 'string', default: String(SLOW) },
    gl: { type: 'string', default: 'swiftshader' },
  },
})
const numberOf = (name: keyof typeof asked): number => Number(asked[name])

function bytesOfFiles(): Budget[] {
  const sizes = builtSizes()
  const kb = (bytes: number) => [bytes / KB]
  const own = kb(sizeOf(sizes, isOwnScript))
  const page = kb(sizeOf(sizes, () => true))
  return [
    { name: 'own script, brotli', unit: 'kB', limit: 90, values: own, isFact: true },
    { name: 'built page, brotli', unit: 'kB', limit: 480, values: page, isFact: true },
  ]
}

async function loads(
  browser: Browser,
  proxy: CountingProxy,
): Promise<{ budgets: Budget[]; wire: string[] }> {
  const url = `http://127.0.0.1:${proxy.port}/`
  const fast: Opened[] = []
  const slow: Opened[] = []
  for (let i = 0; i < numberOf('loads'); i++) {
    fast.push(await opened({ browser, url, slowdown: 1 }, proxy))
    slow.push(await opened({ browser, url, slowdown: numberOf('slowdown') }, proxy))
  }
  const bytes = [...fast, ...slow].map((o) => o.bytes / KB)
  const allBytes = [...fast, ...slow].map((o) => o.allBytes / KB)
  const s = (list: Opened[], of: 'paint' | 'idle' | 'all') => list.map((o) => o[of] / 1000)
  const timing = { unit: 's', isFact: false }
  const [{ rows, bytes: total }] = slow
  const budgets = [
    { name: 'first paint', limit: 0.5, values: s(fast, 'paint'), ...timing },
    { name: `map idle, CPU ÷ ${asked.slowdown}`, limit: 2, values: s(slow, 'idle'), ...timing },
    { name: 'wire until the map is idle', unit: 'kB', limit: 700, values: bytes, isFact: true },
    ...[
      { name: '  map idle, full speed', limit: null, values: s(fast, 'idle'), ...timing },
      {
        name: '  every detail there, full speed',
        limit: null,
        values: s(fast, 'all'),
        ...timing,
      },
      { name: '  wire until then', unit: 'kB', limit: null, values: allBytes, isFact: false },
    ],
  ]
  return { budgets, wire: wireLines(rows, total) }
}

/** What draws: a card, or software. */
async function rendererOf(browser: Browser): Promise<string> {
  const page = await browser.newPage()
  const name = await page.evaluate(`(() => {
    const gl = document.createElement('canvas').getContext('webgl2')
    const info = gl?.getExtension('WEBGL_debug_renderer_info')
    return info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'nothing: no WebGL2 here'
  })()`)
  await page.close()
  return String(name)
}

/** One page, live: script per change, long tasks, layout, and what stays in the heap. */
async function live(browser: Browser, url: string): Promise<Budget[]> {
  const { page, debug, close } = await openObserved({ browser, url, slowdown: 1 })
  const counters = () => page.evaluate('window.__huacheng.counters()') as Promise<Counters>
  await waitReady(page)
  await keepRunning(page)
  await page.waitForTimeout(5_000)
  const [script, { pulses }] = [await scriptMs(debug), await counters()]
  const since = (await page.evaluate('performance.now()')) as number
  await page.waitForTimeout(1000 * numberOf('live-seconds'))
  const spent = (await scriptMs(debug)) - script
  const changes = (await counters()).pulses - pulses
  const notes = await notesOf(page)
  for (const { text } of notes.shifted) console.error(`moved: ${text}`)
  const long = notes.long.filter(({ at, ms }) => at >= since && ms > LONG_MS)
  const perSecond = Math.round(changes / numberOf('live-seconds'))
  const budgets: Budget[] = [
    {
      ...{ name: `script per ${CHANGES} changes`, unit: 'ms', limit: 8, isFact: false },
      ...{ values: [(spent / changes) * CHANGES], note: `${perSecond} changes/s drawn` },
    },
    {
      ...{ name: `long tasks > ${LONG_MS} ms in ${asked['live-seconds']} s`, unit: '', limit: 0 },
      ...{ isFact: false, values: [long.length] },
    },
    {
      ...{ name: 'layout shift beside news', unit: '', limit: 0, isFact: true },
      values: [movedWithoutNews(notes).reduce((sum, { value }) => sum + value, 0)],
    },
  ]
  const minutes = numberOf('heap-minutes')
  if (minutes > 0) {
    await page.waitForTimeout(Math.max(0, SETTLED_MS - 1000 * numberOf('live-seconds')))
    const before = await heapBytes(debug)
    await page.waitForTimeout(60_000 * minutes)
    const grown = ((await heapBytes(debug)) - before) / MB
    const name = `heap growth in ${minutes} min`
    budgets.push({ name, unit: 'MB', limit: 5, values: [grown], isFact: false })
  }
  await close()
  return budgets
}

async function main(): Promise<{ budgets: Budget[]; wire: string[] }> {
  let target = ''
  const proxy = await startCountingProxy(() => Number(new URL(target).port))
  const demo = await startDemo('--origin', `http://127.0.0.1:${proxy.port}`)
  target = demo.url
  // The last of a browser's options counts.
  const browser = await launchBrowser({ args: [`--use-angle=${asked.gl}`] })
  try {
    console.log(`drawn by ${await rendererOf(browser)}`)
    const first = await loads(browser, proxy)
    const budgets = [...bytesOfFiles(), ...first.budgets, ...(await live(browser, demo.url))]
    return { budgets, wire: first.wire }
  } finally {
    await browser.close()
    demo.stop()
    await proxy.close()
  }
}

console.log(machineLine())
const { budgets, wire } = await main()
for (const line of [...tableOf(budgets), '', ...wire]) console.log(line)
process.exitCode = budgets.some((b) => b.isFact && isOver(b)) ? 1 : 0
