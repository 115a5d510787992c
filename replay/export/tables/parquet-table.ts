// One table as a Parquet file, a row group at a time: however long it becomes, no more than one waits in memory.
import { zstdCompressSync } from 'node:zlib'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { DurableFile } from '../../recording/durable-file.ts'
import type { ExportFolder } from '../export-folder.ts'
import type { CellKind, Column, TableCell, TableWriter } from './columns.ts'

/** A row group is closed at so many rows, or so many bytes of cells. */
const GROUP_ROWS = 50_000
const GROUP_BYTES = 24 * 1024 * 1024
const CELL_BYTES = 16

type ParquetOptions = ConstructorParameters<typeof ParquetWriter>[0]
type SchemaElement = ParquetOptions['schema'][number]

/** Times without a zone: what readers make of one with a zone depends on where they run. */
const moment = {
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
} as const

const ELEMENTS: Record<CellKind, Partial<SchemaElement>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
  large: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  instant: moment,
  local: moment,
  date: { type: 'INT32', converted_type: 'DATE' },
  bytes: { type: 'BYTE_ARRAY' },
}
/** Seldom the same twice: a dictionary of them is sought in vain. */
const PLAIN = new Set(['id', 'offset_', 'raw'])

export class ParquetTable implements TableWriter {
  readonly #folder: ExportFolder
  readonly #file: DurableFile
  readonly #columns: Column[]
  readonly #bytes = new ByteWriter()
  readonly #parquet: ParquetWriter
  #cells: TableCell[][]
  #rows = 0
  #written = 0
  #pendingBytes = 0

  private constructor(folder: ExportFolder, file: DurableFile, columns: Column[]) {
    this.#folder = folder
    this.#file = file
    this.#columns = columns
    this.#cells = columns.map(() => [])
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOfColumns(columns),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: 'huacheng',
    })
  }

  static async open(folder: ExportFolder, name: string, columns: Column[]): Promise<ParquetTable> {
    return new ParquetTable(folder, await folder.begin(`${name}.parquet`), columns)
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  get isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#pendingBytes >= GROUP_BYTES
  }

  add(row: TableCell[]): void {
    for (const [i, cell] of row.entries()) {
      const { kind } = this.#columns[i]
      // INT64 is a bigint there.
      this.#cells[i].push(kind === 'integer' && cell !== null ? BigInt(cell as number) : cell)
      this.#pendingBytes += CELL_BYTES
      if (typeof cell === 'string' || cell instanceof Buffer) this.#pendingBytes += cell.length
    }
    this.#rows++
  }

  async flush(): Promise<void> {
    if (this.#rows === 0) return
    const columnData = this.#columns.map(({ name, kind }, i) => ({
      name,
      data: this.#cells[i],
      ...((kind === 'bytes' || PLAIN.has(name)) && { encoding: 'PLAIN' as const }),
      ...((kind === 'bytes' || kind === 'json') && { statistics: false }),
    }))
    await this.#parquet.write({ columnData, rowGroupSize: this.#rows })
    this.#written += this.#rows
    this.#rows = 0
    this.#pendingBytes = 0
    this.#cells = this.#columns.map(() => [])
    await this.#store()
  }

  async end(): Promise<void> {
    await this.flush()
    await this.#parquet.finish()
    await this.#store()
    await this.#folder.end(this.#file, this.#written)
  }

  async #store(): Promise<void> {
    const { buffer, index } = this.#bytes
    if (index > 0) await this.#file.append([Buffer.from(buffer, 0, index)])
    this.#bytes.index = 0
  }
}

function schemaOfColumns(columns: Column[]): SchemaElement[] {
  const elements = columns.map(
    ({ name, kind }): SchemaElement => ({
      name,
      repetition_type: 'OPTIONAL',
      ...ELEMENTS[kind],
    }),
  )
  return [{ name: 'root', num_children: elements.length }, ...elements]
}
