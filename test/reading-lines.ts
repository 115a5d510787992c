// A final of ours as another engine would write it: a line per scope, and the records that hold them.
import type { NewRecord } from '../infra/event-log/event-log.ts'
import type { ReadingLine } from '../processor/contract/read-lines.ts'
import type { KpiReading } from '../processor/contract/types.ts'

export function linesOf({ kpi, window, scopes }: KpiReading, run: string): ReadingLine[] {
  const { start: window_start, end: window_end } = window
  return Object.entries(scopes).map(([scope, { value, numerator, denominator, n }]) => ({
    ...{ run, kpi, scope, window_start, window_end, value, numerator, denominator, n },
  }))
}

export const lineKey = ({ run, kpi, scope, window_start }: ReadingLine): string =>
  JSON.stringify({ run, kpi, scope, window_start })

export function lineRecord(line: ReadingLine): NewRecord {
  const value = Buffer.from(JSON.stringify(line))
  return { key: Buffer.from(lineKey(line)), value, timestamp: 0 }
}
