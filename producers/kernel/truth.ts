// The truth beside the events: a naive evaluator (last-event table, full scan, plain sums) of the same declarations, sharing no code with the processor.
// In: every event of one topic-partition as it happened. Out: at each window's end the window's partial.
import { cityDayStart, isoTime } from '../../infra/time.ts'
import type { Declaration } from '../contract/declaration.ts'
import type { Measure } from '../contract/measures.ts'
import type { Cell, MeasurePartial, Partial } from '../contract/records.ts'
import { interpret, type Node, parseExpr } from './interpret.ts'

/** A measure with its terms parsed, and what it remembers: running sums, or the last event of every asset. */
type Terms = {
  measure: Measure
  onEvents: boolean[]
  used: Node | null
  of: Node | null
  value: Node | null
  counts: Node | null
  scale: number
  windowSums: Map<string, Cell>
  daySums: Map<string, Cell>
  last: LastTable
}

/** What each asset's latest event would add; row = asset. `n` is 0 where the event does not enter. */
type LastTable = { time: number[]; numerator: number[]; denominator: number[]; n: number[] }

export interface Truth {
  /** `data` may be reused by the caller; one asset's events come in (time, seq) order, as the kernel emits them. */
  event(id: string, scope: string, event: number, time: number, data: object): void
  /** The partial of the window [start, end), whose events have all been seen. */
  close(start: number, end: number): Partial
}

export type TruthOptions = {
  declaration: Declaration
  epoch: number
  partition: number
  /** Run start (ms): older events set state only. */
  start: number
  windowMs: number
}

/** One per topic-partition; windows must be closed in order, each before any event of the next is given. */
export function createTruth(options: TruthOptions): Truth {
  const { declaration, epoch, partition, start: runStart } = options
  const rows = new Map<string, number>()
  const scopeOf: string[] = []
  const terms = declaration.measures.map((m) => toTerms(m, declaration))
  let day = cityDayStart(runStart)

  function rowOf(id: string, scope: string): number {
    let row = rows.get(id)
    if (row === undefined) {
      row = scopeOf.length
      rows.set(id, row)
      scopeOf.push(scope)
      for (const { last } of terms) {
        last.time.push(Number.NEGATIVE_INFINITY)
        last.numerator.push(0)
        last.denominator.push(0)
        last.n.push(0)
      }
    }
    return row
  }

  function event(id: string, scope: string, index: number, time: number, data: object): void {
    const row = rowOf(id, scope)
    for (const t of terms) {
      if (!t.onEvents[index]) continue
      if (t.measure.asset !== undefined && t.measure.asset !== id) continue
      const cell = termsOf(t, data as Record<string, unknown>)
      if (!isSummed(t.measure)) {
        t.last.time[row] = time
        t.last.numerator[row] = cell?.[0] ?? 0
        t.last.denominator[row] = cell?.[1] ?? 0
        t.last.n[row] = cell === null ? 0 : 1
      } else if (cell && time >= runStart) plus(t.windowSums, scope, cell)
    }
  }

  function close(start: number, end: number): Partial {
    // The window that ends at 00:00 belongs to the old day.
    const windowDay = cityDayStart(end - 1)
    const newDay = windowDay !== day
    day = windowDay
    const measures: Record<string, MeasurePartial> = {}
    for (const t of terms) {
      if (isSummed(t.measure)) {
        if (newDay) t.daySums = new Map()
        for (const [scope, cell] of t.windowSums) plus(t.daySums, scope, cell)
        measures[t.measure.name] = { window: sorted(t.windowSums), day: sorted(t.daySums) }
        t.windowSums = new Map()
      } else {
        const cells = sorted(scan(t, end))
        measures[t.measure.name] = { window: cells, day: cells }
      }
    }
    return {
      epoch,
      domain: declaration.domain,
      partition,
      start: isoTime(start),
      end: isoTime(end),
      measures,
    }
  }

  /** Every asset's latest event of the measure's types, if fresh at `end`. */
  function scan(t: Terms, end: number): Map<string, Cell> {
    const sums = new Map<string, Cell>()
    const { time, numerator, denominator, n } = t.last
    const oldest = end - (t.measure.freshForMs ?? Number.POSITIVE_INFINITY)
    const divided = t.measure.kind === 'gauge'
    for (let row = 0; row < scopeOf.length; row++) {
      if (n[row] === 0 || time[row] < oldest || time[row] >= end) continue
      const sum = sums.get(scopeOf[row])
      if (sum) {
        sum[0] += numerator[row]
        if (divided) sum[1]! += denominator[row]
        sum[2]++
      } else sums.set(scopeOf[row], [numerator[row], divided ? denominator[row] : null, 1])
    }
    return sums
  }

  return { event, close }
}

/** Ratio and count add up events; the other kinds look at each asset's latest. */
function isSummed(measure: Measure): boolean {
  return measure.kind === 'ratio' || measure.kind === 'count'
}

function toTerms(measure: Measure, declaration: Declaration): Terms {
  const node = (x: Measure['used']) => (x === undefined ? null : parseExpr(x))
  return {
    measure,
    onEvents: declaration.events.map((e) => measure.on.includes(e.name)),
    used: node(measure.used),
    of: node(measure.of),
    value: node(measure.value),
    counts: node(measure.counts),
    scale: 10 ** measure.decimals,
    windowSums: new Map(),
    daySums: new Map(),
    last: { time: [], numerator: [], denominator: [], n: [] },
  }
}

/** What one event adds: [numerator, denominator, 1], or null when it does not enter. */
function termsOf(t: Terms, data: Record<string, unknown>): Cell | null {
  const scaled = (node: Node) => Math.round((interpret(node, data) as number) * t.scale)
  switch (t.measure.kind) {
    case 'share':
      return interpret(t.counts!, data) === true ? [t.scale, null, 1] : null
    case 'count':
    case 'level':
      return [scaled(t.value!), null, 1]
    default: {
      const of = scaled(t.of!)
      return of === 0 ? null : [scaled(t.used!), of, 1]
    }
  }
}

function plus(sums: Map<string, Cell>, scope: string, cell: Cell): void {
  const sum = sums.get(scope)
  if (!sum) {
    sums.set(scope, [...cell])
    return
  }
  sum[0] += cell[0]
  if (cell[1] !== null) sum[1] = (sum[1] ?? 0) + cell[1]
  sum[2] += cell[2]
}

function sorted(sums: Map<string, Cell>): Record<string, Cell> {
  const out: Record<string, Cell> = {}
  // Copies: the day's cells grow on after this window's partial was told.
  for (const scope of [...sums.keys()].sort()) out[scope] = [...sums.get(scope)!]
  return out
}
