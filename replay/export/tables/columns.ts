// What a table is made of: columns with a kind, and rows of cells; whatever writes them.
import { CITY_OFFSET_MS, DAY_MS } from '../../../infra/time.ts'

/**
 * `integer` within ±2^53, `large` = a bigint, `instant` = ms UTC, `local` = ms by the city's clock, `date` = days since 1970,
 * `json` = text that is JSON, `bytes` = anybody's.
 */
export type CellKind =
  | ('text' | 'json' | 'number' | 'integer' | 'large' | 'boolean')
  | ('instant' | 'local' | 'date' | 'bytes')

export type Column = { name: string; kind: CellKind }

export type TableCell = string | number | bigint | boolean | Buffer | null

/** One table that is being written. */
export interface TableWriter {
  /** Bytes that wait in memory, and whether they are as many as may. */
  readonly pendingBytes: number
  readonly isFull: boolean
  /** As many cells as there are columns, in their order. */
  add(row: TableCell[]): void
  /** Writes what waits. */
  flush(): Promise<void>
  /** Writes the rest; then the file is whole. */
  end(): Promise<void>
}

export type OpenTable = (name: string, columns: Column[]) => Promise<TableWriter>

/** A name that needs no quotes in SQL: `loadPct` is `load_pct`. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()

/** The name, or one that nobody has yet; it is taken from then on. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let i = 2; taken.has(free); i++) free = `${name}_${i}`
  taken.add(free)
  return free
}

/** Columns of an instant, and its cells. */
export const timeColumns = (name: string): Column[] => [
  { name: `${name}_utc`, kind: 'instant' },
  { name: `${name}_gz`, kind: 'local' },
]
export const timeCells = (ms: number): TableCell[] => [ms, ms + CITY_OFFSET_MS]
export const dateCell = (ms: number): number => Math.floor((ms + CITY_OFFSET_MS) / DAY_MS)

/** Where a record lay. */
export const PLACE_COLUMNS: Column[] = [
  { name: 'topic', kind: 'text' },
  { name: 'partition', kind: 'integer' },
  { name: 'offset_', kind: 'large' },
  { name: 'timestamp_ms', kind: 'integer' },
]
export const placeCells = (at: {
  topic: string
  partition: number
  offset: bigint
  timestamp: number
}): TableCell[] => [at.topic, at.partition, at.offset, at.timestamp]
