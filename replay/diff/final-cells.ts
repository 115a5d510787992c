// The final readings of a recording's newest run, cell by cell, and those that two recordings have differently.
import type { KpiReading, ScopeReading } from '../../processor/contract/types.ts'
import { createFinalReader } from '../final-readings.ts'
import type { Recording } from '../recording/recording.ts'

export type DifferingCell = {
  kpi: string
  window: KpiReading['window']
  scope: string
  /** null = it has no such reading. */
  a: ScopeReading | null
  b: ScopeReading | null
}

/** `cells` that both have; of those that differ, by the end of their window and the KPI's name. */
export type CellsCompared = { cells: number; differing: DifferingCell[] }

type Finals = Map<string, KpiReading>

/** Final windows and days by KPI and window; of the run with the highest epoch. */
export async function finalsOf(recording: Recording): Promise<Finals> {
  const { prefix } = recording.manifest.source
  const finalOf = createFinalReader(`${prefix}kpi`)
  const finals: Finals = new Map()
  let newest = -1
  for await (const records of recording.records('control')) {
    for (const record of records) {
      const reading = finalOf(record)
      if (!reading || reading.epoch < newest) continue
      if (reading.epoch > newest) finals.clear()
      newest = reading.epoch
      const { kind, start } = reading.window
      // A day's reading is written anew with each of its windows: the last one holds.
      finals.set(`${reading.kpi} ${kind} ${start}`, reading)
    }
  }
  return finals
}

/** Of each KPI where both have read: one of them may have begun earlier, gone on, or closed its last window. */
export function comparedCells(a: Finals, b: Finals): CellsCompared {
  const differing: DifferingCell[] = []
  let cells = 0
  const since = Math.max(firstEnd(a), firstEnd(b))
  const [lastA, lastB] = [lastEnds(a), lastEnds(b)]
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const [left, right] = [a.get(name), b.get(name)]
    const { kpi, window } = (left ?? right)!
    const until = Math.min(lastA.get(kpi) ?? -1, lastB.get(kpi) ?? -1)
    const ends = [left, right].flatMap((it) => (it ? [Date.parse(it.window.end)] : []))
    if (ends.some((end) => end < since || end > until) || new Set(ends).size > 1) continue
    const scopes = new Set([
      ...Object.keys(left?.scopes ?? {}),
      ...Object.keys(right?.scopes ?? {}),
    ])
    for (const scope of scopes) {
      const [inA, inB] = [left?.scopes[scope] ?? null, right?.scopes[scope] ?? null]
      if (inA && inB) cells++
      if (JSON.stringify(inA) === JSON.stringify(inB)) continue
      differing.push({ kpi, window, scope, a: inA, b: inB })
    }
  }
  const order = ({ window, kpi, scope }: DifferingCell) =>
    `${window.end} ${window.kind} ${kpi} ${scope}`
  differing.sort((x, y) => (order(x) < order(y) ? -1 : 1))
  return { cells, differing }
}

/** When the first window ended of which it has a reading: a cut has none of before. */
function firstEnd(finals: Finals): number {
  const windows = [...finals.values()].filter(({ window }) => window.kind === 'window')
  return windows.reduce((end, { window }) => Math.min(end, Date.parse(window.end)), Infinity)
}

function lastEnds(finals: Finals): Map<string, number> {
  const last = new Map<string, number>()
  for (const { kpi, window } of finals.values()) {
    last.set(kpi, Math.max(last.get(kpi) ?? -1, Date.parse(window.end)))
  }
  return last
}
