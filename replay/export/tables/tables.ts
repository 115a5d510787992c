// Sorts the records of a recording into tables: events by their type, final readings, assets, and whatever else there is.
import { isUtf8 } from 'node:buffer'
import { Problem } from '../../../infra/problem.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import type { Catalogue, City } from '../../../seeds/contract.ts'
import type { RecordedRecord } from '../../recording/line.ts'
import type { ExportSink } from '../export.ts'
import type { DescribedRun } from '../recorded-runs.ts'
import { ASSET_COLUMNS, assetRows } from './assets-table.ts'
import {
  type Column,
  type OpenTable,
  PLACE_COLUMNS,
  placeCells,
  type TableCell,
  type TableWriter,
} from './columns.ts'
import { type DescribedEvents, describedEvents, type EventTable } from './event-table.ts'
import { KPI_COLUMNS, KpiRows } from './kpi-table.ts'

/** What waits in all tables together; the largest is written when it is more. */
const PENDING_BYTES = 128 * 1024 * 1024

const OTHER_COLUMNS: Column[] = [
  ...PLACE_COLUMNS,
  { name: 'key', kind: 'bytes' },
  { name: 'headers', kind: 'json' },
  { name: 'value', kind: 'bytes' },
]

/** The catalogue of a run; throws a Problem where this build has another. */
export type WorldOf = (run: DescribedRun['descriptor']) => { city: City; catalogue: Catalogue }

export type TablesOptions = {
  /** Of the recording; none where it is not a city's. */
  runs: DescribedRun[]
  /** By domain, of the events that are told from all else. */
  declarations: Record<string, Declaration>
  prefix: string
  /** Each event's own bytes as a column besides. */
  hasRaw: boolean
  open: OpenTable
  worldOf: WorldOf
}

export class TablesSink implements ExportSink {
  readonly #options: TablesOptions
  readonly #events: DescribedEvents
  readonly #kpis: KpiRows
  readonly #writers = new Map<string, TableWriter>()

  constructor(options: TablesOptions) {
    const { declarations, prefix, hasRaw } = options
    this.#options = options
    this.#events = describedEvents(declarations, prefix, {
      hasRaw,
      taken: ['kpi', 'assets', 'other'],
    })
    this.#kpis = new KpiRows(topicNames(prefix).kpi)
  }

  /** Of all types; those of which there was an event are among `written`. */
  get events(): EventTable[] {
    return this.#events.tables
  }

  /** Names of the tables so far. */
  get written(): ReadonlySet<string> {
    return new Set(this.#writers.keys())
  }

  add(record: RecordedRecord): Promise<void> | null {
    const found = this.#events.rowOf(record)
    if (found) return this.#put(found.table.name, found.table.columns, [found.row])
    const rows = this.#kpis.take(record)
    const other = this.#put('other', OTHER_COLUMNS, [otherRow(record)])
    if (rows.length === 0) return other
    const put = () => this.#put('kpi', KPI_COLUMNS, rows)
    return other ? other.then(put).then(() => {}) : put()
  }

  async finish(): Promise<string[]> {
    const days = this.#kpis.rest()
    if (days.length > 0) await this.#put('kpi', KPI_COLUMNS, days)
    const leftOut = await this.#assets()
    for (const writer of this.#writers.values()) await writer.end()
    return leftOut
  }

  async #assets(): Promise<string[]> {
    const run = this.#options.runs.at(-1)
    if (!run) return ['assets: no run of a city was recorded']
    try {
      const { city, catalogue } = this.#options.worldOf(run.descriptor)
      for (const row of assetRows(city, catalogue, run.descriptor.partitions)) {
        await this.#put('assets', ASSET_COLUMNS, [row])
      }
      return []
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return [`assets: ${error.message}`]
    }
  }

  #put(name: string, columns: Column[], rows: TableCell[][]): Promise<void> | null {
    const writer = this.#writers.get(name)
    return writer ? this.#fill(writer, rows) : this.#begin(name, columns, rows)
  }

  async #begin(name: string, columns: Column[], rows: TableCell[][]): Promise<void> {
    const writer = await this.#options.open(name, columns)
    this.#writers.set(name, writer)
    await this.#fill(writer, rows)
  }

  #fill(writer: TableWriter, rows: TableCell[][]): Promise<void> | null {
    for (const row of rows) writer.add(row)
    if (writer.isFull) return writer.flush()
    let largest = writer
    let pending = 0
    for (const it of this.#writers.values()) {
      pending += it.pendingBytes
      if (it.pendingBytes > largest.pendingBytes) largest = it
    }
    return pending < PENDING_BYTES ? null : largest.flush()
  }
}

function otherRow(record: RecordedRecord): TableCell[] {
  const { key, value, headers = [] } = record
  const pairs = headers.map(([name, it]) => [name, it && textOf(it)])
  // What stays must not hold on to the text of its whole member.
  const own = (bytes: Buffer | null) => bytes && Buffer.from(bytes)
  return [...placeCells(record), own(key), JSON.stringify(pairs), own(value)]
}

const textOf = (bytes: Buffer) =>
  isUtf8(bytes) ? bytes.toString() : { b64: bytes.toString('base64') }
