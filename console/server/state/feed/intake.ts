// How a record gets to its run: its key names the epoch, a schema its contents, and it must fit that run; all else is reported.
import type { LogRecord } from '../../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../../infra/event-log/ignored-records.ts'
import type { Read, RecordFault } from '../../../../processor/contract/run-facts.ts'
import type { SnapshotListener, SnapshotSource, SnapshotTopics } from '../listener.ts'
import type { ShownRun } from '../run.ts'

/** `run` is read in a way of its own: its records make the runs. */
export type RunSource = Exclude<SnapshotSource, 'run'>

/** Takes one record of its topic. */
export type Taker = (record: LogRecord, partition: number) => void
/** Lets every listener know. */
export type Notify = (call: (listener: SnapshotListener) => void) => void

export type IntakeContext = {
  topics: SnapshotTopics
  ignored: Pick<IgnoredRecords, 'report'>
  current(): ShownRun | null
  /** Calls now, or when the run of this epoch is known. */
  on(epoch: number, take: (run: ShownRun) => void, bytes: number): void
  /** Of this run or of one that is yet to be known. */
  isWanted(epoch: number): boolean
}

/** Where a record was read. */
export type Origin = { source: RunSource; partition: number; record: LogRecord }

/** What one kind of record does to its run, once it fits that. */
export type Effect<T> = {
  faultOf(run: ShownRun, value: T): RecordFault | null
  put(run: ShownRun, value: T): void
}

type EpochKeys = { parse(key: string): { epoch: number } | null }

export class Intake {
  readonly #context: IntakeContext

  constructor(context: IntakeContext) {
    this.#context = context
  }

  isWanted(epoch: number): boolean {
    return this.#context.isWanted(epoch)
  }

  /** Takes a record whose key names its epoch; of an earlier run's no more than the key is read, and it is no error. */
  take<T>(
    origin: Origin,
    keys: EpochKeys,
    read: (record: LogRecord) => Read<T>,
    effect: Effect<T>,
  ): void {
    const { source, record } = origin
    const key = keys.parse(textOf(record.key))
    if (!key) {
      const detail = `a key that is none of ${this.#topicOf(source)}'s`
      this.report(origin, { reason: 'key', detail })
      return
    }
    if (!this.isWanted(key.epoch)) return
    const got = read(record)
    if (got.fault) this.report(origin, got.fault)
    else this.hand(origin, key.epoch, got.value, effect)
  }

  /** Hands what was read to its run, once it fits that. */
  hand<T>(origin: Origin, epoch: number, value: T, { faultOf, put }: Effect<T>): void {
    const { ignored, on } = this.#context
    const place = this.#placeOf(origin) // now: the log's memory is only lent
    const take = (run: ShownRun) => {
      const fault = faultOf(run, value)
      if (fault) ignored.report({ ...place, ...fault })
      else put(run, value)
    }
    on(epoch, take, origin.record.value!.length)
  }

  report(origin: Origin, fault: RecordFault): void {
    this.#context.ignored.report({ ...this.#placeOf(origin), ...fault })
  }

  #placeOf({ source, partition, record }: Origin) {
    return { topic: this.#topicOf(source), partition, offset: record.offset }
  }

  #topicOf(source: RunSource): string {
    const { topics } = this.#context
    return topics[source] ?? topics.kpi
  }
}

export const textOf = (bytes: Buffer | null) => bytes?.toString('utf8') ?? ''
