// Measures the demo from outside: CPU, memory, achieved speed and events/s of `huacheng demo`, optionally with a browser on it.
// Run: npx node load/demo-bench.ts --for 10 --browser

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, sleep } from '../infra/clock.ts'
import { Problem, problemText } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { cpuPercent, eventsRead, mean, parseStat, rssMax, rssSlope, type Sample } from './series.ts'

const ROOT = join(import.meta.dirname, '..')
const URL_LINE = /http:\/\/127\.0\.0\.1:\d+/
const START_LIMIT_MS = 120_000
const SAMPLE_MS = 1000
const ASK_EVERY = 10 // samples
const WARM_UP_MS = 60_000
const SLOPE_FROM_MS = 180_000
const ANSWER_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 10_000
const MINUTE_MS = 60_000

const HELP = `node load/demo-bench.ts [options] [-- options of huacheng demo]
  --for <minutes>   how long to measure, at most 60 (default 10)
  --speed <x>       sim seconds per wall second (default: the scenario's)
  --port <n>        port of the page (default 0 = any)
  --browser         open the page in one real browser
  --max-cpu <%>     exit ${EXIT_DIFFERS} when the mean after warm-up is above
  --max-rss <MB>    exit ${EXIT_DIFFERS} when the maximum is above
  --json            print one JSON object`

/** `behind`: sim seconds from what may be simulated to what every task has read; a tick's length of it is due. */
type SpeedSample = {
  atMs: number
  achieved: number
  asked: number
  read: number
  behind: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    for: { type: 'string', default: '10' },
    speed: { type: 'string' },
    port: { type: 'string', default: '0' },
    browser: { type: 'boolean', default: false },
    'max-cpu': { type: 'string' },
    'max-rss': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function minutesOf(text: string): number {
  const minutes = Number(text)
  if (minutes > 0 && minutes <= 60) return minutes
  throw new Problem(problemText('--for', `"${text}"`, 'minutes above 0, at most 60'))
}

function say(line: string): void {
  if (!values.json) console.log(line)
}

/** Starts the demo; resolves with its address when it prints one. */
async function startDemo(): Promise<{ child: ChildProcess; url: string; startMs: number }> {
  const speed = values.speed ? ['--speed', values.speed] : []
  const args = ['huacheng.js', 'demo', '--port', values.port, ...speed, ...positionals]
  const begun = realClock.now()
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const cancel = realClock.schedule(START_LIMIT_MS, () => {
      child.kill('SIGKILL')
      reject(new Error(`demo: no address within ${START_LIMIT_MS / 1000} s; it said:\n${output}`))
    })
    const hear = (text: Buffer) => {
      output += text
      const found = URL_LINE.exec(output)
      if (!found) return
      cancel()
      resolve(found[0])
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', (text) => {
      process.stderr.write(text)
      hear(text)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      cancel()
      reject(new Error(`demo: ended with code ${code} before it printed its address:\n${output}`))
    })
  })
  return { child, url, startMs: realClock.now() - begun }
}

