// What two recordings say of one KPI at the same time: readings of the same window, or none.
import type { KpiReading } from '../../../messages.ts'

export type AlignedReadings = { a: KpiReading; b: KpiReading }

/** The newest final window that both have; `a` and `b` oldest first. */
export function alignedWindows(a: KpiReading[], b: KpiReading[]): AlignedReadings | null {
  for (let i = a.length - 1; i >= 0; i--) {
    const other = b.findLast(({ window }) => window.start === a[i].window.start)
    if (other && other.window.end === a[i].window.end) return { a: a[i], b: other }
  }
  return null
}

/** The day as of the same window's end; null while one of them is a window behind. */
export function alignedDays(a: KpiReading | null, b: KpiReading | null): AlignedReadings | null {
  const isSame = a !== null && b !== null && a.window.start === b.window.start
  return isSame && a.window.end === b.window.end ? { a, b } : null
}

export type ComparedCell = { a: number | null; b: number | null; difference: number | null }

/** Of one scope; null = it has no such value, and then there is no difference. */
export function comparedCell({ a, b }: AlignedReadings, scope: string): ComparedCell {
  const [inA, inB] = [a, b].map((reading) => reading.scopes[scope]?.value ?? null)
  return { a: inA, b: inB, difference: inA === null || inB === null ? null : inA - inB }
}
