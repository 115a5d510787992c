// The truth beside the events: a naive evaluator of the same declarations, sharing no code with the processor.
// In: every event of one topic-partition as it happened. Out: at each window's end the window's partial.
import { cityDayStart, isoTime } from '../infra/time.ts'
import type { Declaration } from './contract/declaration.ts'
import type { Measure } from './contract/measures.ts'
import type { Cell, MeasurePartial, Partial } from './contract/records.ts'
import { interpret, type Node, parseExpr } from './interpret.ts'

type LastEvent = { time: number; seq: number; data: Record<string, unknown> }
type LastOfAsset = { id: string; scope: string; byEvent: (LastEvent | undefined)[] }

type Terms = {
  measure: Measure
  onEvents: number[]
  used: Node | null
  of: Node | null
  value: Node | null
  counts: Node | null
  scale: number
  windowSums: Map<string, Cell>
  daySums: Map<string, Cell>
}

export interface Truth {
  /** `data` is copied: the caller may reuse it. */
  event(id: string, scope: string, event: number, time: number, seq: number, data: object): void
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
  const assets = new Map<string, LastOfAsset>()
  const terms = declaration.measures.map((m) => toTerms(m, declaration))
  let day = cityDayStart(runStart)

  function event(
    id: string,
    scope: string,
    eventIndex: number,
    time: number,
    seq: number,
    data: object,
  ): void {
    let asset = assets.get(id)
    if (!asset) {
      asset = { id, scope, byEvent: new Array(declaration.events.length) }
      assets.set(id, asset)
    }
    const copy = { ...data } as Record<string, unknown>
    asset.byEvent[eventIndex] = { time, seq, data: copy }
    if (time < runStart) return
    for (const t of terms) {
      if (t.measure.kind !== 'ratio' && t.measure.kind !== 'count') continue
      if (!t.onEvents.includes(eventIndex)) continue
      if (t.measure.asset !== undefined && t.measure.asset !== id) continue
      const cell = termsOf(t, copy)
      if (!cell) continue
      plus(t.windowSums, scope, cell)
    }
  }

  function close(start: number, end: number): Partial {
    // The window that ends at 00:00 belongs to the old day.
    const windowDay = cityDayStart(end - 1)
    const newDay = windowDay !== day
    day = windowDay
    const measures: Record<string, MeasurePartial> = {}
    for (const t of terms) {
      if (t.measure.kind === 'ratio' || t.measure.kind === 'count') {
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
    const oldest = end - (t.measure.freshForMs ?? Number.POSITIVE_INFINITY)
    for (const asset of assets.values()) {
      if (t.measure.asset !== undefined && t.measure.asset !== asset.id) continue
      let latest: LastEvent | undefined
      for (const e of t.onEvents) {
        const last = asset.byEvent[e]
        if (!last) continue
        if (
          !latest ||
          last.time > latest.time ||
          (last.time === latest.time && last.seq > latest.seq)
        ) {
          latest = last
        }
      }
      if (!latest || latest.time < oldest || latest.time >= end) continue
      const cell = termsOf(t, latest.data)
      if (cell) plus(sums, asset.scope, cell)
    }
    return sums
  }

  return { event, close }
}

function toTerms(measure: Measure, declaration: Declaration): Terms {
  const node = (x: Measure['used']) => (x === undefined ? null : parseExpr(x))
  return {
    measure,
    onEvents: measure.on.map((name) => declaration.events.findIndex((e) => e.name === name)),
    used: node(measure.used),
    of: node(measure.of),
    value: node(measure.value),
    counts: node(measure.counts),
    scale: 10 ** measure.decimals,
    windowSums: new Map(),
    daySums: new Map(),
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
