// The processor and the generated Flink SQL job over the same backlog, in turns: CPU time of each per event, and what it pays for.
// Run: npx node load/flink/throughput.ts --brokers 127.0.0.1:9092 [--rounds 3] [--for PT30M] [--scale 1] [--domains a,b] [--prefix p.]
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_DIFFERS, EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { domains as allDomains } from '../../producers/domains.ts'
import { keyedRecords } from '../peers/backlog.ts'
import { drain, produce } from '../peers/our-programs.ts'
import { resultsText } from '../peers/results.ts'
import { inTurns, machine } from '../peers/turns.ts'
import type { Turn } from '../peers/warm-program.ts'
import { Programs } from '../programs.ts'
import { waitUntil } from '../wait-until.ts'
import { cellsOf, type EngineCells, flatFinals, readFlink } from './cells.ts'
import { FlinkEngine } from './engine.ts'
import { findFlink } from './jars.ts'

const ANSWER_MS = 600_000
/** Flink looks through a horizon window by window: with a longer one that is measured, and not the events. */
const LONGEST_HORIZON_MS = 3_600_000

/** What the figures compare, for whoever reads them. */
const APART = `
The processor: a new process in every turn, its first 150,000 events not counted; one Node process, all of its threads. It says
  windows, days, standing against the plan, alerts, map frames and the account of every event, and holds itself against the truth.
Flink: one TaskManager with two slots for all rounds, warm from the round before; its CPU from before the job is submitted until
  the last window's readings are on the topic; wall time from the job running. It says windows. Its JobManager's CPU is listed by
  itself, the client's that plans the job is not counted. Every cell of every turn is compared with finals computed without Kafka.`

type EngineBacklog = {
  brokers: string
  prefix: string
  domains: string[]
  events: number
  wanted: EngineCells
}

/** One cluster for all rounds. */
class FlinkTurns {
  readonly #engine: FlinkEngine
  readonly #log: EventLog
  readonly #backlog: EngineBacklog
  readonly #programs: Programs
  readonly jobManagerMs: number[] = []
  differing = 0

  constructor(engine: FlinkEngine, log: EventLog, programs: Programs, backlog: EngineBacklog) {
    this.#engine = engine
    this.#log = log
    this.#programs = programs
    this.#backlog = backlog
  }

  async turn(round: number): Promise<Turn> {
    const { events, wanted, prefix } = this.#backlog
    const output = `${prefix}kpi.flink.${process.pid}.${round}`
    await this.#log.ensureTopics([{ name: output, partitions: 1, cleanup: 'compact' }])
    const sql = await this.#programs.run(['flink', 'sql', '--output', output], true)
    const before = this.#engine.cpuMs()
    await this.#engine.submit(sql)
    await this.#engine.waitForRunning()
    const since = realClock.now()
    const isThere = async () => {
      const [{ latest }] = await this.#log.offsets(output)
      return latest >= wanted.size || `${latest} readings`
    }
    await waitUntil('the last readings', isThere, ANSWER_MS)
    const wallMs = realClock.now() - since
    const after = this.#engine.cpuMs()
    this.jobManagerMs.push(after.jobManager - before.jobManager)
    await this.#engine.cancel()
    const { cells } = await readFlink(this.#log, output)
    this.differing += [...wanted].filter(([key, said]) => cells.get(key) !== said).length
    return { events, cpuUs: 1000 * (after.taskManager - before.taskManager), wallMs }
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      ...{ brokers: text, domains: text, prefix: text },
      rounds: { type: 'string', default: '3' },
      for: { type: 'string', default: 'PT30M' },
      scale: { type: 'string', default: '1' },
    },
  })
  const { brokers } = values
  if (!brokers) throw new Problem('--brokers: not given, expected host:port')
  const found = await findFlink()
  if (typeof found === 'string') throw new Problem(`Flink NOT run: ${found}`, EXIT_FAILED)
  const domains = values.domains?.split(',') ?? quickDomains()
  const prefix = values.prefix ?? `engines${process.pid}.`
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-engines-'))
  const programs = new Programs({ folder, kafka: ['--brokers', brokers, '--prefix', prefix] })
  const engine = new FlinkEngine(found.lib, join(folder, 'flink'))
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  try {
    const world = ['--domains', domains.join(','), '--for', values.for, '--scale', values.scale]
    if (!values.prefix) await produce(brokers, prefix, world)
    const wanted = cellsOf(flatFinals(await programs.run(['kpis', '--json', ...world], false)))
    const backlog = { brokers, prefix, domains, wanted, events: 0 }
    for await (const records of keyedRecords(brokers, prefix, domains))
      backlog.events += records.length
    await engine.startCluster()
    const flink = new FlinkTurns(engine, log, programs, backlog)
    const ours = { name: 'processor', turn: () => drain(brokers, prefix, backlog.events, domains) }
    const theirs = { name: 'Flink SQL', turn: (round: number) => flink.turn(round) }
    const comparison = await inTurns('process', [ours, theirs], Number(values.rounds))
    const head = `${machine()}; load ${loadavg()[0].toFixed(1)} at the end. ${values.rounds} rounds; ${backlog.events} events of ${domains.join(', ')} (${values.for} at scale ${values.scale}); ${wanted.size} cells, ${flink.differing} differing in all of Flink's turns.`
    console.log(`${resultsText([comparison], head)}\n${APART}`)
    const seconds = flink.jobManagerMs.slice(1).map((ms) => (ms / 1000).toFixed(1))
    console.log(`JobManager, CPU seconds per turn: ${seconds.join(', ')}`)
    if (flink.differing > 0) process.exitCode = EXIT_DIFFERS
  } finally {
    await engine.stop()
    await log.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const quickDomains = (): string[] =>
  allDomains
    .map(({ declaration }) => declaration)
    .filter(({ measures }) => measures.every((m) => (m.freshForMs ?? 0) <= LONGEST_HORIZON_MS))
    .map(({ domain }) => domain)

await reportingProblems(main)
