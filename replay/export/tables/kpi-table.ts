// Final readings as a table: one row per KPI, window or day, and scope.
import type { KpiReading } from '../../../processor/contract/types.ts'
import { createFinalReader } from '../../final-readings.ts'
import type { RecordedRecord } from '../../recording/line.ts'
import { type Column, dateCell, type TableCell, timeCells, timeColumns } from './columns.ts'

export const KPI_COLUMNS: Column[] = [
  { name: 'epoch', kind: 'integer' },
  { name: 'kpi', kind: 'text' },
  { name: 'kind', kind: 'text' },
  ...timeColumns('start'),
  ...timeColumns('end'),
  { name: 'date_gz', kind: 'date' },
  { name: 'scope', kind: 'text' },
  { name: 'value', kind: 'number' },
  { name: 'numerator', kind: 'number' },
  { name: 'denominator', kind: 'number' },
  { name: 'n', kind: 'integer' },
  { name: 'weight', kind: 'number' },
  { name: 'unit', kind: 'text' },
  { name: 'target', kind: 'text' },
  { name: 'expected', kind: 'number' },
  { name: 'status', kind: 'text' },
  { name: 'truth', kind: 'text' },
]

export class KpiRows {
  readonly #finalOf: ReturnType<typeof createFinalReader>
  /** A window's reading is written once, or again with the same bytes. */
  readonly #windows = new Set<string>()
  /** A day's is written anew with each of its windows: the last one holds. */
  readonly #days = new Map<string, KpiReading>()

  constructor(topic: string) {
    this.#finalOf = createFinalReader(topic)
  }

  /** The rows of a window that is final and was not there before. */
  take(record: RecordedRecord): TableCell[][] {
    const reading = this.#finalOf(record)
    if (!reading) return []
    const { kind, start } = reading.window
    const name = `${reading.epoch} ${reading.kpi} ${start}`
    if (kind === 'day') this.#days.set(name, reading)
    if (kind === 'day' || this.#windows.has(name)) return []
    this.#windows.add(name)
    return rowsOf(reading)
  }

  /** Those of days. */
  rest(): TableCell[][] {
    return [...this.#days.values()].flatMap(rowsOf)
  }
}

function rowsOf({ epoch, kpi, window, scopes, ...reading }: KpiReading): TableCell[][] {
  const [start, end] = [Date.parse(window.start), Date.parse(window.end)]
  const { weight, unit, target, expected, status, truth } = reading
  return Object.entries(scopes).map(([scope, { value, numerator, denominator, n }]) => [
    ...[epoch, kpi, window.kind, ...timeCells(start), ...timeCells(end), dateCell(start)],
    ...[scope, value, numerator, denominator, n],
    ...[weight, unit, target, expected, status, truth],
  ])
}
