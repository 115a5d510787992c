// How many pages one console feeds, and how old what they get is: the demo with many clients, one of which then stops reading.
// Run: npx node load/live-clients.ts --clients 200 --hz 4 --for 60 [-- options of huacheng demo]
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { EngineView } from '../console/messages.ts'
import { realClock, sleep } from '../infra/clock.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { ChildProgram } from './child-program.ts'
import { FrameAges, type Spread, spreadText } from './live/frame-ages.ts'
import { keepRunning } from './live/keep-running.ts'
import { LivePage } from './live/live-page.ts'
import { cpuPercent, rssMax } from './series.ts'
import { waitUntil } from './wait-until.ts'

const START_LIMIT_MS = 120_000
/** The census is read and the first pictures are sent. */
const SETTLED_MS = 20_000
const SAMPLE_MS = 1_000
/** As often as the page of a browser asks for frames: its frames wait for nothing of its own wish. */
const EAGER_HZ = 10
const LIMITS = { ageMs: 500, serverMs: 200, bufferedBytes: 1_000_000, dearer: 1.1 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '200' },
    hz: { type: 'string', default: '4' },
    for: { type: 'string', default: '60' },
    port: { type: 'string', default: '8300' },
  },
})

/** `eager` are those of the one page that asks as often as it may: what the server side takes. */
type Phase = { ages: FrameAges; eager: FrameAges; cpu: number; rss: number; buffered: number }
type Pages = { all: LivePage[]; eager: LivePage }

async function measured(url: string, demo: ChildProgram, pages: Pages): Promise<Phase> {
  const ages = new FrameAges()
  const eager = new FrameAges()
  for (const page of pages.all) page.note(ages)
  pages.eager.note(eager)
  const from = demo.samples.length
  let buffered = 0
  for (let s = 0; s < Number(values.for); s++) {
    demo.sample()
    await keepRunning(url)
    await sleep(realClock, SAMPLE_MS)
    const { clients } = (await (await fetch(`${url}/api/engine`)).json()) as EngineView
    buffered = Math.max(buffered, ...clients.map(({ bufferedBytes }) => bufferedBytes))
  }
  demo.sample()
  const samples = demo.samples.slice(from)
  return { ages, eager, cpu: cpuPercent(samples), rss: rssMax(samples), buffered }
}

function say(name: string, { ages, eager, cpu, rss, buffered }: Phase): void {
  console.log(`${name}: server ${cpu.toFixed(0)} % of a core, ${rss.toFixed(0)} MB`)
  console.log(`  age of a frame since its task published it: ${spreadText(ages.of('age'))}`)
  console.log(`  handed over → received: ${spreadText(ages.of('wire'))}`)
  console.log(`  one more client, at ${EAGER_HZ} Hz:`)
  console.log(`  meant to be sent → published by its task: ${spreadText(eager.of('fold'))}`)
  console.log(`  published → handed to the sockets: ${spreadText(eager.of('forward'))}`)
  console.log(`  server side, sent → handed over: ${spreadText(eager.of('server'))}`)
  console.log(`  most bytes waiting for one client: ${Math.round(buffered / 1000)} kB`)
}

/** What is over its limit, in words. */
function overOf(before: Phase, after: Phase): string[] {
  const over = (what: string, got: number, limit: number) =>
    got > limit ? [`over: ${what} ${Math.round(got)}, expected at most ${Math.round(limit)}`] : []
  const [quiet, beside]: Spread[] = [before.ages.of('age'), after.ages.of('age')]
  if (quiet.n === 0) return ['no frame came, expected a city that runs']
  return [
    ...over('p99 age of a frame (ms)', quiet.p99, LIMITS.ageMs),
    ...over('p99 of the server side (ms)', before.eager.of('server').p99, LIMITS.serverMs),
    ...over('median age beside a stopped client (ms)', beside.p50, LIMITS.dearer * quiet.p50 + 1),
    ...over('bytes waiting for one client', after.buffered, LIMITS.bufferedBytes),
  ]
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'live-clients-'))
  const url = `http://127.0.0.1:${values.port}`
  const demo = new ChildProgram({
    name: 'demo',
    args: ['demo', '--port', values.port, ...positionals],
    logFile: join(folder, 'demo.log'),
    onFailure: (_, how) => console.error(`demo: ended with ${how}; its log is in ${folder}`),
  })
  try {
    await waitUntil('demo', async () => (await fetch(`${url}/api/run`)).ok, START_LIMIT_MS)
    const open = () => LivePage.open(url, Number(values.hz))
    const pages = await Promise.all(Array.from({ length: Number(values.clients) }, open))
    const eager = await LivePage.open(url, EAGER_HZ)
    await keepRunning(url)
    await sleep(realClock, SETTLED_MS)
    const before = await measured(url, demo, { all: pages, eager })
    say(`${pages.length} clients at ${values.hz} Hz for ${values.for} s`, before)
    pages[0].stand()
    const after = await measured(url, demo, { all: pages.slice(1), eager })
    say('the same while one of them reads nothing', after)
    for (const page of [...pages, eager]) page.close()
    const over = overOf(before, after)
    for (const line of over) console.log(line)
    return over.length > 0 ? EXIT_DIFFERS : 0
  } finally {
    await demo.stop()
  }
}

await reportingProblems(async () => {
  process.exitCode = await main()
})
