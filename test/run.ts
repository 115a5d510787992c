// What `npm test` runs: every lane in turn, or those named; one that cannot run says so loudly; the last line is `N passed, N failed`.
import { type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserVersion, findBrowser } from './browser/chrome.ts'
import { noCompose } from './compose/engine.ts'
import { countReport, failuresIn, LastLines, type Report, slowestIn } from './report.ts'

const ROOT = join(import.meta.dirname, '..')
const WEB = 'console/web'
const TSC = 'node_modules/typescript/bin/tsc'
const BIOME = 'node_modules/@biomejs/biome/bin/biome'
const VITE = 'node_modules/vite/bin/vite.js'
const VITEST = 'node_modules/vitest/vitest.mjs'

/** A lane that cannot run is a failure here: nobody reads along. */
const isCi = process.env.CI === 'true'

type Outcome = {
  lane: string
  passed: number
  failed: number
  note: string
  /** Said once more at the end. */
  failures?: string[]
  /** Files of a suite that took longest. */
  slowest?: string[]
}

const outcomes: Outcome[] = []
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-test-'))

function heading(text: string): void {
  console.log(`\n=== ${text} ${'='.repeat(Math.max(3, 90 - text.length))}`)
}

/** Of what a check said last, as much is said once more at the end where it failed. */
const LAST_LINES = 12

