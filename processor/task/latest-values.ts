// The latest event of each asset, as of the oldest open window's end, and every later one: share, gauge and level.
import type { TableProgram } from '../program/program.ts'

/** `terms`: [numerator, denominator] of each measure of the table. */
type LatestValue = { time: number; seq: number; terms: number[] }

export interface LatestValues {
  /** `scratch` holds [numerator, denominator] of measure i at 2i (evaluate.ts). */
  put(local: number, time: number, seq: number, scratch: Float64Array): void
  /** The oldest open window now ends at `end`: entries before it become the current ones. */
  advance(end: number): void
  /**
   * Adds [numerator, denominator, n] of measure m (index in the table) to `cells` at 3 × scope, over assets whose
   * entry before the oldest open window's end has time ≥ asOf − freshFor.
   */
  scan(m: number, asOf: number, cells: Float64Array): void
  /** As `scan`, over the newest entries of all: for provisionals. */
  scanNewest(m: number, asOf: number, cells: Float64Array): void
  columns(): Record<string, Float64Array>
}

export type LatestOptions = {
  table: TableProgram
  /** Scope number by local index. */
  scopes: Uint8Array
  /** End of the oldest open window (ms). */
  end: number
  saved?: Record<string, Float64Array>
}

export function createLatestValues({ table, scopes, end, saved }: LatestOptions): LatestValues {
  const count = scopes.length
  const width = table.measures.length
  const time = saved?.time ?? new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const seqs = saved?.seq ?? new Float64Array(count)
  const columns = Array.from(
    { length: 2 * width },
    (_, c) => saved?.[`c${c}`] ?? new Float64Array(count),
  )
  const sources = table.measures.map((m) => 2 * m.index)
  /** Entries at or after the end of the oldest open window, ascending by (time, seq). */
  const later = restoreLater(saved?.later, width)
  let boundary = end

  function put(local: number, at: number, seq: number, scratch: Float64Array): void {
    if (at >= boundary) {
      const terms: number[] = []
      for (const s of sources) terms.push(scratch[s], scratch[s + 1])
      insert(later, local, { time: at, seq, terms })
      return
    }
    if (at < time[local] || (at === time[local] && seq <= seqs[local])) return
    time[local] = at
    seqs[local] = seq
    for (let m = 0; m < width; m++) {
      const s = sources[m]
      columns[2 * m][local] = scratch[s]
      columns[2 * m + 1][local] = scratch[s + 1]
    }
  }

  function advance(newEnd: number): void {
    boundary = newEnd
    for (const [local, entries] of later) {
      let due = 0
      while (due < entries.length && entries[due].time < newEnd) due++
      if (due === 0) continue
      // Entries here are newer than the current one: those were older than the former boundary.
      const newest = entries[due - 1]
      time[local] = newest.time
      seqs[local] = newest.seq
      for (let c = 0; c < 2 * width; c++) columns[c][local] = newest.terms[c]
      if (due === entries.length) later.delete(local)
      else entries.splice(0, due)
    }
  }

  function scan(m: number, asOf: number, cells: Float64Array, newest = false): void {
    const measure = table.measures[m]
    const numerators = columns[2 * m]
    const denominators = columns[2 * m + 1]
    const oldest = asOf - measure.freshForMs
    const overlay = newest && later.size > 0
    for (let i = 0; i < count; i++) {
      let at = time[i]
      let numerator = numerators[i]
      let denominator = denominators[i]
      if (overlay) {
        const entry = later.get(i)?.at(-1)
        if (entry) {
          at = entry.time
          numerator = entry.terms[2 * m]
          denominator = entry.terms[2 * m + 1]
        }
      }
      // Denominator 0 = the asset does not enter (evaluate.ts).
      if (at < oldest || denominator === 0) continue
      const cell = 3 * scopes[i]
      cells[cell] += numerator
      cells[cell + 1] += denominator
      cells[cell + 2] += 1
    }
  }

  function saveColumns(): Record<string, Float64Array> {
    const flat: number[] = []
    for (const local of [...later.keys()].sort((a, b) => a - b)) {
      for (const e of later.get(local)!) flat.push(local, e.time, e.seq, ...e.terms)
    }
    const out: Record<string, Float64Array> = { time, seq: seqs, later: Float64Array.from(flat) }
    columns.forEach((column, c) => {
      out[`c${c}`] = column
    })
    return out
  }

  return {
    put,
    advance,
    scan: (m, asOf, cells) => scan(m, asOf, cells),
    scanNewest: (m, asOf, cells) => scan(m, asOf, cells, true),
    columns: saveColumns,
  }
}

function insert(later: Map<number, LatestValue[]>, local: number, entry: LatestValue): void {
  const entries = later.get(local)
  if (!entries) {
    later.set(local, [entry])
    return
  }
  let i = entries.length
  while (i > 0 && isAfter(entries[i - 1], entry)) i--
  entries.splice(i, 0, entry)
}

function isAfter(a: LatestValue, b: LatestValue): boolean {
  return a.time > b.time || (a.time === b.time && a.seq > b.seq)
}

function restoreLater(flat: Float64Array | undefined, width: number): Map<number, LatestValue[]> {
  const later = new Map<number, LatestValue[]>()
  const stride = 3 + 2 * width
  for (let i = 0; flat && i < flat.length; i += stride) {
    const terms = [...flat.subarray(i + 3, i + stride)]
    insert(later, flat[i], { time: flat[i + 1], seq: flat[i + 2], terms })
  }
  return later
}
