// Our processor and producer beside other people's on the same events, in turns: CPU of each client process from outside.
// Run: npm run bench:peers -- --brokers 127.0.0.1:9092 [--rounds 5] [--for PT30M] [--prefix p. (a backlog that is there)] [--write]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../../infra/problem.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { ROOT } from '../child-program.ts'
import { keyedRecords } from './backlog.ts'
import { drain, produce } from './our-programs.ts'
import { type Comparison, resultsText } from './results.ts'
import { inTurns, machine, type Runner, say } from './turns.ts'
import { type Turn, WarmProgram } from './warm-program.ts'

const JAVA = join('load', 'peers', 'kafka-streams')
const PAYLOAD_RECORDS = 20_000
const SENT = 300_000
/** Java is still getting faster in its third turn. */
const WARM_UP_TURNS = 4
/** About as much as a slice of ours: by default a batch has 16 KiB and leaves at once. */
const LARGE_BATCHES = ['batch.size=131072', 'linger.ms=5', 'buffer.memory=67108864']

const OPTIONS = {
  brokers: { type: 'string', default: '127.0.0.1:9092' },
  rounds: { type: 'string', default: '5' },
  for: { type: 'string', default: 'PT30M' },
  prefix: { type: 'string' },
  only: { type: 'string', default: 'process,produce,simulate' },
  write: { type: 'boolean', default: false },
} as const

