// A city on Kafka held against the one computed without it: finals cell by cell, digest, ledger; with deaths if asked.
import type { RunStatus, RunView } from '../console/messages.ts'
import { realClock, sleep } from '../infra/clock.ts'
import { MINUTE_MS } from '../infra/time.ts'
import { Programs } from './programs.ts'
import { waitUntil } from './wait-until.ts'

const STATUS_BASE = 9300
const FINISH_LIMIT_MS = 90_000
/** A run that takes this many times its due is given up. */
const RUN_LIMIT_FACTOR = 5

export type ProofOptions = {
  brokers: string
  prefix: string
  /** Takes the programs' logs. */
  folder: string
  speed: number
  for: string
  scale: string
  producers: number
  processors: number
  /** kill -9 one processor and one producer in the middle, and start them again. */
  kill: boolean
  say?(line: string): void
}

type Reading = { window: { kind: string; end: string }; kpi: string; scopes: object; truth: string }

/** Starts everything, the readers first: they wait for their topics. */
function startAll(programs: Programs, o: ProofOptions): string[] {
  const names: string[] = []
  const start = (name: string, args: string[]) => {
    programs.start(name, [...args, '--status-port', String(STATUS_BASE + names.length)])
    names.push(name)
  }
  for (let i = 0; i < o.processors; i++) start(`processor-${i}`, ['process'])
  start('console', ['console', '--port', '0'])
  for (let i = o.producers - 1; i >= 0; i--) {
    const shard = ['--shard', `${i}/${o.producers}`]
    const world = ['--speed', String(o.speed), '--for', o.for, '--scale', o.scale]
    start(`producer-${i}`, ['produce', ...shard, ...world])
  }
  return names
}

async function watch(programs: Programs, forMs: number): Promise<void> {
  for (const end = realClock.now() + forMs; realClock.now() < end; ) {
    programs.sample()
    await sleep(realClock, 500)
  }
}

/** The deaths of issue and life: one processor, then one producer, each back after a moment. */
async function strike(
  programs: Programs,
  wallMs: number,
  say: (line: string) => void,
): Promise<void> {
  await waitUntil(
    'the run begins',
    async () => {
      const status = await runStatus(programs)
      return status === 'running' || `status ${status}`
    },
    FINISH_LIMIT_MS,
  )
  await watch(programs, wallMs * 0.35)
  await programs.kill('processor-0')
  say('killed processor-0')
  await watch(programs, 2000)
  programs.restart('processor-0')
  await watch(programs, wallMs * 0.2)
  await programs.kill('producer-1')
  say('killed producer-1')
  await watch(programs, 2000)
  programs.restart('producer-1')
}

async function compare(programs: Programs, o: ProofOptions, expected: string) {
  let finals = ''
  const since = realClock.now()
  await waitUntil(
    'all finals on the topic',
    async () => {
      programs.sample()
      finals = await programs.run(['kpis', '--json'], true)
      const [got, wanted] = [finals, expected].map((text) => text.split('\n').length - 1)
      return got >= wanted || `${got} of ${wanted} final records`
    },
    FINISH_LIMIT_MS,
  )
  const waited = realClock.now() - since
  const { differing, missing, cells } = differences(expected, finals)
  const world = ['--for', o.for, '--scale', o.scale, '--json']
  const digestOf = (text: string) => (JSON.parse(text) as { digest: string }).digest
  const inProcess = digestOf(await programs.run(['digest', ...world], false))
  const onLog = digestOf(await programs.run(['digest', '--json'], true))
  const summary = (await programs.run(['kpis'], true)).trim().split('\n').at(-2)!
  return { waited, differing, missing, cells, inProcess, onLog, summary }
}

export type Differences = { cells: number; differing: string[]; missing: number }

/** Nothing differs, and there was something to differ. */
export function isProof({ cells, differing, missing }: Differences): boolean {
  return cells > 0 && differing.length === 0 && missing === 0
}

/** Cell by cell: every scope of every final record, and its verdict on the truth. */
export function differences(expected: string, got: string): Differences {
  const read = (text: string) =>
    new Map(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Reading)
        .map((r) => [`${r.kpi} ${r.window.kind} ${r.window.end}`, r]),
    )
  const [a, b] = [read(expected), read(got)]
  let cells = 0
  const differing: string[] = []
  let missing = 0
  for (const [name, wanted] of a) {
    const found = b.get(name)
    if (!found) {
      missing++
      continue
    }
    if (found.truth !== wanted.truth) differing.push(`${name}: truth ${found.truth}`)
    for (const [scope, cell] of Object.entries(wanted.scopes)) {
      cells++
      const other = (found.scopes as Record<string, unknown>)[scope]
      if (JSON.stringify(cell) !== JSON.stringify(other)) differing.push(`${name} ${scope}`)
    }
  }
  return { cells, differing, missing }
}

/** The console's word; rejects before there is a run. */
async function runStatus(programs: Programs): Promise<RunStatus> {
  return (await programs.ask<Pick<RunView, 'clock'>>('/api/run')).clock.status
}

/** Runs the whole city once and stops it; rejects when it does not get to its end. */
export async function proveCity(o: ProofOptions) {
  const programs = new Programs({
    folder: o.folder,
    kafka: ['--brokers', o.brokers, '--prefix', o.prefix],
  })
  const say = o.say ?? (() => {})
  const expected = await programs.run(['kpis', '--for', o.for, '--scale', o.scale, '--json'], false)
  const windows = new Set(expected.match(/"end":"[^"]+"/g)).size
  const wallMs = (windows * MINUTE_MS) / o.speed
  const names = startAll(programs, o)
  try {
    const since = realClock.now()
    if (o.kill) await strike(programs, wallMs, say)
    const limitMs = RUN_LIMIT_FACTOR * wallMs + FINISH_LIMIT_MS
    await waitUntil(
      'the end of the run',
      async () => {
        programs.sample()
        const status = await runStatus(programs)
        return status === 'ended' || `status ${status}`
      },
      limitMs,
    )
    const tookMs = realClock.now() - since
    const result = await compare(programs, o, expected)
    const usage = names.map((name) => ({ name, samples: programs.samples(name) }))
    const unexpected = programs.unexpected()
    const isEqual =
      isProof(result) &&
      result.inProcess === result.onLog &&
      /unexplained 0$/.test(result.summary) &&
      unexpected.length === 0
    return { ...result, isEqual, tookMs, wallMs, usage, unexpected }
  } finally {
    await programs.stopAll()
  }
}
