// The truth beside the events: a naive evaluator (last-event table, full scan, plain sums) of the same declarations, sharing no code with the processor.
// In: every event of one topic-partition as it happened. Out: at each window's end the window's partial.
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import { cityDayStart, isoTime } from '../../../infra/time.ts'
import type { Declaration } from '../../contract/declaration.ts'
import type { MeasurePartial, Partial } from '../../contract/records.ts'
import { type MeasureTruth, measureTruthOf } from './measure-truth.ts'

export type TruthOptions = {
  declaration: Declaration
  /** Of its run, as it is when a window is closed. */
  mark: Readonly<{ epoch: number }>
  partition: number
  /** Run start (ms): older events set state only. */
  start: number
}

/** One per topic-partition; windows must be closed in order, each before any event of the next is given. */
export class Truth {
  readonly #options: TruthOptions
  readonly #measures: MeasureTruth[]
  readonly #rows = new Map<string, number>()
  /** By row. */
  readonly #scopes: string[] = []
  #day: number

  constructor(options: TruthOptions) {
    const { declaration, start } = options
    this.#options = options
    this.#measures = declaration.measures.map((m) => measureTruthOf(m, declaration, start))
    this.#day = cityDayStart(start)
  }

  get domain(): string {
    return this.#options.declaration.domain
  }

  get partition(): number {
    return this.#options.partition
  }

  /** `data` may be reused by the caller; one asset's events come in (time, seq) order, as the kernel emits them. */
  event(id: string, scope: string, event: number, time: number, data: object): void {
    const row = this.#rowOf(id, scope)
    for (const truth of this.#measures) {
      if (!truth.onEvents[event]) continue
      const { asset } = truth.measure
      if (asset !== undefined && asset !== id) continue
      truth.event(row, scope, time, data as Record<string, unknown>)
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
      measures[truth.measure.name] = truth.close(end, isNewDay, this.#scopes)
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
    walk.map(this.#rows, 0, (row) => walk.number(row))
    walk.list(this.#scopes, '', (scope) => walk.text(scope))
    walk.parts(this.#measures)
  }

  #rowOf(id: string, scope: string): number {
    let row = this.#rows.get(id)
    if (row === undefined) {
      row = this.#scopes.push(scope) - 1
      this.#rows.set(id, row)
    }
    return row
  }
}
