// The latest event of each asset, as of the oldest open window's end, and every later one: share, gauge and level.
import type { TableProgram } from '../program/program.ts'

/** `terms`: [numerator, denominator] of each measure of the table. */
type LatestValue = { time: number; seq: number; terms: number[] }

export type LatestOptions = {
  table: TableProgram
  /** Scope number by local index. */
  scopes: Uint8Array
  /** End of the oldest open window (ms). */
  end: number
  saved?: Record<string, Float64Array>
}

export class LatestValues {
  readonly #table: TableProgram
  readonly #scopes: Uint8Array
  readonly #time: Float64Array
  readonly #seq: Float64Array
  /** Numerators of measure m at 2m, denominators at 2m + 1. */
  readonly #columns: Float64Array[]
  /** Where the terms of measure m begin in the scratch of `put`. */
  readonly #sources: number[]
  /** Values at or after the end of the oldest open window, ascending by (time, seq). */
  readonly #later: Map<number, LatestValue[]>
  /** End of the oldest open window. */
  #boundary: number

  constructor({ table, scopes, end, saved }: LatestOptions) {
    const count = scopes.length
    const width = table.measures.length
    this.#table = table
    this.#scopes = scopes
    this.#time = saved?.time ?? new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
    this.#seq = saved?.seq ?? new Float64Array(count)
    this.#columns = Array.from(
      { length: 2 * width },
      (_, c) => saved?.[`c${c}`] ?? new Float64Array(count),
    )
    this.#sources = table.measures.map((m) => 2 * m.index)
    this.#later = restoreLater(saved?.later, width)
    this.#boundary = end
  }

  /** `scratch` holds [numerator, denominator] of measure i at 2i (evaluate.ts). */
  put(local: number, at: number, seq: number, scratch: Float64Array): void {
    const sources = this.#sources
    if (at >= this.#boundary) {
      const terms: number[] = []
      for (const s of sources) terms.push(scratch[s], scratch[s + 1])
      insert(this.#later, local, { time: at, seq, terms })
      return
    }
    const time = this.#time
    const seqs = this.#seq
    if (at < time[local] || (at === time[local] && seq <= seqs[local])) return
    time[local] = at
    seqs[local] = seq
    const columns = this.#columns
    for (let m = 0; m < sources.length; m++) {
      const s = sources[m]
      columns[2 * m][local] = scratch[s]
      columns[2 * m + 1][local] = scratch[s + 1]
    }
  }

  /** The oldest open window now ends at `end`: values before it become the current ones. */
  advance(end: number): void {
    this.#boundary = end
    for (const [local, values] of this.#later) {
      let due = 0
      while (due < values.length && values[due].time < end) due++
      if (due === 0) continue
      // Values here are newer than the current one: that was older than the former boundary.
      const newest = values[due - 1]
      this.#time[local] = newest.time
      this.#seq[local] = newest.seq
      for (let c = 0; c < this.#columns.length; c++) this.#columns[c][local] = newest.terms[c]
      if (due === values.length) this.#later.delete(local)
      else values.splice(0, due)
    }
  }

  /**
   * Adds [numerator, denominator, n] of measure m (index in the table) to `cells` at 3 × scope, over assets whose
   * value before the oldest open window's end has time ≥ asOf − freshFor.
   */
  scan(m: number, asOf: number, cells: Float64Array): void {
    this.#scan(m, asOf, cells, null)
  }

  /** As `scan`, over the newest values of all: for provisionals. */
  scanNewest(m: number, asOf: number, cells: Float64Array): void {
    this.#scan(m, asOf, cells, this.#later.size > 0 ? this.#later : null)
  }

  columns(): Record<string, Float64Array> {
    const flat: number[] = []
    for (const local of [...this.#later.keys()].sort((a, b) => a - b)) {
      for (const v of this.#later.get(local)!) flat.push(local, v.time, v.seq, ...v.terms)
    }
    const later = Float64Array.from(flat)
    const out: Record<string, Float64Array> = { time: this.#time, seq: this.#seq, later }
    this.#columns.forEach((column, c) => {
      out[`c${c}`] = column
    })
    return out
  }

  #scan(
    m: number,
    asOf: number,
    cells: Float64Array,
    overlay: ReadonlyMap<number, LatestValue[]> | null,
  ): void {
    const time = this.#time
    const scopes = this.#scopes
    const numerators = this.#columns[2 * m]
    const denominators = this.#columns[2 * m + 1]
    const oldest = asOf - this.#table.measures[m].freshForMs
    for (let i = 0; i < time.length; i++) {
      let at = time[i]
      let numerator = numerators[i]
      let denominator = denominators[i]
      const newest = overlay?.get(i)?.at(-1)
      if (newest) {
        at = newest.time
        numerator = newest.terms[2 * m]
        denominator = newest.terms[2 * m + 1]
      }
      // Denominator 0 = the asset does not enter (evaluate.ts).
      if (at < oldest || denominator === 0) continue
      const cell = 3 * scopes[i]
      cells[cell] += numerator
      cells[cell + 1] += denominator
      cells[cell + 2] += 1
    }
  }
}

function insert(later: Map<number, LatestValue[]>, local: number, value: LatestValue): void {
  const values = later.get(local)
  if (!values) {
    later.set(local, [value])
    return
  }
  let i = values.length
  while (i > 0 && isAfter(values[i - 1], value)) i--
  values.splice(i, 0, value)
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
