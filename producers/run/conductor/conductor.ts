// The conductor: mints the run on `run`, moves the horizon, and turns commands into facts with an effective time.
import { randomUUID } from 'node:crypto'
import { type Clock, sleep } from '../../../infra/clock.ts'
import type { EventLog, Subscription } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import type { Descriptor } from '../../contract/records.ts'
import { createCommandReader, createResultReader } from '../../contract/run/command-reader.ts'
import { createRunReader } from '../../contract/run/run-reader.ts'
import type { Topics } from '../../contract/topics.ts'
import { ConductorRecords } from './conductor-records.ts'
import { type ConductorView, conductorView } from './conductor-view.ts'
import { Rivals } from './rivals.ts'
import { RunCommands } from './run-commands.ts'
import { RunOpener } from './run-opener.ts'
import { Speedometer } from './speedometer.ts'
import { Tenure } from './tenure.ts'

const STEP_MS = 100
const FAST_STEP_MS = 10
/** A longer silence of the wall clock means the machine slept: pause, never a catch-up burst. */
const SLEEP_GAP_MS = 5_000

export type ConductorOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  /** Descriptor of the n-th start of this scenario, 0 first. */
  descriptorOf(restart: number): Descriptor
  /** The domain of an asset id, undefined when the city has no such asset. */
  domainOf(target: string): string | undefined
  /** Begin a new run even where one of the same scenario is still open on the log. */
  restart?: boolean
  /** Wall ms that H lies ahead of the clock: 250 in memory, 500 on Kafka. */
  leadMs: number
  /** A new unique id, default a random UUID. */
  newId?: () => string
  /** Sim time (ms) that the processor has folded, to throttle the city in one process; null = not known yet. */
  processed?: () => number | null
  onProblem?: (text: string) => void
  /** Hears of records that fit nothing. */
  ignored: Pick<IgnoredRecords, 'report'>
}

export interface RunningConductor {
  /** Rejects when the conductor died; resolves after stop(). */
  readonly done: Promise<void>
  /** Steps at which the horizon had to wait for a shard or the processor. */
  stalls(): number
  view(): ConductorView
  stop(): Promise<void>
}

export async function startConductor(options: ConductorOptions): Promise<RunningConductor> {
  const { log, clock, topics, domainOf, onProblem, newId = randomUUID } = options
  const { report } = options.ignored
  const topic = topics.run
  // From before the run is minted on: whoever sees it on the log may command it at once.
  const [{ latest: firstCommand }] = await log.offsets(topics.command)
  const records = new ConductorRecords(log, clock, topics)
  const rivals = new Rivals()
  const opener = new RunOpener({ ...options, topic, records, rivals, newId, report })
  const opened = await opener.open()
  const tenure = new Tenure({ run: opened.run, opener, rivals, topic, onProblem })
  const commands = new RunCommands({ clock, tenure, records, domainOf })
  commands.begin(opened)
  const parts = { records, tenure, commands }
  return new Conductor(options, parts, await openTails(options, parts, firstCommand))
}

type ConductorParts = { records: ConductorRecords; tenure: Tenure; commands: RunCommands }

/** Reads `run` from the run in hand on, all answers that were ever given, and commands from `firstCommand` on. */
async function openTails(
  { log, topics, ignored: { report } }: ConductorOptions,
  { tenure, commands }: ConductorParts,
  firstCommand: bigint,
): Promise<Subscription[]> {
  const { epoch } = tenure.run
  const reader = createRunReader({ topic: topics.run, report, since: epoch })
  const runTail = await log.tail({
    topic: topics.run,
    from: { offset: BigInt(epoch) },
    batch({ records }) {
      for (const record of records) {
        const fact = reader.read(record)
        if (!fact) continue
        tenure.notice(fact)
        commands.notice(fact, Number(record.offset))
      }
    },
  })
  const readResult = createResultReader({ topic: topics.commandResult, report })
  const resultTail = await log.tail({
    topic: topics.commandResult,
    from: 'earliest',
    batch({ records }) {
      for (const record of records) {
        const result = readResult(record)
        if (result) commands.keepResult(result)
      }
    },
  })
  const readCommand = createCommandReader({ topic: topics.command, report })
  const commandTail = await log.tail({
    topic: topics.command,
    from: { offset: firstCommand },
    batch: ({ records }) => commands.put(records.flatMap((r) => readCommand(r) ?? [])),
  })
  return [runTail, resultTail, commandTail]
}

class Conductor implements RunningConductor {
  readonly done: Promise<void>
  readonly #options: ConductorOptions
  readonly #parts: ConductorParts
  readonly #tails: Subscription[]
  readonly #speedometer = new Speedometer()
  readonly #looped: Promise<void>
  #stalls = 0
  #stopping = false
  /** Wall time of the last step. */
  #steppedAt: number

  constructor(options: ConductorOptions, parts: ConductorParts, tails: Subscription[]) {
    this.#options = options
    this.#parts = parts
    this.#tails = tails
    this.#steppedAt = options.clock.now() // topics just made may have kept the start waiting: nobody slept
    this.#looped = this.#loop()
    this.#looped.catch(() => {}) // `done` says it
    const { promise: deaf, reject } = Promise.withResolvers<never>()
    for (const tail of tails) tail.done.catch(reject)
    this.done = Promise.race([this.#looped, deaf])
    // The owner listens to `done`; a failure before it does must not end the process.
    this.done.catch(() => {})
  }

  stalls(): number {
    return this.#stalls
  }

  view(): ConductorView {
    return conductorView(this.#parts.tenure.run, this.#speedometer.speed)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#parts.commands.close()
    await this.#looped.catch(() => {})
    await Promise.all(this.#tails.map((tail) => tail.close()))
  }

  async #loop(): Promise<void> {
    const { clock } = this.#options
    while (!this.#stopping) {
      await this.#step()
      await sleep(clock, this.#parts.tenure.run.clock.unpaced ? FAST_STEP_MS : STEP_MS)
    }
  }

  async #step(): Promise<void> {
    const { records, tenure, commands } = this.#parts
    const now = this.#options.clock.now()
    this.#noticeSleep(now)
    await commands.takeWaiting(now)
    if (tenure.isOvertaken()) return
    await commands.deleteRevoked()
    const { run } = tenure
    if (run.hasEnded) return records.end(run)
    const { slowest } = run
    this.#speedometer.note(now, slowest)
    const allowed = (slack: number) => run.allowed(slack, this.#options.processed)
    if (run.clock.move(now, slowest, allowed)) this.#stalls++
    await records.horizon(run)
    if (slowest < run.clock.end) return
    const cutShort = run.clock.end < Date.parse(run.descriptor.end)
    run.end(cutShort ? 'stop' : 'duration')
    await records.end(run)
  }

  #noticeSleep(now: number): void {
    const { run } = this.#parts.tenure
    const since = this.#steppedAt
    const gap = now - since
    this.#steppedAt = now
    // One that goes as fast as it can has no pace to lose: a stall costs it nothing.
    if (gap <= SLEEP_GAP_MS || run.clock.paused || run.clock.unpaced || run.hasEnded) return
    run.clock.sleptSince(since, now)
    this.#options.onProblem?.(
      `conductor: the wall clock jumped by ${Math.round(gap / 1000)} s, so the city was paused; resume it when ready`,
    )
  }
}
