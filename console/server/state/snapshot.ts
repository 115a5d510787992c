// The one picture of the newest run that all clients share, kept by tailing the log's downstream topics.
import type { FastifyBaseLogger } from 'fastify'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import type { AcceptedCommand, Descriptor } from '../../../producers/contract/records.ts'
import { isForConductor, UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import {
  createRunReader,
  type RunFact,
  type RunReader,
} from '../../../producers/contract/run/run-reader.ts'
import type { RunSummary } from '../../messages.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { ConsoleOptions } from '../options.ts'
import { EarlyRecords } from './feed/early-records.ts'
import type { Taker } from './feed/intake.ts'
import { createTakers } from './feed/takers.ts'
import { KnownRuns } from './known-runs.ts'
import type { SnapshotListener, SnapshotSource, SnapshotTopics } from './listener.ts'
import { createRun, type ShownRun } from './run.ts'

/** Newest commands that a twin may be asked to leave out. */
const KEPT_ACTIONS = 100

export type SnapshotContext = Pick<ConsoleOptions, 'cityOf' | 'catalogueOf' | 'clock'> & {
  topics: SnapshotTopics
  logger: FastifyBaseLogger
  metrics: ConsoleMetrics
  ignored: Pick<IgnoredRecords, 'report'>
}

export class Snapshot {
  readonly #context: SnapshotContext
  readonly #listeners: SnapshotListener[] = []
  readonly #known = new KnownRuns()
  readonly #early = new EarlyRecords()
  readonly #runReader: RunReader
  readonly #takers: Record<SnapshotSource, Taker>
  #current: ShownRun | null = null
  #problem: string | null = null

  constructor(context: SnapshotContext) {
    const { topics, ignored } = context
    this.#context = context
    this.#runReader = createRunReader({ topic: topics.run, report: ignored.report })
    const intake = {
      topics,
      ignored,
      current: () => this.#current,
      on: (epoch: number, take: (run: ShownRun) => void, bytes: number) =>
        this.#on(epoch, take, bytes),
      isWanted: (epoch: number) => epoch >= this.#known.newestEpoch,
    }
    this.#takers = {
      ...createTakers(intake, (call) => this.#notify(call)),
      run: (record) => this.#takeOfRun(record),
    }
  }

  /** Takes one record; one that fits nothing is reported and ignored. */
  take(source: SnapshotSource, record: LogRecord, partition = 0): void {
    const { topics, metrics, ignored, logger } = this.#context
    if (record.value === null) return // a tombstone
    const topic = topics[source] ?? topics.kpi
    metrics.records.inc({ topic })
    try {
      this.#takers[source](record, partition)
    } catch (error) {
      // The readers let nothing through that could throw: a fault of ours, which must not take the page away.
      const detail = error instanceof Error ? error.message : String(error)
      ignored.report({ topic, partition, offset: record.offset, reason: 'schema', detail })
      logger.error({ topic, offset: String(record.offset), err: error }, 'record ignored')
    }
  }

  current(): ShownRun | null {
    return this.#current
  }

  /** Why nothing can be shown, or null. */
  problem(): string | null {
    if (this.#current) return null
    const topic = this.#context.topics.run
    return this.#problem ?? `run: none on ${topic}, expected a run; start the producers`
  }

  /** Newest first. */
  runs(): RunSummary[] {
    return this.#known.newestFirst()
  }

  listen(listener: SnapshotListener): void {
    this.#listeners.push(listener)
  }

  #notify(call: (listener: SnapshotListener) => void): void {
    for (const listener of this.#listeners) call(listener)
  }

  /** Runs `take` on the run of this epoch: now, or when its descriptor arrives; never on a lower one. */
  #on(epoch: number, take: (run: ShownRun) => void, bytes: number): void {
    if (this.#current?.epoch === epoch) take(this.#current)
    else if (epoch > this.#known.newestEpoch) this.#early.add({ epoch, take, bytes })
  }

  #takeOfRun(record: LogRecord): void {
    const fact = this.#runReader.read(record)
    const run = this.#current
    if (fact?.kind === 'descriptor') this.#describe(fact.epoch, fact.descriptor)
    else if (fact && run && fact.epoch === run.epoch) this.#takeFact(run, fact, record.timestamp)
  }

  #describe(epoch: number, descriptor: Descriptor): void {
    if (!this.#known.add(epoch, descriptor)) return
    try {
      this.#current = createRun(epoch, descriptor, this.#context)
      this.#problem = null
    } catch (error) {
      this.#current = null
      this.#problem = error instanceof Error ? error.message : String(error)
      this.#context.logger.error({ epoch, err: error }, 'this run cannot be shown')
    }
    const early = this.#early.release(epoch)
    this.#notify((l) => l.run?.())
    if (this.#current) for (const take of early) take(this.#current)
  }

  #takeFact(run: ShownRun, fact: RunFact, at: number): void {
    if (fact.kind === 'horizon') {
      if (run.clock.onHorizon(fact.horizon, at)) this.#notify((l) => l.clock?.())
    } else if (fact.kind === 'progress') run.clock.onProgress(fact.progress, at)
    else if (fact.kind === 'end') {
      run.clock.onEnd(fact.end)
      this.#notify((l) => l.clock?.())
    } else if (fact.kind === 'command') intervene(run, fact.command)
  }
}

/** Speed, pause and jump change no event; everything else that was accepted does. */
function intervene({ interventions, actions, clock }: ShownRun, command: AcceptedCommand): void {
  if (command.name === 'clock.speed') {
    const { speed } = command.args
    clock.onSpeed(speed === 'max' ? UNPACED_SPEED : Number(speed))
  }
  if (isForConductor(command)) return
  const { id, name, target, by, effectiveAt } = command
  actions.push({ id, name, target, by, effectiveAt })
  if (actions.length > KEPT_ACTIONS) actions.shift()
  interventions.count++
  if (interventions.first === null || effectiveAt < interventions.first) {
    interventions.first = effectiveAt
  }
}
