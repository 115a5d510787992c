// A city on Kafka held against the one computed without it: finals cell by cell, digest, ledger, audit; with deaths and orders.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClockView, RunView } from '../../console/messages.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import { isoTime, parseDuration } from '../../infra/time.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { Programs } from '../programs.ts'
import { waitUntil } from '../wait-until.ts'
import { ordersOf, type PlannedOrder } from './orders.ts'

const FINISH_LIMIT_MS = 90_000
/** A run that takes this many times its due is given up. */
const RUN_LIMIT_FACTOR = 5
/** For what goes as fast as it can. */
const UNPACED_LIMIT_MS = 600_000
const AWAY_MS = 2_000
const PROCESSOR_DIES = 0.35
const PRODUCER_DIES = 0.55

export type ProofOptions = {
  brokers: string
  prefix: string
  /** Takes the programs' logs. */
  folder: string
  speed: number
  /** `<city>/<name>`; default: the default city's own. */
  scenario?: string
  for: string
  scale: string
  producers: number
  processors: number
  /** kill -9 one processor and one producer in the middle, and start them again. */
  kill: boolean
  /** Operators give every command that there is, and start incidents; all of it happens again in the expectation. */
  orders?: boolean
  /** The digest is computed without Kafka in each of these numbers of shards; default one. */
  shards?: number[]
  say?(line: string): void
}

type Reading = { window: { kind: string; end: string }; kpi: string; scopes: object; truth: string }

const worldOf = (o: ProofOptions) => [
  ...(o.scenario === undefined ? [] : ['--scenario', o.scenario]),
  ...['--for', o.for, '--scale', o.scale],
]

/** Starts everything; the last producer, for which the run waits, when the console shows the run. */
async function startAll(programs: Programs, o: ProofOptions): Promise<string[]> {
  const names: string[] = []
  const start = (name: string, args: string[]) => {
    programs.start(name, [...args, '--status-port', '0'])
    names.push(name)
  }
  for (let i = 0; i < o.processors; i++) start(`processor-${i}`, ['process'])
  start('console', ['console', '--port', '0'])
  const speed = o.speed >= UNPACED_SPEED ? 'max' : String(o.speed)
  for (let i = 0; i < o.producers; i++) {
    const isLast = i > 0 && i === o.producers - 1
    const isShown = async () => (await clockOf(programs)).status !== 'ended'
    if (isLast) await waitUntil('the console shows the run', isShown, FINISH_LIMIT_MS)
    const shard = ['--shard', `${i}/${o.producers}`]
    start(`producer-${i}`, ['produce', ...shard, ...worldOf(o), '--speed', speed])
  }
  return names
}

async function watch(programs: Programs, forMs: number): Promise<void> {
  for (const end = realClock.now() + forMs; realClock.now() < end; ) {
    programs.sample()
    await sleep(realClock, 500)
  }
}

type Happening = { share: number; act(): Promise<void> }

/** What is done to the city, each when so much of the run may have happened. */
async function interfere(programs: Programs, o: ProofOptions, limitMs: number): Promise<void> {
  const say = o.say ?? (() => {})
  await waitUntil(
    'the run begins',
    async () => {
      const status = await runStatus(programs)
      return status === 'running' || status === 'ended' || `status ${status}`
    },
    FINISH_LIMIT_MS,
  )
  const view = await programs.ask<RunView>('/api/run')
  const { start } = view.clock
  const death = (share: number, name: string): Happening => ({
    share,
    async act() {
      await programs.kill(name)
      say(`killed ${name}`)
      await watch(programs, AWAY_MS)
      programs.restart(name)
    },
  })
  const sent: Promise<unknown>[] = []
  const order = ({ share, command }: PlannedOrder): Happening => ({
    share,
    // Nobody waits for an answer before the next, and a refusal by the asset's owner is one too: the log says what was accepted.
    act: async () => void sent.push(programs.ask('/api/commands', command).catch(() => {})),
  })
  const catalogue = buildCatalogue(loadCity(view.city), view.scale)
  const happenings = [
    ...(o.kill ? [death(PROCESSOR_DIES, 'processor-0'), death(PRODUCER_DIES, 'producer-1')] : []),
    ...(o.orders ? ordersOf(view, catalogue, start).map(order) : []),
  ].sort((a, b) => a.share - b.share)
  for (const { share, act } of happenings) {
    const at = start + share * parseDuration(o.for, '--for')
    const isDue = async () => {
      programs.sample()
      const { horizon } = await clockOf(programs)
      return horizon >= at || `horizon ${isoTime(horizon)}`
    }
    await waitUntil(`${share} of the run`, isDue, limitMs)
    await act()
  }
  await Promise.all(sent)
}

async function compare(programs: Programs, o: ProofOptions) {
  const log = join(o.folder, 'commands.jsonl')
  const commands = await programs.run(['command-log'], true)
  writeFileSync(log, commands)
  const accepted = commands.split('\n').length - 1
  const world = [...worldOf(o), '--commands', log, '--json']
  const expected = await programs.run(['kpis', ...world], false)
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
  const digestOf = (text: string) => (JSON.parse(text) as { digest: string }).digest
  const inProcess: Record<string, string> = {}
  for (const n of o.shards ?? [1]) {
    const shards = ['--shards', String(n)]
    inProcess[n] = digestOf(await programs.run(['digest', ...world, ...shards], false))
  }
  const onLog = digestOf(await programs.run(['digest', '--json'], true))
  const summary = (await programs.run(['kpis'], true)).trim().split('\n').at(-2)!
  const audit = await programs.run(['audit'], true)
  const isEqual = Object.values(inProcess).every((digest) => digest === onLog)
  return { accepted, waited, differing, missing, cells, inProcess, onLog, isEqual, summary, audit }
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

/** The console's word; rejects before there is a run. A machine that was too busy for the clock pauses it: it is resumed. */
async function clockOf(programs: Programs): Promise<ClockView> {
  const { clock } = await programs.ask<Pick<RunView, 'clock'>>('/api/run')
  if (clock.status !== 'paused') return clock
  // Of one horizon, so that asking twice resumes once.
  const id = `resume-${clock.horizon}`
  await programs.ask('/api/commands', { id, name: 'clock.resume', args: {} })
  return clock
}

const runStatus = async (programs: Programs) => (await clockOf(programs)).status

/** Runs the whole city once and stops it; rejects when it does not get to its end, or does not stand the audit. */
export async function proveCity(o: ProofOptions) {
  const programs = new Programs({
    folder: o.folder,
    kafka: ['--brokers', o.brokers, '--prefix', o.prefix],
  })
  const isPaced = o.speed < UNPACED_SPEED
  const wallMs = isPaced ? parseDuration(o.for, '--for') / o.speed : 0
  const limitMs = isPaced ? RUN_LIMIT_FACTOR * wallMs + FINISH_LIMIT_MS : UNPACED_LIMIT_MS
  try {
    const names = await startAll(programs, o)
    const since = realClock.now()
    await interfere(programs, o, limitMs)
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
    const result = await compare(programs, o)
    const usage = names.map((name) => ({ name, samples: programs.samples(name) }))
    const unexpected = programs.unexpected()
    const isEqual =
      isProof(result) &&
      result.isEqual &&
      /unexplained 0$/.test(result.summary) &&
      /\bPASS\b/.test(result.audit) &&
      unexpected.length === 0
    return { ...result, isEqual, tookMs, wallMs, usage, unexpected }
  } finally {
    await programs.stopAll()
  }
}
