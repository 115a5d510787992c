// What the truth remembers of one measure: running sums of events, or what each asset's latest event would add.
import type { HasState, StateWalk } from '../../../infra/state/state-walk.ts'
import type { Declaration } from '../../contract/declaration.ts'
import type { Measure } from '../../contract/measures.ts'
import type { MeasurePartial } from '../../contract/records.ts'
import { Addend, type EventFields } from './addend.ts'
import { ScopeSums, type TruthRows } from './scope-sums.ts'

export interface MeasureTruth extends HasState {
  readonly measure: Measure
  /** By index of the event in the declaration: does the measure look at it? */
  readonly onEvents: readonly boolean[]
  /** `row` is the asset's. */
  event(row: number, time: number, data: EventFields): void
  /** At the window's end. */
  close(end: number, isNewDay: boolean): MeasurePartial
}

/** Ratio and count add up events; the other kinds look at each asset's latest. */
export function measureTruthOf(
  measure: Measure,
  declaration: Declaration,
  rows: TruthRows,
  runStart: number,
): MeasureTruth {
  const onEvents = declaration.events.map((e) => measure.on.includes(e.name))
  const isSummed = measure.kind === 'ratio' || measure.kind === 'count'
  return isSummed
    ? new SummedTruth(measure, onEvents, rows, runStart)
    : new LatestTruth(measure, onEvents, rows)
}

class SummedTruth implements MeasureTruth {
  readonly measure: Measure
  readonly onEvents: readonly boolean[]
  readonly #runStart: number
  readonly #addend: Addend
  readonly #scopeOf: Uint16Array
  readonly #window: ScopeSums
  readonly #day: ScopeSums

  constructor(measure: Measure, onEvents: readonly boolean[], rows: TruthRows, runStart: number) {
    this.measure = measure
    this.onEvents = onEvents
    this.#runStart = runStart
    this.#addend = new Addend(measure)
    this.#scopeOf = rows.scopeOf
    this.#window = new ScopeSums(rows, this.#addend.isDivided)
    this.#day = new ScopeSums(rows, this.#addend.isDivided)
  }

  event(row: number, time: number, data: EventFields): void {
    const addend = this.#addend
    if (time < this.#runStart || !addend.read(data)) return
    const scope = this.#scopeOf[row]
    const { numerator, denominator, n } = this.#window
    numerator[scope] += addend.numerator
    denominator[scope] += addend.denominator
    n[scope]++
  }

  close(_end: number, isNewDay: boolean): MeasurePartial {
    if (isNewDay) this.#day.clear()
    this.#day.add(this.#window)
    const partial = { window: this.#window.cells(), day: this.#day.cells() }
    this.#window.clear()
    return partial
  }

  state(walk: StateWalk): void {
    walk.part(this.#window)
    walk.part(this.#day)
  }
}

class LatestTruth implements MeasureTruth {
  readonly measure: Measure
  readonly onEvents: readonly boolean[]
  readonly #addend: Addend
  /** Not saved: the same from the start on. */
  readonly #scopeOf: Uint16Array
  /** Added up anew at each close. Not saved: likewise. */
  readonly #sums: ScopeSums
  /** What each asset's latest event would add, by row; `enters` is 0 where it does not enter. */
  readonly #time: Float64Array
  readonly #numerator: Float64Array
  readonly #denominator: Float64Array
  readonly #enters: Uint8Array

  constructor(measure: Measure, onEvents: readonly boolean[], rows: TruthRows) {
    const size = rows.ids.length
    this.measure = measure
    this.onEvents = onEvents
    this.#addend = new Addend(measure)
    this.#scopeOf = rows.scopeOf
    this.#sums = new ScopeSums(rows, this.#addend.isDivided)
    this.#time = new Float64Array(size)
    this.#numerator = new Float64Array(size)
    this.#denominator = new Float64Array(this.#addend.isDivided ? size : 0)
    this.#enters = new Uint8Array(size)
  }

  event(row: number, time: number, data: EventFields): void {
    const addend = this.#addend
    const enters = addend.read(data)
    this.#enters[row] = enters ? 1 : 0
    if (!enters) return
    this.#time[row] = time
    this.#numerator[row] = addend.numerator
    if (addend.isDivided) this.#denominator[row] = addend.denominator
  }

  close(end: number): MeasurePartial {
    this.#addUp(end)
    const cells = this.#sums.cells()
    return { window: cells, day: cells }
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#time)
    walk.numbers(this.#numerator)
    walk.numbers(this.#denominator)
    walk.numbers(this.#enters)
  }

  /** Sums over every asset's latest event, if fresh at `end`. */
  #addUp(end: number): void {
    this.#sums.clear()
    const oldest = end - (this.measure.freshForMs ?? Number.POSITIVE_INFINITY)
    const { isDivided } = this.#addend
    const [times, numerators, denominators] = [this.#time, this.#numerator, this.#denominator]
    const [enters, scopeOf] = [this.#enters, this.#scopeOf]
    const { numerator, denominator, n } = this.#sums
    for (let row = 0; row < enters.length; row++) {
      if (enters[row] === 0 || times[row] < oldest || times[row] >= end) continue
      const scope = scopeOf[row]
      numerator[scope] += numerators[row]
      if (isDivided) denominator[scope] += denominators[row]
      n[scope]++
    }
  }
}