type Setting = {
  brokers: string
  /** Of the backlog; what is written here begins with it too. */
  prefix: string
  rounds: number
  /** Keyed events of the backlog. */
  events: number
  domains: string[]
  /** A file of values, one a line. */
  payload: string
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  const { brokers } = values
  const rounds = Number(values.rounds)
  const peer = readFileSync(join(ROOT, JAVA, 'peer.json'), 'utf8')
  const { domains } = JSON.parse(peer) as { domains: string[] }
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-peers-'))
  const payload = join(folder, 'payload')
  const prefix = values.prefix ?? `peers${process.pid}.`
  try {
    if (!values.prefix) {
      const world = ['--domains', domains.join(','), '--for', values.for]
      say('the backlog', await produce(brokers, prefix, world))
    }
    const events = await payloadAndCount(brokers, prefix, domains, payload)
    const setting = { brokers, prefix, rounds, events, domains, payload }
    const asked = values.only.split(',')
    const comparisons: Comparison[] = []
    if (asked.includes('process')) comparisons.push(await compareProcessing(setting))
    if (asked.includes('produce')) comparisons.push(await compareProducing(setting))
    if (asked.includes('simulate')) comparisons.push(simulate(rounds))
    const head = `${machine()}; load ${loadavg()[0].toFixed(1)} at the end. ${rounds} rounds; ${events} events in the backlog.`
    const text = resultsText(comparisons, head)
    console.log(text)
    if (values.write) writeFigures(text)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Our processor with all its guards beside jobs that compute eleven KPIs of the same events and nothing else. */
async function compareProcessing(setting: Setting): Promise<Comparison> {
  const { brokers, prefix, events, domains, rounds } = setting
  const peers = {
    'Kafka Streams, usual store': java(setting, 'ks.Bench', ['-Dmode=kv']),
    'Kafka Streams, heap': java(setting, 'ks.Bench', ['-Dmode=heap']),
    'bare Java': java(setting, 'ks.JavaLoop', ['-Dstep=fold']),
  }
  const ours = { name: 'processor', turn: () => drain(brokers, prefix, events, domains) }
  return await endingAll(peers, () => inTurns('process', [ours, ...warmRunners(peers)], rounds))
}

async function compareProducing(setting: Setting): Promise<Comparison> {
  const { brokers, prefix, domains, rounds, payload } = setting
  const perf = [
    ...['--topic', `${prefix}send-perf`, '--num-records', String(SENT), '--throughput', '-1'],
    ...['--payload-file', payload],
    ...['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all'],
  ]
  const peers = {
    'send path alone': sender(setting, 'append'),
    'kafka-producer-perf-test': java(setting, 'ks.PerfLoop', [], perf),
    'the same with large batches': java(setting, 'ks.PerfLoop', [], [...perf, ...LARGE_BATCHES]),
    kafkajs: sender(setting, 'kafkajs'),
  }
  const world = ['--domains', domains.join(','), '--for', 'PT15M']
  const ours = {
    name: 'producer, whole',
    turn: (round: number) => produce(brokers, `${prefix}p${round}.`, world),
  }
  return await endingAll(peers, () => inTurns('produce', [ours, ...warmRunners(peers)], rounds))
}

async function endingAll<T>(
  programs: Record<string, WarmProgram>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } finally {
    for (const program of Object.values(programs)) program.end()
  }
}

function java(
  { brokers, prefix }: Setting,
  main: string,
  properties: string[],
  args: string[] = [],
): WarmProgram {
  return new WarmProgram('java', [
    ...['-Xmx1g', '-XX:+UseParallelGC', `-Dboot=${brokers}`, `-Dprefix=${prefix}`],
    ...[`-Dkpi=${prefix}streams`, '-Dwait=1', '-Dpasses=99', '-Dcheck=off', ...properties],
    ...['-cp', `${JAVA}/target/classes:${JAVA}/lib/*`, main, ...args],
  ])
}

function sender({ brokers, prefix, payload }: Setting, way: string): WarmProgram {
  return new WarmProgram(process.execPath, [
    ...['load/peers/producers.ts', '--brokers', brokers, '--way', way],
    ...['--topic', `${prefix}send-${way}`, '--payload', payload, '--records', String(SENT)],
  ])
}

/** In the round that is not counted it works until it is compiled. */
function warmRunners(programs: Record<string, WarmProgram>): Runner[] {
  return Object.entries(programs).map(([name, program]) => ({
    name,
    async turn(round) {
      for (let i = 1; round === 0 && i < WARM_UP_TURNS; i++) await program.turn()
      return program.turn()
    },
  }))
}

/** Simulation, encoding, chain and truth without Kafka, by the program that measures it. */
function simulate(rounds: number): Comparison {
  const turns: Turn[] = []
  for (let round = 0; round < rounds; round++) {
    const text = execFileSync(process.execPath, ['test/bench/kernel.bench.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const match = /kernel: ([\d.]+) µs per event \(.*, (\d+) events\)/.exec(text)
    if (!match) throw new Problem(`kernel.bench.ts: got "${text}", expected µs per event`)
    const cpuUs = Number(match[1]) * Number(match[2])
    const turn = { events: Number(match[2]), cpuUs, wallMs: cpuUs / 1000 }
    say(`simulate round ${round + 1}`, turn)
    turns.push(turn)
  }
  return { what: 'simulate', turns: new Map([['simulate, encode, truth', turns]]) }
}

/** Writes values of the run to a file, and counts its events. */
async function payloadAndCount(
  brokers: string,
  prefix: string,
  domains: string[],
  file: string,
): Promise<number> {
  const lines: string[] = []
  let events = 0
  for await (const keyed of keyedRecords(brokers, prefix, domains)) {
    if (lines.length < PAYLOAD_RECORDS)
      lines.push(...keyed.slice(0, 200).map(({ value }) => value!.toString()))
    events += keyed.length
  }
  writeFileSync(file, `${lines.join('\n')}\n`)
  return events
}

/** Into docs/performance.md, in place of what stands between its two marks. */
function writeFigures(text: string): void {
  const file = join(ROOT, 'docs', 'performance.md')
  const page = readFileSync(file, 'utf8')
  const [from, to] = ['<!-- figures -->', '<!-- end of figures -->']
  const before = page.slice(0, page.indexOf(from) + from.length)
  writeFileSync(file, `${before}\n\n${text}\n\n${page.slice(page.indexOf(to))}`)
}

await reportingProblems(main)
