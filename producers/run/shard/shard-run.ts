// One run as one shard has it in hand: what `run` says of it, and its share of the city as far as it has happened.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { Catalogue, City, Scenario } from '../../../seeds/contract.ts'
import type { AcceptedCommand, Descriptor, RunEnd } from '../../contract/records.ts'
import { isForConductor } from '../../contract/run/run-commands.ts'
import type { RunFact } from '../../contract/run/run-reader.ts'
import { tickTimesOf } from '../../contract/ticks.ts'
import type { Topics } from '../../contract/topics.ts'
import { createKernel, type Kernel } from '../../kernel/kernel.ts'
import type { Domain } from '../../simulation/simulator.ts'
import type { CommandAnswers } from './command-answers.ts'
import { CommandSchedule } from './command-schedule.ts'
import { type KernelKeeper, takeKept } from './kept-kernel.ts'
import { dueSimTime, intendedWallTime, type Pace, paceOf } from './pace.ts'
import { ProgressReporter } from './progress-reporter.ts'
import { ShardLanes } from './shard-lanes.ts'
import type { SpareKernel } from './spare-kernel.ts'

/** Events between two yields to the event loop: about 5 ms of work. */
const SLICE_EVENTS = 1_500

/** So long after its beginning a run has other work, and between two pieces of a spare everybody else gets a turn. */
const SPARE_FROM_MS = 5_000
const SPARE_EVERY_MS = 500

/** What a producer simulates: a descriptor names it, this build has it. */
export type ProducerWorld = { city: City; catalogue: Catalogue; scenario: Scenario }

/** `chains` of this shard's topic-partitions, as of their last tick. */
export type RunOver = {
  descriptor: Descriptor
  epoch: number
  end: RunEnd
  events: number
  chains: { domain: string; partition: number; chain: string }[]
}

export type ShardRunOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  shard: number
  shards: number
  domains: Domain[]
  ticks?: boolean
  epoch: number
  descriptor: Descriptor
  world: ProducerWorld
  answers: CommandAnswers
  /** Where the next start of the same run is made ready. */
  spare?: SpareKernel
  /** Keeps the kernel at some times, and may have the one that this run goes on with. */
  keeper?: KernelKeeper
  /** Whether the process is to end: it gives up between two slices. */
  isStopping(): boolean
}

export class ShardRun {
  readonly epoch: number
  readonly descriptor: Descriptor
  readonly #options: ShardRunOptions
  readonly #kernel: Kernel
  readonly #lanes: ShardLanes
  readonly #progress: ProgressReporter
  readonly #commands = new CommandSchedule()
  readonly #start: number
  readonly #end: number
  #pace: Pace | null = null
  /** Wall time from which there is time for a piece of the spare. */
  #spareAt: number
  /** Of a run that is to be reported as over once it is simulated. */
  #over: RunEnd | null = null
  /** Nobody waits for this shard's progress any more. */
  #hasEnded = false
  /** Commands from before have been obeyed. */
  #obeyedTo = Number.NEGATIVE_INFINITY
  /** Sim ms at which its keeper wants the kernel next. */
  #keepAt = Number.POSITIVE_INFINITY

  /**
   * Goes on with a kernel that was kept for where the log stands, or begins; `before` = sim ms up to which a process before
   * this one has appended it, -Infinity where nobody knows, null where there was none.
   */
  static async open(options: ShardRunOptions, before: number | null): Promise<ShardRun> {
    const kept = before === null ? null : await takeKept(options.keeper, options)
    const run = new ShardRun(options, kept)
    if (kept) await run.#goOn(kept.simulatedTo)
    else await run.#begin(before)
    return run
  }

  private constructor(options: ShardRunOptions, kept: Kernel | null) {
    const { log, clock, topics, shard, epoch, descriptor, world, spare } = options
    this.#options = options
    this.epoch = epoch
    this.descriptor = descriptor
    // The run's own descriptor counts: a world may bring that of its first start.
    const made = { ...world, ...options }
    this.#kernel = kept ?? (spare ? spare.take(made) : createKernel(made))
    this.#spareAt = clock.now() + SPARE_FROM_MS
    this.#lanes = new ShardLanes(log, topics, this.#kernel, shard === 0)
    this.#progress = new ProgressReporter({ log, clock, topic: topics.run, shard, epoch })
    this.#start = world.scenario.start
    this.#end = this.#start + Date.parse(descriptor.end) - Date.parse(descriptor.start)
  }

