// The truth beside the events: a naive evaluator (last-event table, full scan, plain sums) of the same declarations, sharing no code with the processor.
// In: every event of one topic-partition as it happened. Out: at each window's end the window's partial.
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import { cityDayStart, isoTime } from '../../../infra/time.ts'
import type { Declaration } from '../../contract/declaration.ts'
import type { MeasurePartial, Partial } from '../../contract/records.ts'
import { type MeasureTruth, measureTruthOf } from './measure-truth.ts'
import type { TruthRows } from './scope-sums.ts'

export type TruthOptions = {
  declaration: Declaration
  /** Of its run, as it is when a window is closed. */
  mark: Readonly<{ epoch: number }>
  partition: number
  /** Its assets. */
  rows: TruthRows
  /** Run start (ms): older events set state only. */
  start: number
}

const ALL_ROWS = -1
const NO_ROW = -2

/** One per topic-partition; windows must be closed in order, each before any event of the next is given. */
export class Truth {
  readonly #options: TruthOptions
  readonly #measures: MeasureTruth[]
  /** By measure: the one row that it is about, -1 = all of them, -2 = none of these. */
  readonly #only: Int32Array
  #day: number

  constructor(options: TruthOptions) {
    const { declaration, rows, start } = options
    this.#options = options
    this.#measures = declaration.measures.map((m) => measureTruthOf(m, declaration, rows, start))
    this.#only = Int32Array.from(declaration.measures, ({ asset }) => {
      if (asset === undefined) return ALL_ROWS
      const row = rows.ids.indexOf(asset)
      return row < 0 ? NO_ROW : row
    })
    this.#day = cityDayStart(start)
  }

  get domain(): string {
    return this.#options.declaration.domain
  }

  get partition(): number {
    return this.#options.partition
  }

  /** `data` may be reused by the caller; one asset's events come in (time, seq) order, as the kernel emits them. */
  event(row: number, event: number, time: number, data: object): void {
    const measures = this.#measures
    for (let k = 0; k < measures.length; k++) {
      const truth = measures[k]
      if (!truth.onEvents[event]) continue
      const only = this.#only[k]
      if (only === ALL_ROWS || only === row) truth.event(row, time, data as Record<string, unknown>)
    }
  }

  /** The partial of the window [start, end), whose events have all been seen. */
  close(start: number, end: number): Partial {
    const { mark, partition } = this.#options
    const { epoch } = mark
    // The window that ends at 00:00 belongs to the old day.
    const day = cityDayStart(end - 1)
    const isNewDay = day !== this.#day
    this.#day = day
    const measures: Record<string, MeasurePartial> = {}
    for (const truth of this.#measures) {
      measures[truth.measure.name] = truth.close(end, isNewDay)
    }
    return {
      epoch,
      domain: this.domain,
      partition,
      start: isoTime(start),
      end: isoTime(end),
      measures,
    }
  }

  state(walk: StateWalk): void {
    this.#day = walk.number(this.#day)
    walk.parts(this.#measures)
  }
}