/** Runs a tool of the repository with this Node; resolves with its exit code (a signal counts as 1). */
function run(script: string, args: string[], said?: LastLines): Promise<number> {
  return new Promise((resolve, reject) => {
    const output = said ? 'pipe' : 'inherit'
    const stdio: StdioOptions = ['inherit', output, output]
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio })
    for (const out of ['stdout', 'stderr'] as const) {
      child[out]?.on('data', (bytes: Buffer) => {
        process[out].write(bytes)
        said?.add(String(bytes))
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** A check that counts as one test. */
async function check(lane: string, commands: [string, string[]][]): Promise<void> {
  heading(lane)
  const started = performance.now()
  const failures: string[] = []
  for (const [script, args] of commands) {
    const said = new LastLines(LAST_LINES)
    if ((await run(script, args, said)) !== 0)
      failures.push(...said.lines.map((l) => `${lane}: ${l}`))
  }
  const failed = failures.length > 0 ? 1 : 0
  outcomes.push({ lane, passed: 1 - failed, failed, note: `${seconds(started)} s`, failures })
}

/** A vitest project, counted from its JSON report; running no test at all is a failure. */
async function suite(lane: string, project: string): Promise<void> {
  heading(lane)
  const started = performance.now()
  const file = join(scratch, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run(VITEST, ['run', '--project', project, ...reporters])
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null
  const { passed, failed, remarks } = countReport(report, code)
  for (const remark of remarks) console.log(`${lane}: ${remark}`)
  const note = [`${seconds(started)} s`, ...remarks].join('; ')
  const here = (line: string) => line.replace(`${ROOT}/`, '')
  const failures = failuresIn(report).map(here)
  const slowest = slowestIn(report).map(here)
  outcomes.push({ lane, passed, failed, note, failures, slowest })
}

/** A lane that was not run: loud, and a failure with CI=true when `required`. */
function notRun(lane: string, reason: string, required: boolean): void {
  heading(lane)
  const failed = required && isCi ? 1 : 0
  console.log(`${lane} NOT run: ${reason}`)
  outcomes.push({ lane, passed: 0, failed, note: `NOT run: ${reason}` })
}

/** A lane that breaks off is a failure among the others, so that the last line always comes. */
async function guarded(lane: string, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    console.error(error)
    outcomes.push({ lane, passed: 0, failed: 1, note: 'broke off, see above' })
  }
}

async function browserLane(): Promise<void> {
  const lane = 'Browser lane'
  const tests = filesIn('test/browser').filter((name) => name.endsWith('.test.ts'))
  if (tests.length === 0) {
    notRun(lane, 'there is no test/browser/*.test.ts', true)
    return
  }
  const found = await findBrowser().catch((error: Error) => error)
  if (found instanceof Error) {
    notRun(lane, found.message, true)
    return
  }
  console.log(`browser: ${browserVersion(found)} (${found.from}, ${found.path})`)
  await suite(lane, 'browser')
}

/** Runs where KAFKA_BROKERS is set or a Docker engine answers; the tests start their own broker in the second case. */
async function onKafka(lane: string, project: string): Promise<void> {
  if (!process.env.KAFKA_BROKERS && !dockerAnswers()) {
    notRun(lane, 'KAFKA_BROKERS is not set and no Docker engine answers', true)
    return
  }
  await suite(lane, project)
}

const kafkaLane = () => onKafka('Kafka lane', 'kafka')

/** Java and Maven besides: where they are missing its file says so, and with CI=true that is a failure there. */
const flinkLane = () => onKafka('Flink lane', 'flink')

/** What its tools cannot do here, each file says, and with CI=true it is a failure there; the AsyncAPI parser is always here. */
const interopLane = () => suite('Interop lane', 'interop')

/** Runs where a Docker engine answers and has `docker compose`. */
async function composeLane(): Promise<void> {
  const lane = 'Compose lane'
  const reason = noCompose()
  if (reason === null) await suite(lane, 'compose')
  else notRun(lane, reason, true)
}

function dockerAnswers(): boolean {
  const { status } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    stdio: 'ignore',
    timeout: 20_000,
  })
  return status === 0
}

function filesIn(folder: string): string[] {
  return existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : []
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1)
}

const hasWeb = existsSync(join(ROOT, WEB))
const projects = ['tsconfig.json', ...(hasWeb ? [`${WEB}/tsconfig.json`] : [])]
const types = projects.map((p): [string, string[]] => [TSC, ['--noEmit', '-p', p]])
const build: [string, string[]] = [VITE, ['build', '--config', `${WEB}/vite.config.ts`]]

/** In the order in which they run; `npm test` runs all of them, `npm run test:<lane>` one. */
const LANES: Record<string, { title: string; body: () => Promise<void> }> = {
  types: { title: 'Type check', body: () => check('Type check', types) },
  lint: {
    title: 'Lint',
    body: () => check('Lint', [[BIOME, ['check', '--error-on-warnings', '.']]]),
  },
  unit: { title: 'Unit lane', body: () => suite('Unit lane', 'unit') },
  hostile: {
    title: 'Hostile messages',
    body: () => check('Hostile messages', [[join(ROOT, 'test/hostile/run.ts'), []]]),
  },
  domain: {
    title: 'One domain more',
    body: () => check('One domain more', [[join(ROOT, 'test/new-domain/run.ts'), []]]),
  },
  simulation: { title: 'Simulation lane', body: () => suite('Simulation lane', 'simulation') },
  browser: {
    title: 'Browser lane',
    async body() {
      if (!hasWeb) return notRun('Browser lane', `there is no ${WEB}`, true)
      await check('Web build', [build])
      await browserLane()
    },
  },
  kafka: { title: 'Kafka lane', body: kafkaLane },
  flink: { title: 'Flink lane', body: flinkLane },
  interop: { title: 'Interop lane', body: interopLane },
  compose: { title: 'Compose lane', body: composeLane },
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in LANES))
if (unknown.length > 0) {
  const expected = Object.keys(LANES).join(', ')
  console.error(`test/run.ts: got ${unknown.join(', ')}, expected lanes out of ${expected}`)
  process.exit(2)
}
for (const [name, { title, body }] of Object.entries(LANES)) {
  if (asked.length === 0 || asked.includes(name)) await guarded(title, body)
}
rmSync(scratch, { recursive: true, force: true })

for (const { lane, slowest = [] } of outcomes) {
  if (slowest.length > 0) console.log(`\n${lane}, its longest files:\n${slowest.join('\n')}`)
}
heading('Result')
for (const { lane, passed, failed, note } of outcomes) {
  console.log(
    `${lane.padEnd(16)} ${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed   ${note}`,
  )
}
for (const line of outcomes.flatMap((o) => o.failures ?? [])) console.log(`FAILED ${line}`)
const passed = outcomes.reduce((sum, o) => sum + o.passed, 0)
const failed = outcomes.reduce((sum, o) => sum + o.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
