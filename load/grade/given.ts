// The readings that somebody gave, by cell: the last record counts, how many there were is kept.
import type { GivenReading } from './mapping.ts'

export type GivenCell = {
  reading: GivenReading
  /** Records of this cell, all told. */
  versions: number
  /** When the first of the last records that say the same was written (ms); null when nothing says it. */
  since: number | null
}

/** Of records that hold no reading, so many are kept word for word. */
const EXAMPLES = 5

export class GivenReadings {
  readonly cells = new Map<string, GivenCell>()
  records = 0
  /** Records that hold no reading, and the first of them with why. */
  unreadable = 0
  readonly examples: string[] = []

  take(reading: GivenReading): void {
    this.records++
    const key = cellKey(reading.kpi, reading.scope, reading.start)
    const before = this.cells.get(key)
    const isSame = before !== undefined && saysTheSame(before.reading, reading)
    this.cells.set(key, {
      reading,
      versions: (before?.versions ?? 0) + 1,
      since: isSame ? before.since : reading.at,
    })
  }

  refuse(where: string, why: string): void {
    this.records++
    this.unreadable++
    if (this.examples.length < EXAMPLES) this.examples.push(`${where}: ${why}`)
  }
}

export function cellKey(kpi: string, scope: string, start: number): string {
  return `${kpi}|${scope}|${start}`
}

function saysTheSame(a: GivenReading, b: GivenReading): boolean {
  const parts = ['value', 'numerator', 'denominator', 'n'] as const
  return parts.every((part) => a[part] === b[part])
}
