// Sums of ratio and count measures: per open window of event time, and of the city day so far.
import { cityDayStart } from '../../infra/time.ts'
import type { CompiledMeasure, DomainProgram } from '../program/program.ts'

/** One Float64Array of [numerator, denominator, n] per (slot, scope). */
export type WindowSums = { window: Float64Array; day: Float64Array }

/** Window k is [start + k·w, start + (k+1)·w). */
export class Windows {
  readonly #start: number
  readonly #windowMs: number
  readonly #scopes: number
  readonly #empty: Float64Array
  readonly #open: Map<number, Float64Array>
  #next: number
  #day: Float64Array
  /** City day of `#day`'s sums: that of the window closed last. */
  #dayStart: number

  constructor(program: DomainProgram, saved?: Record<string, Float64Array>) {
    this.#start = program.start
    this.#windowMs = program.windowMs
    this.#scopes = program.scopes.length
    const size = program.slots * this.#scopes * 3
    this.#empty = new Float64Array(size)
    this.#open = restoreOpen(saved?.open, size)
    this.#next = saved?.position[0] ?? 0
    this.#dayStart = saved?.position[1] ?? cityDayStart(program.start)
    this.#day = saved?.day ?? new Float64Array(size)
  }

  /** Index of the oldest open window. */
  get next(): number {
    return this.#next
  }

  /** False when adding would leave the range in which sums are exact: ask for all measures before any `add`. */
  fits(
    k: number,
    m: CompiledMeasure,
    scope: number,
    numerator: number,
    denominator: number,
  ): boolean {
    const cells = this.#open.get(k) ?? this.#empty
    const at = (m.slot * this.#scopes + scope) * 3
    return (
      Math.abs(cells[at] + numerator) <= m.limit && Math.abs(cells[at + 1] + denominator) <= m.limit
    )
  }

  add(k: number, m: CompiledMeasure, scope: number, numerator: number, denominator: number): void {
    let cells = this.#open.get(k)
    if (!cells) {
      cells = new Float64Array(this.#empty.length)
      this.#open.set(k, cells)
    }
    const at = (m.slot * this.#scopes + scope) * 3
    cells[at] += numerator
    cells[at + 1] += denominator
    cells[at + 2] += 1
  }

  /** Closes the oldest open window. The arrays are read before the next call. */
  close(): WindowSums {
    const window = this.#open.get(this.#next) ?? this.#empty
    const windowDay = this.#dayOf(this.#next)
    if (windowDay !== this.#dayStart) {
      this.#day = new Float64Array(this.#empty.length)
      this.#dayStart = windowDay
    }
    const day = this.#day
    for (let i = 0; i < day.length; i++) day[i] += window[i]
    this.#open.delete(this.#next)
    this.#next++
    return { window, day }
  }

  /** Sums of window k so far and of its day, open windows up to k included. */
  peek(k: number): WindowSums {
    const { length } = this.#empty
    const day = this.#dayOf(k) === this.#dayStart ? this.#day.slice() : new Float64Array(length)
    for (const [j, cells] of this.#open) {
      if (j > k || this.#dayOf(j) !== this.#dayOf(k)) continue
      for (let i = 0; i < length; i++) day[i] += cells[i]
    }
    return { window: this.#open.get(k) ?? this.#empty, day }
  }

  columns(): Record<string, Float64Array> {
    const flat: number[] = []
    for (const k of [...this.#open.keys()].sort((a, b) => a - b)) {
      flat.push(k, ...this.#open.get(k)!)
    }
    const position = Float64Array.of(this.#next, this.#dayStart)
    return { position, day: this.#day, open: Float64Array.from(flat) }
  }

  /** The window that ends at 00:00 belongs to the old day. */
  #dayOf(k: number): number {
    return cityDayStart(this.#start + (k + 1) * this.#windowMs - 1)
  }
}

function restoreOpen(flat: Float64Array | undefined, size: number): Map<number, Float64Array> {
  const open = new Map<number, Float64Array>()
  for (let i = 0; flat && i < flat.length; i += 1 + size) {
    open.set(flat[i], flat.slice(i + 1, i + 1 + size))
  }
  return open
}
