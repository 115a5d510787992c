// Runs the merge where this process owns the one partition of `kpi-partial`: readings to `kpi`, alerts to `alert`.
import type { Clock } from '../../../infra/clock.ts'
import type {
  Batch,
  EventLog,
  GroupHandler,
  LogRecord,
  StartOffset,
  Subscription,
  TopicPartition,
} from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import type { Metrics } from '../../../infra/metrics.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { City } from '../../../seeds/contract.ts'
import { alertKey, partialKeys, readingKey } from '../../contract/keys.ts'
import {
  createPartialReader,
  createTruthReader,
  partialFault,
} from '../../contract/read-partial.ts'
import { type RecordFault, type RunFacts, runFacts } from '../../contract/run-facts.ts'
import type { KpiReading } from '../../contract/types.ts'
import { Merge } from '../../merge/merge.ts'
import type { MergeStart } from '../../merge/merge-start.ts'
import type { Outbox } from '../outbox.ts'
import { outputRecord } from '../output-record.ts'
import type { CompiledRun, Runs } from '../runs.ts'
import { BACKGROUND, TimeSlice } from '../time-slice.ts'
import { DayReadings } from './day-readings.ts'
import { type MergeInput, MergeProgress } from './merge-progress.ts'

/** The run whose partials are merged. */
type Current = { epoch: number; merge: Merge; facts: RunFacts }

export type MergeRunnerOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  outbox: Outbox
  ignored: Pick<IgnoredRecords, 'report'>
  metrics?: Metrics
  start?: MergeStart
  /** The truth's reader stopped with an error. */
  onFailure(error: unknown): void
}

export class MergeRunner {
  readonly handler: GroupHandler
  readonly #options: MergeRunnerOptions
  readonly #read = { partial: createPartialReader(), truth: createTruthReader() }
  readonly #progress = new MergeProgress()
  readonly #days = new DayReadings()
  readonly #slices: Record<MergeInput, TimeSlice>
  readonly #pulseSlice: TimeSlice
  #current: Current | null = null
  #truths: Subscription | null = null
  #finals = 0