async function stopDemo(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const cancel = realClock.schedule(STOP_LIMIT_MS, () => {
    console.error(`demo: still there ${STOP_LIMIT_MS / 1000} s after SIGTERM; killed`)
    child.kill('SIGKILL')
  })
  await ended
  cancel()
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}, expected 200`)
  return response
}

async function ask(url: string, atMs: number): Promise<SpeedSample> {
  const { clock } = (await (await get(`${url}/api/run`)).json()) as {
    clock: { achieved: number; speed: number; horizon: number; status: string }
  }
  // A machine that was too busy for the clock pauses it; a measurement goes on.
  if (clock.status === 'paused') await resume(url)
  const tasks = (await (await get(`${url}/api/ledger`)).json()) as { watermark: string }[]
  const slowest = Math.min(...tasks.map(({ watermark }) => Date.parse(watermark)))
  const behind = (clock.horizon - slowest) / 1000
  const read = eventsRead(await (await get(`${url}/metrics`)).text())
  return { atMs, achieved: clock.achieved, asked: clock.speed, read, behind }
}

async function resume(url: string): Promise<void> {
  say('the clock had been paused for a gap: resumed')
  const body = JSON.stringify({ id: `bench-${realClock.now()}`, name: 'clock.resume', args: {} })
  const headers = { 'content-type': 'application/json', origin: url }
  await fetch(`${url}/api/commands`, { method: 'POST', headers, body })
}

async function measure(child: ChildProcess, url: string, forMs: number) {
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  const pageBytes = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))
  const samples: Sample[] = []
  const asked: SpeedSample[] = []
  const begun = realClock.now()
  say('minute   CPU %   RSS MB   speed asked   achieved   events/s')
  for (let i = 0; ; i++) {
    if (child.exitCode !== null) throw new Error(`demo: ended with code ${child.exitCode}`)
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    const atMs = realClock.now() - begun
    samples.push({ atMs, ...parseStat(stat, ticksPerSecond, pageBytes) })
    if (i % ASK_EVERY === 0) asked.push(await ask(url, atMs))
    const before = samples.at(-2)?.atMs ?? 0
    if (Math.floor(atMs / MINUTE_MS) > Math.floor(before / MINUTE_MS)) printMinute(samples, asked)
    if (atMs >= forMs) return { samples, asked }
    await sleep(realClock, Math.max(0, begun + (i + 1) * SAMPLE_MS - realClock.now()))
  }
}

function printMinute(samples: Sample[], asked: SpeedSample[]): void {
  const now = samples.at(-1)!.atMs
  const minute = samples.filter((s) => s.atMs >= now - MINUTE_MS - SAMPLE_MS / 2)
  const said = asked.filter((a) => a.atMs >= now - MINUTE_MS - ASK_EVERY * SAMPLE_MS)
  const cells: [string, number][] = [
    [String(Math.floor(now / MINUTE_MS)), 6],
    [cpuPercent(minute).toFixed(1), 8],
    [rssMax(minute).toFixed(0), 9],
    [String(said.at(-1)?.asked), 14],
    [mean(said.map((a) => a.achieved)).toFixed(2), 11],
    [eventsPerSecond(said).toFixed(0), 11],
  ]
  say(cells.map(([text, width]) => text.padStart(width)).join(''))
}

/** Events that the processor has read, per second of wall time. */
function eventsPerSecond(asked: SpeedSample[]): number {
  const [first, last] = [asked[0], asked.at(-1)!]
  return last === first ? Number.NaN : ((last.read - first.read) * 1000) / (last.atMs - first.atMs)
}

function summarise(samples: Sample[], asked: SpeedSample[], forMs: number) {
  const warmMs = Math.min(WARM_UP_MS, forMs / 4)
  const slopeMs = Math.min(SLOPE_FROM_MS, forMs / 2)
  const warm = asked.filter((a) => a.atMs >= warmMs)
  return {
    minutes: forMs / MINUTE_MS,
    browser: values.browser,
    warmUpS: warmMs / 1000,
    cpuPercent: cpuPercent(samples.filter((s) => s.atMs >= warmMs)),
    rssMaxMb: rssMax(samples),
    rssSlopeMbPerHour: rssSlope(samples.filter((s) => s.atMs >= slopeMs)),
    rssSlopeFromS: slopeMs / 1000,
    speedAsked: asked.at(-1)!.asked,
    speedAchieved: mean(warm.map((a) => a.achieved)),
    eventsPerSecond: eventsPerSecond(warm),
    behindMean: mean(warm.map((a) => a.behind)),
    behindMax: Math.max(...warm.map((a) => a.behind)),
  }
}

type Summary = ReturnType<typeof summarise>

function print(s: Summary, startMs: number, crossed: string[]): void {
  say(`
CPU after the first ${s.warmUpS} s   ${s.cpuPercent.toFixed(1)} % of one core
RSS max                  ${s.rssMaxMb.toFixed(0)} MB
RSS slope after ${s.rssSlopeFromS} s    ${s.rssSlopeMbPerHour.toFixed(1)} MB/h
speed                    ${s.speedAchieved.toFixed(2)} achieved of ${s.speedAsked} asked
events                   ${s.eventsPerSecond.toFixed(0)} per second
behind the horizon       ${s.behindMean.toFixed(0)} sim s, at most ${s.behindMax.toFixed(0)}
address printed after    ${(startMs / 1000).toFixed(1)} s; ${s.browser ? 'one browser open' : 'no browser'}`)
  for (const line of crossed) say(`CROSSED ${line}`)
  if (values.json) console.log(JSON.stringify({ ...s, startMs, crossed }))
}

function crossedThresholds(s: Summary): string[] {
  const crossed: string[] = []
  const cpu = Number(values['max-cpu'] ?? Number.POSITIVE_INFINITY)
  const rss = Number(values['max-rss'] ?? Number.POSITIVE_INFINITY)
  if (!(s.cpuPercent <= cpu)) crossed.push(`CPU ${s.cpuPercent.toFixed(1)} %, at most ${cpu}`)
  if (!(s.rssMaxMb <= rss)) crossed.push(`RSS ${s.rssMaxMb.toFixed(0)} MB, at most ${rss}`)
  return crossed
}

/** A page of the usual laptop's size; errors of the page are printed, for they make the figures worthless. */
async function openPage(url: string) {
  // Loaded only on demand: playwright is a development dependency.
  const { launchBrowser } = await import('../test/browser/chrome.ts')
  const browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  page.on('pageerror', (error) => console.error(`page: ${error.message}`))
  await page.goto(url)
  return browser
}

async function main(): Promise<void> {
  if (values.help) return console.log(HELP)
  const forMs = minutesOf(values.for) * MINUTE_MS
  const { child, url, startMs } = await startDemo()
  try {
    say(`demo (pid ${child.pid}) at ${url}`)
    const browser = values.browser ? await openPage(url) : null
    try {
      const { samples, asked } = await measure(child, url, forMs)
      const summary = summarise(samples, asked, forMs)
      const crossed = crossedThresholds(summary)
      print(summary, startMs, crossed)
      if (crossed.length > 0) process.exitCode = EXIT_DIFFERS
    } finally {
      await browser?.close()
    }
  } finally {
    await stopDemo(child)
  }
}

await reportingProblems(main)
