// Lets the processor and the generated Flink SQL job answer one city on Kafka, and holds both against the truth cell by cell.
// Run: npx node load/flink/conformance.ts --brokers 127.0.0.1:9092 [--scenario ./load/flink/faults.json] [--live] [--kill] [--savepoint] [--kill-manager] [--replay]
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog, TopicSpec } from '../../infra/event-log/event-log.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { Problem } from '../../infra/problem.ts'
import { EXIT_DIFFERS, EXIT_DONE, EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import type { Command } from '../../producers/contract/records.ts'
import { DEFAULT_PREFIX, topicNames } from '../../producers/contract/topics.ts'
import type { GradeReport } from '../grade/report.ts'
import { Programs } from '../programs.ts'
import { waitUntil } from '../wait-until.ts'
import {
  cellsOf,
  compareEngines,
  differingCells,
  differingIn,
  FLAT_MAP,
  type FlatReading,
  flatFinals,
  readFlink,
  tableText,
} from './cells.ts'
import { FlinkEngine } from './engine.ts'
import { findFlink } from './jars.ts'

const HELP = `node load/flink/conformance.ts --brokers host:port [options]
  --scenario <s>  as of produce (default the city's own); --city, --for, --scale, --partitions too
  --live          Flink runs as JobManager and TaskManager while the city is produced; else one JVM works off what is there
  --speed <n>     of a live city (default 10)
  --kill          kill -9 the TaskManager in the middle; live only
  --savepoint     stop the job with a savepoint in the middle and go on from it; live only
  --kill-manager  kill -9 the JobManager in the middle; a new one gets the job with its newest checkpoint; live only
  --replay        when all is answered, the job once more over the same topics, from their beginning; live only
Exit code 99 when a cell differs.`

const PRODUCE_MS = 900_000
const ANSWER_MS = 600_000
const AWAY_MS = 3_000
const WORLD = ['scenario', 'city', 'for', 'scale', 'partitions'] as const

type Values = ReturnType<typeof readOptions>

function readOptions() {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    options: {
      ...{ brokers: text, scenario: text, city: text, for: text, scale: text, partitions: text },
      ...{ speed: { type: 'string', default: '10' } as const, live: flag, kill: flag },
      ...{ savepoint: flag, 'kill-manager': flag, replay: flag, keep: flag },
    },
  })
  return values
}

/** One city on the topics, both engines, and their logs in a folder. */
class EngineTrial {
  readonly #values: Values
  readonly #programs: Programs
  readonly #engine: FlinkEngine
  readonly #log: EventLog
  readonly #prefix: string
  readonly #output: string
  readonly #folder: string
  /** Cells that Flink had answered when it was last killed or stopped. */
  #atLastBlow = 0
  #resumed = 0
  /** The live job. */
  #sql = ''

