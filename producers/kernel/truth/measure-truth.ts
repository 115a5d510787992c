// What the truth remembers of one measure: running sums of events, or what each asset's latest event would add.
import type { HasState, StateWalk } from '../../../infra/state/state-walk.ts'
import type { Declaration } from '../../contract/declaration.ts'
import type { Measure } from '../../contract/measures.ts'
import type { Cell, MeasurePartial } from '../../contract/records.ts'
import { type ExprNode, interpret, parseExpr } from './interpret.ts'

type EventFields = Record<string, unknown>
/** What one event adds: [numerator, denominator, 1], or null when it does not enter. */
type CellOf = (data: EventFields) => Cell | null
type CellSums = Map<string, Cell>
/** A cell that is added up over all assets: a list for each of them, and for each sum, would be a tenth of all garbage. */
type FreshSum = { numerator: number; denominator: number; n: number }

export interface MeasureTruth extends HasState {
  readonly measure: Measure
  /** By index of the event in the declaration: does the measure look at it? */
  readonly onEvents: readonly boolean[]
  /** `row` is the asset's. */
  event(row: number, scope: string, time: number, data: EventFields): void
  /** At the window's end; `scopes` by row. */
  close(end: number, isNewDay: boolean, scopes: string[]): MeasurePartial
}

/** Ratio and count add up events; the other kinds look at each asset's latest. */
export function measureTruthOf(
  measure: Measure,
  declaration: Declaration,
  runStart: number,
): MeasureTruth {
  const onEvents = declaration.events.map((e) => measure.on.includes(e.name))
  const isSummed = measure.kind === 'ratio' || measure.kind === 'count'
  return isSummed
    ? new SummedTruth(measure, onEvents, runStart)
    : new LatestTruth(measure, onEvents)
}

class SummedTruth implements MeasureTruth {
  readonly measure: Measure
  readonly onEvents: readonly boolean[]
  readonly #runStart: number
  readonly #cellOf: CellOf
  #window: CellSums = new Map()
  #day: CellSums = new Map()

  constructor(measure: Measure, onEvents: readonly boolean[], runStart: number) {
    this.measure = measure
    this.onEvents = onEvents
    this.#runStart = runStart
    this.#cellOf = cellReader(measure)
  }

  event(_row: number, scope: string, time: number, data: EventFields): void {
    const cell = this.#cellOf(data)
    if (cell && time >= this.#runStart) plus(this.#window, scope, cell)
  }

  close(_end: number, isNewDay: boolean): MeasurePartial {
    if (isNewDay) this.#day = new Map()
    for (const [scope, cell] of this.#window) plus(this.#day, scope, cell)
    const partial = { window: sorted(this.#window), day: sorted(this.#day) }
    this.#window = new Map()
    return partial
  }

  state(walk: StateWalk): void {
    for (const sums of [this.#window, this.#day]) {
      walk.map(sums, [0, null, 0], (cell) => walk.plain(cell))
    }
  }
}

class LatestTruth implements MeasureTruth {
  readonly measure: Measure
  readonly onEvents: readonly boolean[]
  readonly #cellOf: CellOf
  /** What each asset's latest event would add, by row; `n` is 0 where it does not enter. */
  readonly #time: number[] = []
  readonly #numerator: number[] = []
  readonly #denominator: number[] = []
  readonly #n: number[] = []

  constructor(measure: Measure, onEvents: readonly boolean[]) {
    this.measure = measure
    this.onEvents = onEvents
    this.#cellOf = cellReader(measure)
  }

  event(row: number, _scope: string, time: number, data: EventFields): void {
    while (this.#time.length <= row) this.#addRow()
    const cell = this.#cellOf(data)
    this.#time[row] = time
    this.#numerator[row] = cell?.[0] ?? 0
    this.#denominator[row] = cell?.[1] ?? 0
    this.#n[row] = cell === null ? 0 : 1
  }

  close(end: number, _isNewDay: boolean, scopes: string[]): MeasurePartial {
    const cells = this.#freshAt(end, scopes)
    return { window: cells, day: cells }
  }

  state(walk: StateWalk): void {
    for (const column of [this.#time, this.#numerator, this.#denominator, this.#n]) {
      walk.growing(column)
    }
  }

  /** Sums over every asset's latest event, if fresh at `end`; sorted by scope. */
  #freshAt(end: number, scopes: string[]): Record<string, Cell> {
    const sums = new Map<string, FreshSum>()
    const oldest = end - (this.measure.freshForMs ?? Number.POSITIVE_INFINITY)
    for (let row = 0; row < this.#time.length; row++) {
      const time = this.#time[row]
      if (this.#n[row] === 0 || time < oldest || time >= end) continue
      const scope = scopes[row]
      let sum = sums.get(scope)
      if (!sum) {
        sum = { numerator: 0, denominator: 0, n: 0 }
        sums.set(scope, sum)
      }
      sum.numerator += this.#numerator[row]
      sum.denominator += this.#denominator[row]
      sum.n++
    }
    const isDivided = this.measure.kind === 'gauge'
    const out: Record<string, Cell> = {}
    for (const scope of [...sums.keys()].sort()) {
      const { numerator, denominator, n } = sums.get(scope)!
      out[scope] = [numerator, isDivided ? denominator : null, n]
    }
    return out
  }

  #addRow(): void {
    this.#time.push(Number.NEGATIVE_INFINITY)
    this.#numerator.push(0)
    this.#denominator.push(0)
    this.#n.push(0)
  }
}

/** How a measure reads one event's `data`, its terms parsed once. */
function cellReader(measure: Measure): CellOf {
  const node = (x: Measure['used']) => (x === undefined ? null : parseExpr(x))
  const [used, of, value, counts] = [measure.used, measure.of, measure.value, measure.counts].map(
    node,
  )
  const scale = 10 ** measure.decimals
  const scaled = (term: ExprNode, data: EventFields) =>
    Math.round((interpret(term, data) as number) * scale)
  switch (measure.kind) {
    case 'share':
      return (data) => (interpret(counts!, data) === true ? [scale, null, 1] : null)
    case 'count':
    case 'level':
      return (data) => [scaled(value!, data), null, 1]
    default:
      return (data) => {
        const denominator = scaled(of!, data)
        return denominator === 0 ? null : [scaled(used!, data), denominator, 1]
      }
  }
}

function plus(sums: CellSums, scope: string, cell: Cell): void {
  const sum = sums.get(scope)
  if (!sum) {
    sums.set(scope, [...cell])
    return
  }
  sum[0] += cell[0]
  if (cell[1] !== null) sum[1] = (sum[1] ?? 0) + cell[1]
  sum[2] += cell[2]
}

function sorted(sums: CellSums): Record<string, Cell> {
  const out: Record<string, Cell> = {}
  // Copies: the day's cells grow on after this window's partial was published.
  for (const scope of [...sums.keys()].sort()) out[scope] = [...sums.get(scope)!]
  return out
}
