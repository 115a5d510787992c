// A producer process's loop: reads horizons and commands from `run`, lets its share of the city happen, appends it.
import { type Clock, sleep } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import type { Descriptor } from '../../contract/records.ts'
import { createResultReader } from '../../contract/run/command-reader.ts'
import { createRunReader, type RunFact } from '../../contract/run/run-reader.ts'
import type { Topics } from '../../contract/topics.ts'
import type { Domain } from '../../simulation/simulator.ts'
import { CommandAnswers } from './command-answers.ts'
import { type Followed, follow } from './follow.ts'
import type { KernelKeeper } from './kept-kernel.ts'
import { RunInbox } from './run-inbox.ts'
import { type ProducerWorld, type RunOver, ShardRun } from './shard-run.ts'
import { SpareKernel } from './spare-kernel.ts'

export type { ProducerWorld, RunOver } from './shard-run.ts'

const STEP_MS = 20

export type ShardOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  shard: number
  shards: number
  domains: Domain[]
  /** The world of a descriptor read from `run`; null = let it be, throws when this build cannot simulate it. */
  worldOf(descriptor: Descriptor): ProducerWorld | null
  ticks?: boolean
  /** Keeps the next start of the same run ready: it begins sooner, and the memory of a second simulation is the price. */
  keepsSpare?: boolean
  /** Keeps this shard's kernel at some times, and may have the one to go on with. */
  keeper?: KernelKeeper
  /** Hears of records that fit nothing. */
  ignored: Pick<IgnoredRecords, 'report'>
  /** A run was taken up; `begun` = this shard's topic-partitions may hold records of it already. */
  onRun?(descriptor: Descriptor, epoch: number, begun: boolean): void
  /** A run ended while this shard was there, and every event of its share is acknowledged. */
  onOver?(over: RunOver): void
  /** The newest run was over before this shard came: it waits for the next one. */
  onIdle?(descriptor: Descriptor): void
}

export interface RunningShard {
  /** Rejects when the shard died; resolves after stop(). */
  readonly done: Promise<void>
  /** Events of the current run so far. */
  events(): number
  /** Sim ms up to which this shard has simulated, and up to which it should have by now; null before a horizon. */
  view(): { simulatedTo: number; due: number } | null
  stop(): Promise<void>
}

export async function startShard(options: ShardOptions): Promise<RunningShard> {
  const { log, topics, clock } = options
  const { report } = options.ignored
  const inbox = new RunInbox(options.shard)
  const reader = createRunReader({ topic: topics.run, report })
  const runs = await follow(log, topics.run, (record) => {
    const fact = reader.read(record)
    if (fact) inbox.put(fact)
  })
  const answers = new CommandAnswers({ log, clock, topic: topics.commandResult })
  const readResult = createResultReader({ topic: topics.commandResult, report })
  const results = await follow(log, topics.commandResult, (record) => {
    const result = readResult(record)
    if (result) answers.note(result)
  })
  return new Shard(options, { inbox, runs, answers, results })
}

type ShardParts = {
  inbox: RunInbox
  runs: Followed
  answers: CommandAnswers
  results: Followed
}

class Shard implements RunningShard {
  readonly done: Promise<void>
  readonly #options: ShardOptions
  readonly #parts: ShardParts
  readonly #looped: Promise<void>
  readonly #spare: SpareKernel | undefined
  #run: ShardRun | null = null
  #stopping = false

  constructor(options: ShardOptions, parts: ShardParts) {
    this.#options = options
    this.#parts = parts
    this.#spare = options.keepsSpare ? new SpareKernel() : undefined
    this.#looped = this.#loop()
    this.#looped.catch(() => {}) // `done` says it
    this.done = Promise.race([this.#looped, parts.runs.failed, parts.results.failed])
    // The owner listens to `done`; a failure before it does must not end the process.
    this.done.catch(() => {})
  }

  events(): number {
    return this.#run?.events ?? 0
  }

  view(): { simulatedTo: number; due: number } | null {
    return this.#run?.view(this.#options.clock.now()) ?? null
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#looped.catch(() => {})
    await Promise.all([this.#parts.runs.close(), this.#parts.results.close()])
  }

  async #loop(): Promise<void> {
    const { inbox, runs, results } = this.#parts
    const caughtUp = Promise.all([runs.caughtUp, results.caughtUp])
    await Promise.race([caughtUp, runs.failed, results.failed])
    inbox.catchUp()
    while (!this.#stopping) {
      await this.#step()
      await sleep(this.#options.clock, STEP_MS)
    }
    await this.#run?.flush()
  }

  async #step(): Promise<void> {
    await this.#readInbox()
    const over = await this.#run?.advance()
    if (over) this.#options.onOver?.(over)
    this.#run?.makeSpare()
  }

  /** Takes in what was read from `run`, in its order. */
  async #readInbox(): Promise<void> {
    const { inbox } = this.#parts
    for (let fact = inbox.next(); fact; fact = inbox.next()) {
      if (fact.kind === 'descriptor') await this.#startRun(fact.epoch, fact.descriptor)
      else if (this.#run && fact.epoch === this.#run.epoch) this.#readFact(this.#run, fact)
    }
  }

  #readFact(run: ShardRun, fact: RunFact): void {
    const wasOver = fact.kind === 'end' && fact.offset < this.#parts.runs.from
    run.read(fact, wasOver)
    if (wasOver) this.#options.onIdle?.(run.descriptor)
  }

  /** A new descriptor is a new epoch: what the old run still had queued is appended first, then forgotten. */
  async #startRun(epoch: number, descriptor: Descriptor): Promise<void> {
    const { inbox, answers } = this.#parts
    const before = inbox.progressIn(epoch)
    await this.#run?.flush()
    this.#run = null
    const world = this.#options.worldOf(descriptor)
    if (!world) return
    this.#options.onRun?.(descriptor, epoch, before !== null)
    const isStopping = () => this.#stopping
    const own = { epoch, descriptor, world, answers, isStopping, spare: this.#spare }
    this.#run = await ShardRun.open({ ...this.#options, ...own }, before)
  }
}