  async #goOn(from: number): Promise<void> {
    this.#obeyedTo = from
    this.#keepAt = this.#nextKeep(from)
    await this.#progress.mark(from)
  }

  async #begin(before: number | null): Promise<void> {
    const { epoch, descriptor } = this
    this.#kernel.begin(Math.round(this.#options.clock.now()))
    const times = tickTimesOf(descriptor)
    if (before !== null) await this.#lanes.readBack({ id: descriptor.run, epoch, times }, before)
    // The marker comes before the first append: without it nothing of this run can be in our topic-partitions.
    await this.#progress.mark(this.#start - 1)
    this.#keepAt = this.#nextKeep(this.#lanes.heldUpTo)
  }

  #nextKeep(after: number): number {
    return this.#options.keeper?.next(this.epoch, after) ?? Number.POSITIVE_INFINITY
  }

  get events(): number {
    return this.#kernel.events
  }

  /** Sim ms up to which it has happened, and up to which it should have by now; null before a horizon. */
  view(now: number): { simulatedTo: number; due: number } | null {
    if (!this.#pace) return null
    return { simulatedTo: this.#kernel.simulatedTo, due: dueSimTime(this.#pace, now) }
  }

  /** Takes what `run` says of it; `wasOver` = an end that stood there before this process came. */
  read(fact: RunFact, wasOver: boolean): void {
    if (fact.kind === 'horizon') this.#pace = paceOf(fact.horizon)
    else if (fact.kind === 'command') this.#schedule(fact.command)
    else if (fact.kind === 'end') {
      this.#hasEnded = true
      // What was over before nobody waits for: the next run comes, or this one was cut off for it.
      if (!wasOver && fact.end.reason !== 'restart') this.#over = fact.end
    }
  }

  #schedule(command: AcceptedCommand): void {
    if (Date.parse(command.effectiveAt) >= this.#obeyedTo) this.#commands.add(command)
  }

  /** Lets happen what is due by now; what the run came to if it is over with that. */
  async advance(): Promise<RunOver | null> {
    const pace = this.#pace
    if (!pace) return null
    const due = Math.min(dueSimTime(pace, this.#options.clock.now()), this.#end)
    for (let next = this.#commands.first(due); next; next = this.#commands.first(due)) {
      await this.#simulate(pace, next.effectiveAt)
      if (this.#options.isStopping()) return null
      this.#commands.removeFirst()
      await this.#apply(next.command)
    }
    await this.#simulate(pace, due)
    await this.#progress.report(this.#kernel.simulatedTo, this.#hasEnded || pace.speed === 0)
    return this.#takeOver()
  }

  /** Makes a piece of what the next start of this run needs, where the clock leaves time for it. */
  makeSpare(): void {
    const { spare, world, clock } = this.#options
    const now = clock.now()
    if (!spare || !this.#pace || this.#pace.hurries || now < this.#spareAt) return
    spare.make({ ...world, ...this.#options })
    this.#spareAt = clock.now() + SPARE_EVERY_MS
  }

  /** Appends what was simulated and is still here. */
  flush(): Promise<void> {
    return this.#lanes.flush()
  }

  /** Simulates up to `to` in slices, so that everyone else in this process gets a turn. */
  async #simulate(pace: Pace, to: number): Promise<void> {
    const stamp = (time: number) => intendedWallTime(pace, time, this.#start)
    while (this.#kernel.simulatedTo < to) {
      const stop = Math.min(this.#lanes.stopBefore(to), this.#keepAt)
      this.#kernel.advance(stop, stamp, SLICE_EVENTS)
      await this.flush()
      if (this.#kernel.simulatedTo === this.#keepAt) await this.#keep()
      await this.#options.clock.turn()
      if (this.#options.isStopping()) return
    }
  }

  async #keep(): Promise<void> {
    await this.#options.keeper!.keep(this.epoch, this.#kernel)
    this.#keepAt = this.#nextKeep(this.#keepAt)
  }

  async #apply(command: AcceptedCommand): Promise<void> {
    if (isForConductor(command)) return
    const error = this.#kernel.obey(command)
    // What all shards obey one of them answers.
    const answers = command.target !== undefined || this.#options.shard === 0
    if (error !== undefined && answers) await this.#options.answers.answer(command, error)
  }

  /** What was simulated has been acknowledged: `#simulate` waits for it. */
  #takeOver(): RunOver | null {
    const end = this.#over
    const { events, lanes, simulatedTo } = this.#kernel
    if (!end || simulatedTo < Date.parse(end.at)) return null
    this.#over = null
    const chains = lanes.map(({ domain, partition, chain }) => ({ domain, partition, chain }))
    return { descriptor: this.descriptor, epoch: this.epoch, end, events, chains }
  }
}