  constructor(values: Values, lib: string, folder: string, log: EventLog) {
    const prefix = `flink${process.pid}.`
    this.#prefix = prefix
    this.#values = values
    this.#folder = folder
    this.#log = log
    this.#output = `${prefix}kpi.flink`
    this.#programs = new Programs({
      folder,
      kafka: ['--brokers', values.brokers!, '--prefix', prefix],
    })
    this.#engine = new FlinkEngine(lib, join(folder, 'flink'))
  }

  async run(): Promise<boolean> {
    const { live, replay } = this.#values
    try {
      if (live) await this.#startLive()
      else await this.#workOff()
      this.#programs.start('processor', ['process', '--status-port', '0'])
      if (live) await this.#answerLive()
      else await this.#engine.runBounded(await this.#job(this.#output, true))
      const ours = flatFinals(await this.#finals())
      const isEqual = await this.#judge(ours, this.#output)
      return replay ? (await this.#answerAgain(ours)) && isEqual : isEqual
    } finally {
      await this.#engine.stop()
      await this.#programs.stopAll()
    }
  }

  async #produce(speed: string): Promise<void> {
    this.#programs.start('producer', ['produce', ...this.#world(), '--speed', speed])
    await this.#producerSays(/produce runs/)
  }

  async #workOff(): Promise<void> {
    await this.#produce('max')
    await this.#producerSays(/produce stops/)
    await this.#createOutput(this.#output)
  }

  /** The job runs before the city: else it would find most of a short run on a log, however slow the city goes. */
  async #startLive(): Promise<void> {
    const { brokers, speed } = this.#values
    const asked = await this.#programs.run(['topics', ...this.#world(), '--json'], false)
    const specs = (JSON.parse(asked) as TopicSpec[]).map(({ name, ...spec }) => ({
      ...spec,
      name: this.#prefix + name.slice(DEFAULT_PREFIX.length),
    }))
    await this.#log.ensureTopics(specs)
    await this.#createOutput(this.#output)
    const place = ['--servers', brokers!, '--prefix', this.#prefix, '--output', this.#output]
    this.#sql = await this.#programs.run(['flink', 'sql', ...this.#world(), ...place], false)
    await this.#engine.startCluster()
    await this.#engine.submit(this.#sql)
    await this.#engine.waitForRunning()
    await this.#produce(speed)
  }

  #world(): string[] {
    return WORLD.flatMap((name) => {
      const value = this.#values[name]
      return value === undefined ? [] : [`--${name}`, value]
    })
  }

  async #producerSays(pattern: RegExp): Promise<void> {
    const look = async () => {
      const gone = this.#programs.unexpected()
      if (gone.length > 0) throw new Problem(`${gone.join(', ')}; see ${this.#folder}`, EXIT_FAILED)
      await this.#resume()
      return pattern.test(this.#programs.logOf('producer'))
    }
    await waitUntil(`the producer says ${pattern}`, look, PRODUCE_MS)
  }

  /** After a stand-still of a busy machine the city waits for somebody to let it go on; there is nobody else. */
  async #resume(): Promise<void> {
    const pauses = this.#programs.logOf('producer').match(/the city was paused/g)?.length ?? 0
    if (pauses === this.#resumed) return
    this.#resumed = pauses
    const id = `resume-${pauses}`
    const command: Command = { id, name: 'clock.resume', args: {}, by: 'conformance' }
    const record = { key: Buffer.from(id), value: Buffer.from(JSON.stringify(command)) }
    const topic = topicNames(this.#prefix).command
    await this.#log.append(topic, 0, [{ ...record, timestamp: realClock.now() }])
  }

  #isProduced(): boolean {
    return /produce stops/.test(this.#programs.logOf('producer'))
  }

  async #createOutput(name: string): Promise<void> {
    await this.#log.ensureTopics([{ name, partitions: 1, cleanup: 'compact' }])
  }

  async #job(output: string, isBounded: boolean): Promise<string> {
    const args = ['flink', 'sql', '--output', output, ...(isBounded ? ['--bounded'] : [])]
    return this.#programs.run(args, true)
  }

  async #answerLive(): Promise<void> {
    const { kill, savepoint } = this.#values
    if (kill) {
      await this.#inTheMiddle('TaskManager killed')
      await this.#engine.killTaskManager()
      await sleep(realClock, AWAY_MS)
      this.#engine.startTaskManager()
      await this.#engine.waitForRunning()
    }
    if (savepoint) {
      await this.#inTheMiddle('stopped with a savepoint')
      await this.#goOn(await this.#engine.stopWithSavepoint())
    }
    if (this.#values['kill-manager']) {
      await this.#inTheMiddle('JobManager killed')
      await this.#goOn(await this.#engine.replaceJobManager())
    }
    await this.#producerSays(/produce stops/)
  }

  /** Resolves when the job has answered something since the blow before, or nothing more comes, and has a checkpoint. */
  async #inTheMiddle(what: string): Promise<void> {
    const look = async () => {
      await this.#resume()
      const now = await this.#count()
      return now > this.#atLastBlow || this.#isProduced() || `${now} cells`
    }
    await waitUntil('Flink answers', look, ANSWER_MS)
    await this.#engine.waitForCheckpoint()
    this.#atLastBlow = await this.#count()
    const when = this.#isProduced() ? 'the run is over' : 'the run goes on'
    say(`${what}: it had answered ${this.#atLastBlow} cells, ${when}`)
  }

  async #goOn(place: string): Promise<void> {
    await this.#engine.submit(`SET 'execution.state-recovery.path' = '${place}';\n${this.#sql}`)
    await this.#engine.waitForRunning()
    say(`gone on from ${place.slice(place.lastIndexOf('/') + 1)}`)
  }

  /** The same log once more, held against what the job said when it was new. */
  async #answerAgain(ours: FlatReading[]): Promise<boolean> {
    const output = `${this.#output}.again`
    await this.#engine.cancel()
    await this.#createOutput(output)
    await this.#engine.submit(await this.#job(output, false))
    say('the same log once more')
    const isEqual = await this.#judge(ours, output)
    const [live, again] = [this.#output, output].map((topic) => readFlink(this.#log, topic))
    const differing = differingCells((await live).cells, (await again).cells)
    say(`${(await live).cells.size} cells of the live job, ${differing} differing when replayed`)
    return isEqual && differing === 0
  }

  async #count(): Promise<number> {
    return (await readFlink(this.#log, this.#output)).cells.size
  }

  async #finals(): Promise<string> {
    let text = ''
    let before = -1
    // The processor is done when it says no more: a run's last window may be cut off, so nothing else tells.
    await waitUntil(
      'the processor has answered everything',
      async () => {
        text = await this.#programs.run(['kpis', '--json'], true, [EXIT_DONE, EXIT_DIFFERS])
        const isDone = text.length > 0 && text.length === before
        before = text.length
        return isDone || `${text.length} bytes of finals`
      },
      ANSWER_MS,
    )
    return text
  }

  async #judge(ours: FlatReading[], output: string): Promise<boolean> {
    const wanted = cellsOf(ours)
    const isThere = async () => {
      const { cells } = await readFlink(this.#log, output)
      const missing = [...wanted.keys()].filter((key) => !cells.has(key)).length
      return missing === 0 || `${missing} cells missing`
    }
    // What stays missing is counted below.
    await waitUntil('Flink has answered everything', isThere, ANSWER_MS).catch((e: Error) =>
      say(e.message),
    )
    const file = join(this.#folder, 'processor.jsonl')
    writeFileSync(file, ours.map((reading) => `${JSON.stringify(reading)}\n`).join(''))
    const grades = {
      ours: await this.#grade(['--file', file]),
      theirs: await this.#grade(['--topic', output]),
    }
    const { cells, written, rewritten } = await readFlink(this.#log, output)
    const rows = compareEngines(wanted, cells, grades)
    for (const line of tableText(rows)) say(line)
    const differing = rows.reduce((sum, row) => sum + differingIn(row), 0)
    const { run, windows, total } = grades.theirs
    say(
      `run ${run}, ${windows.count} windows; ${total.cells} cells, ${differing} differing; Flink wrote ${written} records, ${rewritten} of them other than before, ${total.extra} cells that are nobody's`,
    )
    return differing === 0 && rewritten === 0 && total.extra === 0 && total.cells > 0
  }

  async #grade(readings: string[]): Promise<GradeReport> {
    const args = ['grade', ...readings, '--map', FLAT_MAP, '--kpis', 'all', '--json']
    const codes = [EXIT_DONE, EXIT_DIFFERS]
    return JSON.parse(await this.#programs.run(args, true, codes)) as GradeReport
  }
}

const say = (line: string): void => console.log(line)

async function main(): Promise<void> {
  const values = readOptions()
  if (!values.brokers) throw new Problem(HELP)
  const onlyLive = (['kill', 'savepoint', 'kill-manager', 'replay'] as const).filter(
    (x) => values[x],
  )
  if (onlyLive.length > 0 && !values.live) {
    throw new Problem(`--${onlyLive.join(', --')}: given without --live, expected with it`)
  }
  const found = await findFlink()
  if (typeof found === 'string') throw new Problem(`Flink NOT run: ${found}`, EXIT_FAILED)
  const folder = join(tmpdir(), `huacheng-flink-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const log = createKafkaLog({ connection: { brokers: values.brokers.split(',') } })
  try {
    const isEqual = await new EngineTrial(values, found.lib, folder, log).run()
    if (!isEqual) process.exitCode = EXIT_DIFFERS
    if (!values.keep) rmSync(folder, { recursive: true, force: true })
  } finally {
    await log.close()
  }
}

await reportingProblems(main)
