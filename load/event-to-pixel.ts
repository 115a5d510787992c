// How long events take from the plan to the pixel, by stage: a demo and a page in a real browser, each noting its part of the way.
// Run: npm run event-to-pixel -- [--for 60] [--url http://… of a city that runs] [-- options of huacheng demo]
import { mkdtempSync, readFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, sleep } from '../infra/clock.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { launchBrowser } from '../test/browser/chrome.ts'
import { ChildProgram } from './child-program.ts'
import { spreadOf, spreadText } from './live/frame-ages.ts'
import { keepRunning } from './live/keep-running.ts'
import { MarkedPage, type PageClock } from './live/marked-page.ts'
import {
  between,
  type PageMark,
  type ServerMark,
  stageOf,
  WAY,
  type WayPoint,
  type WayToPixel,
  waysOf,
} from './live/way-to-pixel.ts'
import { waitUntil } from './wait-until.ts'

const START_LIMIT_MS = 120_000
/** The census is read and the first pictures are drawn. */
const SETTLED_MS = 20_000
const TAKE_MS = 1_000
const SERVER_LIMIT_MS = 200

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    for: { type: 'string', default: '60' },
    port: { type: 'string', default: '8300' },
    url: { type: 'string' },
  },
})

const ENDS: Record<WayPoint, string> = {
  appended: 'meant to be sent → handed to the log',
  counted: '→ counted by its task',
  told: '→ in a frame of the map',
  read: '→ read by the console',
  forwarded: '→ sent on the socket',
  received: '→ received by the page',
  applied: "→ in the page's state",
  drawn: '→ drawn, one frame after the map',
}

type Measured = { ways: WayToPixel[]; clock: PageClock }

async function marksOf(url: string): Promise<{ page: PageMark[]; clock: PageClock }> {
  const browser = await launchBrowser()
  try {
    const page = await MarkedPage.open(browser, url)
    await keepRunning(url)
    await sleep(realClock, SETTLED_MS)
    await page.take() // what came before does not count
    const marks: PageMark[] = []
    for (let s = 0; s < Number(values.for); s++) {
      await keepRunning(url)
      await sleep(realClock, TAKE_MS)
      marks.push(...(await page.take()))
    }
    return { page: marks, clock: await page.clock() }
  } finally {
    await browser.close()
  }
}

/** A demo of its own, which notes what no page can know; ended when it was measured. */
async function ownDemo(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'event-to-pixel-'))
  const url = `http://127.0.0.1:${values.port}`
  const file = join(folder, 'marks.jsonl')
  const demo = new ChildProgram({
    name: 'demo',
    args: ['demo', '--port', values.port, '--marks', file, ...positionals],
    logFile: join(folder, 'demo.log'),
    onFailure: (_, how) => console.error(`demo: ended with ${how}; its log is in ${folder}`),
  })
  try {
    await waitUntil('demo', async () => (await fetch(`${url}/api/run`)).ok, START_LIMIT_MS)
    const { page, clock } = await marksOf(url)
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    const server = lines.map((line) => JSON.parse(line) as ServerMark)
    return { ways: waysOf(page, server), clock }
  } finally {
    await demo.stop()
  }
}

async function running(url: string): Promise<Measured> {
  const { page, clock } = await marksOf(url)
  return { ways: waysOf(page, []), clock }
}

function say(name: string, ms: number[]): void {
  const text = ms.length === 0 ? 'not seen from outside' : spreadText(spreadOf(ms))
  console.log(`  ${name.padEnd(40)} ${text}`)
}

/** Whether the server side is within its limit. */
function report({ ways, clock }: Measured): boolean {
  const loads = loadavg().map((load) => load.toFixed(1))
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}`
  console.log(
    `the oldest event of each delta, ${values.for} s, ${machine}, load ${loads.join(' ')}`,
  )
  console.log(
    `one machine, one clock: the server's to 1 ms, the page's to ${clock.step.toFixed(3)} ms, ${clock.off.toFixed(1)} ms behind it`,
  )
  for (const point of WAY) say(ENDS[point], stageOf(ways, point))
  say('handed to the log → drawn', between(ways, 'appended', 'drawn'))
  say('meant to be sent → drawn', between(ways, 'sent', 'drawn'))
  const server = spreadOf(between(ways, 'sent', 'forwarded'))
  const within = server.n > 0 && server.p99 <= SERVER_LIMIT_MS
  const verdict = server.n === 0 ? 'NOTHING CAME' : within ? 'within' : 'OVER'
  console.log(
    `server side, meant to be sent → sent on the socket: ${spreadText(server)}; limit p99 ${SERVER_LIMIT_MS} ms: ${verdict}`,
  )
  return within
}

await reportingProblems(async () => {
  const measured = values.url ? await running(values.url) : await ownDemo()
  process.exitCode = report(measured) ? 0 : EXIT_DIFFERS
})
