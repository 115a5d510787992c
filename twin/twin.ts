// Runs a twin beside a run: catches up at full speed, then keeps pace, and publishes its readings to `kpi-twin`.
import { type Clock, sleep } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { type Alert, USUAL } from '../processor/contract/types.ts'
import { createRunReader, type RunFact } from '../producers/contract/run/run-reader.ts'
import type { Topics } from '../producers/contract/topics.ts'
import { type Followed, follow } from '../producers/run/shard/follow.ts'
import type { ProducerWorld, ShardOptions } from '../producers/run/shard/shard.ts'
import { FollowedRun } from './followed-run.ts'
import { differs } from './left-out.ts'
import { TwinAlerts } from './twin-alerts.ts'
import { type TwinAudit, TwinCity } from './twin-city.ts'
import { TwinPublisher } from './twin-publisher.ts'

/** Between two looks where there is nothing to do: what has become due meanwhile is done at one go. */
const STEP_MS = 250
/** Of work between two turns of everybody else in the process. */
const SLICE_MS = 8

export type TwinOptions = Pick<ShardOptions, 'domains' | 'worldOf'> & {
  /** `usual`, or the id of the command that is left out. */
  twin: string
  log: Pick<EventLog, 'offsets' | 'tail' | 'append'>
  clock: Clock
  topics: Topics
  ignored: Pick<IgnoredRecords, 'report'>
  /** Begins with the first command that the twin is without, or at once where it is without an incident of the scenario. */
  waits: boolean
  /** A twin of a run begins, from the run's start. */
  onBegin?(run: FollowedRun): void
  /** The run has ended, and everything of its twin is acknowledged; `outcome` null = it had no need of one. */
  onOver?(run: FollowedRun, outcome: TwinOutcome | null): void
}

/** `reached`: sim ms at which it ended. */
export type TwinOutcome = TwinAudit & { reached: number }

/** `behindMs` of wall time, at the run's speed; 0 while there is nothing to do. */
export type TwinProgress = { epoch: number; reached: number; due: number; behindMs: number }

export interface RunningTwin {
  /** Rejects when the twin died; resolves after stop(). */
  readonly done: Promise<void>
  /** Null while there is no twin. */
  view(): TwinProgress | null
  /** What it has found of itself so far; null while there is no twin. */
  audit(): TwinAudit | null
  /** Longest stretch of work (ms) since the last call during which nobody else got a turn. */
  takeLongest(): number
  stop(): Promise<void>
}

export async function startTwin(options: TwinOptions): Promise<RunningTwin> {
  return new Twin(options)
}

class Twin implements RunningTwin {
  readonly done: Promise<void>
  readonly #options: TwinOptions
  readonly #publisher: TwinPublisher
  #run: FollowedRun | null = null
  #world: ProducerWorld | null = null
  #city: TwinCity | null = null
  /** Of `usual` alone. */
  #alerts: TwinAlerts | null = null
  /** The run whose end was reported. */
  #over: FollowedRun | null = null
  #longest = 0
  #stopping = false

  constructor(options: TwinOptions) {
    this.#options = options
    this.#publisher = new TwinPublisher(options)
    this.done = this.#live()
    // The owner listens to `done`; a failure before it does must not end the process.
    this.done.catch(() => {})
  }

  view(): TwinProgress | null {
    const run = this.#run
    const due = run?.due(this.#options.clock.now()) ?? null
    if (!run || !this.#city || due === null) return null
    const reached = Math.max(this.#city.reached, Date.parse(run.descriptor.start))
    const behindMs = Math.max(0, due - reached) / Math.max(run.speed, 1)
    return { epoch: run.epoch, reached, due, behindMs }
  }

  audit(): TwinAudit | null {
    return this.#city?.audit() ?? null
  }

  takeLongest(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.done.catch(() => {})
  }

  async #live(): Promise<void> {
    const { log, topics, ignored } = this.#options
    const reader = createRunReader({ topic: topics.run, report: ignored.report })
    const runs = await follow(log, topics.run, (record) => {
      const fact = reader.read(record)
      if (fact) this.#read(fact)
    })
    try {
      await Promise.race([this.#loop(runs), runs.failed, this.#publisher.failed])
    } finally {
      this.#stopping = true
      await Promise.all([runs.close(), this.#alerts?.close()])
    }
  }

  #read(fact: RunFact): void {
    if (fact.kind === 'descriptor') {
      this.#run = new FollowedRun(fact.epoch, fact.descriptor)
      this.#city = null
      void this.#alerts?.close()
      this.#alerts = null
      this.#world = null
    } else if (this.#run && fact.epoch === this.#run.epoch) {
      this.#run.read(fact)
      if (fact.kind === 'command') this.#city?.take(fact.command)
    }
  }

  async #loop(runs: Followed): Promise<void> {
    const { clock } = this.#options
    await runs.caughtUp
    while (!this.#stopping) {
      this.#begin()
      const isBusy = await this.#slice()
      if (isBusy) await clock.turn()
      else await sleep(clock, STEP_MS)
    }
    await this.#publisher.settled()
  }

  /** A twin of the run that has come to differ from it, if there is none yet. */
  #begin(): void {
    const run = this.#run
    const { twin, waits, worldOf, domains, onBegin } = this.#options
    if (!run || this.#city) return
    const { epoch, descriptor } = run
    this.#world ??= worldOf(descriptor)
    const world = this.#world
    if (!world) return
    if (waits && !differs(twin, world.scenario, run.commands)) {
      if (run.end !== null) this.#report(run, null)
      return
    }
    this.#city = new TwinCity({ twin, epoch, descriptor, world, domains })
    for (const command of run.commands) this.#city.take(command)
    if (twin === USUAL) this.#alerts = this.#alertsOf(run, world)
    onBegin?.(run)
  }

  #alertsOf({ epoch, descriptor }: FollowedRun, { city }: ProducerWorld): TwinAlerts {
    const { log, topics, ignored } = this.#options
    const alert = (alerts: Alert[]) => this.#publisher.putAlerts(alerts)
    return new TwinAlerts({ log, topic: topics.kpi, ignored, epoch, descriptor, city, alert })
  }

  /** A slice of work; false when the twin has caught up. */
  async #slice(): Promise<boolean> {
    const { clock } = this.#options
    const [run, city] = [this.#run, this.#city]
    const since = clock.now()
    const due = run?.due(since) ?? null
    if (!run || !city || due === null) return false
    let isBusy = city.step(due)
    while (isBusy && clock.now() - since < SLICE_MS) isBusy = city.step(due)
    const finals = city.takeFinals()
    this.#publisher.put(finals)
    this.#alerts?.usual(finals)
    if (!isBusy && this.#publisher.wantsProvisional()) this.#publisher.put(city.provisional())
    this.#longest = Math.max(this.#longest, clock.now() - since)
    await this.#publisher.settled()
    const { end } = run
    const isJudged = this.#alerts?.isDone(since) ?? true
    if (!isBusy && end !== null && city.reached >= end && isJudged) {
      this.#report(run, { reached: city.reached, ...city.audit() })
    }
    return isBusy
  }

  /** Once of each run. */
  #report(run: FollowedRun, outcome: TwinOutcome | null): void {
    if (this.#over === run) return
    this.#over = run
    this.#options.onOver?.(run, outcome)
  }
}
