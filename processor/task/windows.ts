// Sums of ratio and count measures: per open window of event time, and of the city day so far.
import { cityDayStart } from '../../infra/time.ts'
import type { CompiledMeasure, DomainProgram } from '../program/program.ts'

/** One Float64Array of [numerator, denominator, n] per (slot, scope). */
export interface Windows {
  /** Index of the oldest open window; window k is [start + k·w, start + (k+1)·w). */
  readonly next: number
  /** False when adding would leave the range in which sums are exact: ask for all measures before any `add`. */
  fits(
    k: number,
    m: CompiledMeasure,
    scope: number,
    numerator: number,
    denominator: number,
  ): boolean
  add(k: number, m: CompiledMeasure, scope: number, numerator: number, denominator: number): void
  /** Closes the oldest open window. The arrays are read before the next call. */
  close(): { window: Float64Array; day: Float64Array }
  /** Sums of window k so far and of its day, open windows up to k included. */
  peek(k: number): { window: Float64Array; day: Float64Array }
  columns(): Record<string, Float64Array>
}

export function createWindows(
  program: DomainProgram,
  saved?: Record<string, Float64Array>,
): Windows {
  const scopes = program.scopes.length
  const size = program.slots * scopes * 3
  const empty = new Float64Array(size)
  const open = restoreOpen(saved?.open, size)
  let next = saved?.position[0] ?? 0
  /** City day of `day`'s sums: that of the window closed last. */
  let dayStart = saved?.position[1] ?? cityDayStart(program.start)
  let day = saved?.day ?? new Float64Array(size)

  // The window that ends at 00:00 belongs to the old day.
  const dayOf = (k: number) => cityDayStart(program.start + (k + 1) * program.windowMs - 1)

  return {
    get next() {
      return next
    },
    fits(k, m, scope, numerator, denominator) {
      const cells = open.get(k) ?? empty
      const at = (m.slot * scopes + scope) * 3
      return (
        Math.abs(cells[at] + numerator) <= m.limit &&
        Math.abs(cells[at + 1] + denominator) <= m.limit
      )
    },
    add(k, m, scope, numerator, denominator) {
      let cells = open.get(k)
      if (!cells) {
        cells = new Float64Array(size)
        open.set(k, cells)
      }
      const at = (m.slot * scopes + scope) * 3
      cells[at] += numerator
      cells[at + 1] += denominator
      cells[at + 2] += 1
    },
    close() {
      const window = open.get(next) ?? empty
      const windowDay = dayOf(next)
      if (windowDay !== dayStart) {
        day = new Float64Array(size)
        dayStart = windowDay
      }
      for (let i = 0; i < size; i++) day[i] += window[i]
      open.delete(next)
      next++
      return { window, day }
    },
    peek(k) {
      const sums = dayOf(k) === dayStart ? day.slice() : new Float64Array(size)
      for (const [j, cells] of open) {
        if (j > k || dayOf(j) !== dayOf(k)) continue
        for (let i = 0; i < size; i++) sums[i] += cells[i]
      }
      return { window: open.get(k) ?? empty, day: sums }
    },
    columns() {
      const flat: number[] = []
      for (const k of [...open.keys()].sort((a, b) => a - b)) flat.push(k, ...open.get(k)!)
      return { position: Float64Array.of(next, dayStart), day, open: Float64Array.from(flat) }
    },
  }
}

function restoreOpen(flat: Float64Array | undefined, size: number): Map<number, Float64Array> {
  const open = new Map<number, Float64Array>()
  for (let i = 0; flat && i < flat.length; i += 1 + size) {
    open.set(flat[i], flat.slice(i + 1, i + 1 + size))
  }
  return open
}
