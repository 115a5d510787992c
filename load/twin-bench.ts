// Measures what the twin costs: CPU of the demo with one command given, and how far the twin's readings are behind the city's.
// Run: npx node load/twin-bench.ts --after 60 --for 60
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AssetView, KpiReading, RunView, TwinView } from '../console/messages.ts'
import { realClock, sleep } from '../infra/clock.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { ChildProgram } from './child-program.ts'
import { cpuPercent, metricSum, rssMax } from './series.ts'
import { waitUntil } from './wait-until.ts'

const HELP = `node load/twin-bench.ts [options] [-- options of huacheng demo]
  --after <s>       wall seconds until the command is given (default 60)
  --for <s>         how long to measure with the twin beside the city (default 60)
  --max-cpu <%>     exit ${EXIT_DIFFERS} when the process takes more of one core with the twin (default 60)
  --max-behind <s>  exit ${EXIT_DIFFERS} when readings of the twin are later, wall time (default 2)`

const SAMPLE_MS = 1_000
/** Assets that are looked at for one that takes commands. */
const TRIES = 200
const WARM_UP_MS = 20_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    after: { type: 'string', default: '60' },
    for: { type: 'string', default: '60' },
    'max-cpu': { type: 'string', default: '60' },
    'max-behind': { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})

class Demo {
  readonly #child: ChildProgram
  readonly #logFile: string

  constructor(folder: string) {
    this.#logFile = join(folder, 'demo.log')
    const args = ['demo', '--port', '0', ...positionals]
    this.#child = new ChildProgram({
      ...{ name: 'demo', args, logFile: this.#logFile },
      onFailure: ({ name }, how) => console.error(`${name} ended with ${how}`),
    })
  }

  url(): string | undefined {
    return /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(this.#logFile, 'utf8'))?.[0]
  }

  async text(path: string, body?: object): Promise<string> {
    const url = this.url()!
    const headers = { 'content-type': 'application/json', origin: url }
    const request = body && { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(url + path, { signal: AbortSignal.timeout(10_000), ...request })
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`)
    return response.text()
  }

  async json<T>(path: string, body?: object): Promise<T> {
    return JSON.parse(await this.text(path, body)) as T
  }

  /** CPU (% of one core) and memory (MiB) until `look`, asked at every sample, says that it is enough. */
  async measure(look: () => Promise<boolean>) {
    const { samples } = this.#child
    const from = samples.length
    do {
      this.#child.sample()
      await sleep(realClock, SAMPLE_MS)
    } while (!(await look()))
    this.#child.sample()
    const taken = samples.slice(from)
    const seconds = (taken.at(-1)!.atMs - taken[0].atMs) / 1000
    return { cpu: cpuPercent(taken), rss: rssMax(taken), seconds }
  }

  stop(): Promise<void> {
    return this.#child.stop()
  }
}

/** Gives one command that some asset of the city takes, with its arguments as the page would offer them. */
async function act(demo: Demo): Promise<string> {
  const { declarations, assets } = await demo.json<RunView>('/api/run')
  for (let i = 0; i < TRIES; i++) {
    const number = Math.floor((i * assets) / TRIES)
    const { id: target, domain } = await demo.json<AssetView>(`/api/assets/${number}`)
    for (const { name, args: schema } of declarations[domain]?.commands ?? []) {
      const { properties = {} } = schema as { properties?: Record<string, { default?: unknown }> }
      const entries = Object.entries(properties).map(([key, of]) => [key, of.default] as const)
      const args = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
      const answer = await demo.json<{ ok: boolean }>('/api/commands', {
        ...{ id: `bench-${i}-${name}`, name, target, args },
      })
      if (answer.ok) return `${name} ${target}`
    }
  }
  throw new Error(`no command that one of ${TRIES} assets takes`)
}

/** Sim ms up to which the slowest of these readings goes. */
const slowest = (readings: { watermark: string }[]) =>
  Math.min(...readings.map((r) => Date.parse(r.watermark)))

/** Wall seconds by which the twin's newest reading is behind the city's slowest; negative = before it. */
async function readingsBehind(demo: Demo, speed: number): Promise<number> {
  const [kpis, twins] = await Promise.all([
    demo.json<KpiReading[]>('/api/kpis'),
    demo.json<TwinView[]>('/api/twin'),
  ])
  const live = slowest(kpis.filter((r) => r.window.kind === 'window'))
  return (live - slowest(twins)) / (1000 * Math.max(speed, 1))
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

async function main(): Promise<void> {
  if (values.help) return console.log(HELP)
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-twin-'))
  const demo = new Demo(folder)
  try {
    await waitUntil('the page', () => demo.url() !== undefined, 120_000)
    await sleep(realClock, WARM_UP_MS)
    print('without a twin', await demo.measure(passed(Number(values.after) * 1000 - WARM_UP_MS)))
    console.log(`command: ${await act(demo)}`)
    const acted = realClock.now()
    const { speed } = (await demo.json<RunView>('/api/run')).clock
    let first = true
    const catching = await demo.measure(async () => {
      const isThere = (await demo.json<TwinView[]>('/api/twin')).length > 0
      if (isThere && first) console.log(`first reading of the twin after ${since(acted)} s`)
      if (isThere) first = false
      return isThere && hasCaughtUp(demo, speed)
    })
    print('catching up', catching)
    const behind: number[] = []
    const isOver = passed(Number(values.for) * 1000)
    await demo.text('/metrics') // the longest slice is asked for anew
    const beside = await demo.measure(async () => {
      behind.push(await readingsBehind(demo, speed))
      return isOver()
    })
    print('twin beside the city', beside)
    const longest = metricSum(await demo.text('/metrics'), 'huacheng_twin_longest_slice_seconds')
    const { clock } = await demo.json<RunView>('/api/run')
    // A machine that could not keep the time pauses the city: then nothing was measured.
    if (clock.status !== 'running') throw new Error(`the city is ${clock.status}, expected running`)
    console.log(`speed ${clock.achieved.toFixed(1)} achieved of ${clock.speed} asked`)
    judge(beside.cpu, behind, longest)
  } finally {
    await demo.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether so many ms have passed from now on. */
function passed(ms: number): () => Promise<boolean> {
  const end = realClock.now() + ms
  return async () => realClock.now() >= end
}

const since = (at: number) => ((realClock.now() - at) / 1000).toFixed(1)

async function hasCaughtUp(demo: Demo, speed: number): Promise<boolean> {
  const behind = metricSum(await demo.text('/metrics'), 'huacheng_twin_behind_seconds')
  return behind < 1 && (await readingsBehind(demo, speed)) < 1
}

type Measured = { cpu: number; rss: number; seconds: number }

function print(what: string, { cpu, rss, seconds }: Measured): void {
  const figures = [`${seconds.toFixed(1)} s`, `CPU ${cpu.toFixed(1)} %`, `RSS ${rss.toFixed(0)} MB`]
  console.log(what.padEnd(24) + figures.map((text) => text.padStart(14)).join(''))
}

function judge(cpu: number, behind: number[], longest: number): void {
  const most = Math.max(...behind)
  console.log(
    `readings of the twin behind the city's: ${median(behind).toFixed(2)} s in the middle, ${most.toFixed(2)} s at most; ` +
      `longest slice ${(longest * 1000).toFixed(0)} ms`,
  )
  if (cpu <= Number(values['max-cpu']) && most <= Number(values['max-behind'])) return
  console.log(`CROSSED: expected at most ${values['max-cpu']} % and ${values['max-behind']} s`)
  process.exitCode = EXIT_DIFFERS
}

await reportingProblems(main)