  constructor(options: MergeRunnerOptions) {
    this.#options = options
    const { clock } = options
    this.#slices = {
      partial: new TimeSlice(clock, BACKGROUND),
      truth: new TimeSlice(clock, BACKGROUND),
    }
    this.#pulseSlice = new TimeSlice(clock, BACKGROUND)
    this.handler = {
      assigned: (partitions) => this.#assigned(partitions),
      batch: (batch) => this.#take('partial', batch),
      revoked: () => this.#revoked(),
    }
  }

  /** Writes provisional readings that changed, and days that are due again. */
  async pulse(): Promise<void> {
    const current = this.#current
    if (!current || !this.#progress.isCaughtUp) return
    const slice = this.#pulseSlice
    slice.begin()
    for (const readings of current.merge.provisionals()) {
      for (const reading of readings) this.#publish(reading)
      if (slice.isOver()) await slice.next()
      if (this.#current !== current) return
    }
    const isDue = this.#days.isDue(this.#options.clock.now())
    if (isDue && !this.#progress.isRebuilding) this.#publishDays()
  }

  /** Resolves when partials up to this offset were merged, or this process does not own the merge. */
  mergedUpTo(offset: bigint): Promise<void> {
    return this.#progress.mergedUpTo(offset)
  }

  /** Final readings written since the start. */
  get finals(): number {
    return this.#finals
  }

  /** The merge has no memory of its own: it is rebuilt from what the compacted topics hold, unless it is known what was final. */
  async #assigned(partitions: TopicPartition[]): Promise<StartOffset[]> {
    const { log, topics, start, onFailure } = this.#options
    this.#current = null
    this.#days.clear()
    const [[partials], [truths]] = await Promise.all([
      log.offsets(topics.partial),
      log.offsets(topics.truth),
    ])
    if (start) {
      partials.earliest = start.partialsFrom ?? partials.latest
      truths.earliest = start.truthsFrom ?? truths.latest
    }
    this.#progress.begin(partials, truths)
    this.#endRebuild()
    this.#truths = await log.tail({
      topic: topics.truth,
      from: start ? { offset: truths.earliest } : 'earliest',
      batch: (batch) => this.#take('truth', batch),
      outOfRange: (_, earliest) => {
        this.#progress.truthsBegin(earliest)
        this.#endRebuild()
      },
    })
    this.#truths.done.catch(onFailure)
    this.#progress.own(true)
    const offset = start ? partials.earliest : 'earliest'
    return partitions.map((p) => ({ ...p, offset }))
  }

  async #revoked(): Promise<void> {
    await this.#truths?.close()
    this.#truths = null
    this.#current = null
    await this.#options.outbox.settled()
    this.#progress.own(false)
  }

  async #take(input: MergeInput, batch: Batch): Promise<void> {
    const { topic, partition, records, next, end } = batch
    const slice = this.#slices[input]
    slice.begin()
    for (const record of records) {
      // Most of what the topic held is of windows that were open then, and nobody needs them again. What tasks say since then
      // they say once, where the clock stands.
      if (this.#progress.isOld(input, record.offset) && isProvisional(record.key)) continue
      const fault = await this.#takeOne(input, record)
      if (fault) this.#options.ignored.report({ topic, partition, offset: record.offset, ...fault })
      if (slice.isOver()) await slice.next()
    }
    this.#flush()
    this.#progress.read(input, next, end)
    this.#endRebuild()
    this.#progress.wake()
  }

  /** Why the record is no partial or truth of a run, or null. */
  async #takeOne(input: MergeInput, record: LogRecord): Promise<RecordFault | null> {
    const got = this.#read[input](record)
    if (got.fault) return got.fault
    const partial = got.value
    const current = this.#current
    const isCurrent = current?.epoch === partial.epoch
    const target = isCurrent ? current : await this.#mergeOf(partial.epoch)
    if (!target || 'reason' in target) return target
    // Counted, a partial of a task that the run has not would complete a window that still lacks one.
    const fault = partialFault(target.facts, partial)
    if (!fault) target.merge[input](partial)
    return fault
  }

  /** The merge of this epoch; null for a lower one. */
  async #mergeOf(epoch: number): Promise<Current | RecordFault | null> {
    if (this.#current && epoch <= this.#current.epoch) {
      return epoch === this.#current.epoch ? this.#current : null
    }
    const run = await this.#runOf(epoch)
    if (!run) return { reason: 'foreign', detail: `epoch ${epoch}, expected that of a run` }
    // Another record may have come first while this one waited.
    if (!this.#current || run.epoch > this.#current.epoch) this.#begin(run)
    return this.#current?.epoch === epoch ? this.#current : null
  }

  #begin({ epoch, descriptor, city }: CompiledRun): void {
    this.#current?.merge.rebuilt()
    this.#flush()
    this.#days.clear()
    this.#current = {
      epoch,
      merge: this.#mergeFrom(epoch, descriptor, city),
      facts: runFacts(epoch, descriptor, city),
    }
  }

  #mergeFrom(epoch: number, descriptor: Descriptor, city: City): Merge {
    const { start } = this.#options
    const { isRebuilding } = this.#progress
    const isResumed = start?.epoch === epoch
    const merge = new Merge(descriptor, city, epoch, isRebuilding || isResumed)
    if (!isResumed) return merge
    merge.resume(start)
    if (!isRebuilding) merge.rebuilt()
    return merge
  }

  /** A run that is over may be of other seeds than those that are here: then nobody needs its readings any more. */
  async #runOf(epoch: number): Promise<CompiledRun | null> {
    const { runs } = this.#options
    try {
      return await runs.find(epoch)
    } catch (error) {
      if (epoch >= (runs.newest() ?? 0)) throw error
      return null
    }
  }

  #endRebuild(): void {
    if (!this.#progress.endsRebuild()) return
    this.#current?.merge.rebuilt()
    this.#flush()
    this.#publishDays()
  }

  #flush(): void {
    if (!this.#current) return
    const { metrics, topics } = this.#options
    const { readings, alerts } = this.#current.merge.take()
    for (const reading of readings) {
      metrics?.finalReadings.inc({ truth: reading.truth ?? 'none' })
      const isDay = reading.window.kind === 'day'
      const due = isDay ? this.#days.take(reading, this.#progress.isRebuilding) : [reading]
      for (const one of due) this.#publish(one)
    }
    this.#finals += readings.length
    for (const alert of alerts) this.#send(topics.alert, alertKey.build(alert), alert)
  }

  #publishDays(): void {
    for (const reading of this.#days.again(this.#options.clock.now())) this.#publish(reading)
  }

  #publish(reading: KpiReading): void {
    this.#send(this.#options.topics.kpi, readingKey(reading), reading)
  }

  #send(topic: string, key: string, value: object): void {
    const { outbox, clock } = this.#options
    outbox.send(topic, 0, outputRecord(key, value, clock.now()))
  }
}

function isProvisional(key: Buffer | null): boolean {
  return key !== null && partialKeys.parse(key.toString())?.kind === 'provisional'
}
