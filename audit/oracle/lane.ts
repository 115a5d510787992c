// The oracle for one topic-partition: what happens to each record, and the sums of every window that its ticks close.
// In: records in log order. Out: a verdict per record; per closed window the exact sums of every measure and scope.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import {
  type LaneOfRun,
  type OracleEvent,
  type ReadRecord,
  RecordReader,
  type RefusedAs,
} from './record.ts'
import { SeenNumbers } from './sequences.ts'
import { largestTerm, type TermSpace, termsOf } from './terms.ts'
import { type OracleTick, TickLine } from './ticks.ts'
import { type Bearing, type ClosedWindow, OracleWindows, type WindowOptions } from './windows.ts'

export type Verdict =
  /** Before the run's first record here, or a marker or tick that was there before. */
  | { is: 'ignored' }
  | { is: 'run-started' }
  /** A later run begins here: this one is over. */
  | { is: 'over' }
  | { is: 'tick'; tick: OracleTick; closed: ClosedWindow[] }
  | { is: 'folded' | 'late' | 'duplicate'; event: OracleEvent }
  | { is: 'dead-letter'; reason: RefusedAs; detail: string }

/** Assets are those of the domain in this run, scopes those of the city: they bound how large a term may be. */
export type OracleLaneOptions = LaneOfRun &
  TermSpace &
  Omit<WindowOptions, 'measures'> & {
    /** Epochs of the runs that the log describes. */
    isRun(epoch: number, run: string): boolean
  }

export class OracleLane {
  /** By asset; only assets that were heard. */
  readonly seen = new Map<string, SeenNumbers>()
  readonly #options: OracleLaneOptions
  readonly #reader: RecordReader
  readonly #ticks: TickLine
  readonly #windows: OracleWindows
  /** The largest term of each measure. */
  readonly #limits: bigint[]
  #isStarted = false
  /** Events that were folded or late. */
  #arrived = 0

  constructor(options: OracleLaneOptions) {
    const { measures } = options.declaration
    this.#options = options
    this.#reader = new RecordReader(options)
    this.#ticks = new TickLine(options)
    this.#windows = new OracleWindows({ ...options, measures })
    this.#limits = measures.map((m) => largestTerm(m, options))
  }

  /** Of the watched windows closed so far, by `<window start ms>|<measure>`. */
  get bearings(): ReadonlyMap<string, Bearing> {
    return this.#windows.bearings
  }

  record(record: LogRecord): Verdict {
    const got = this.#reader.read(record)
    if (got.is === 'run-started') return this.#onMarker(got)
    if (!this.#isStarted) return { is: 'ignored' }
    if (got.is === 'refused') {
      return { is: 'dead-letter', reason: got.reason, detail: got.detail }
    }
    return got.is === 'event' ? this.#onEvent(got.event) : this.#onTick(got.tick)
  }

  #onMarker({ epoch, run }: Extract<ReadRecord, { is: 'run-started' }>): Verdict {
    const own = this.#options
    if (epoch === own.epoch && run === own.run) {
      const is = this.#isStarted ? 'ignored' : 'run-started'
      this.#isStarted = true
      return { is }
    }
    if (!this.#isStarted) return { is: 'ignored' }
    if (epoch > own.epoch && own.isRun(epoch, run)) return { is: 'over' }
    return { is: 'dead-letter', reason: 'foreign-run', detail: `run ${run}` }
  }

  #onTick(tick: OracleTick): Verdict {
    const next = this.#ticks.next(tick, this.#arrived)
    if (next === 'again') return { is: 'ignored' }
    if (next === 'counts') return { is: 'tick', tick, closed: this.#windows.closeUpTo(tick.time) }
    return { is: 'dead-letter', reason: 'schema', detail: next.refused }
  }

  #onEvent(event: OracleEvent): Verdict {
    const terms = termsOf(this.#options.declaration.measures, this.#limits, event)
    if (typeof terms === 'string') return { is: 'dead-letter', reason: 'schema', detail: terms }
    if (!this.#numbersOf(event.subject).add(event.seq)) return { is: 'duplicate', event }
    this.#arrived++
    return { is: this.#windows.take(event, terms) ? 'folded' : 'late', event }
  }

  #numbersOf(subject: string): SeenNumbers {
    let numbers = this.seen.get(subject)
    if (!numbers) {
      numbers = new SeenNumbers()
      this.seen.set(subject, numbers)
    }
    return numbers
  }
}
