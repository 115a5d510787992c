// One table as CSV (RFC 4180): for anything that reads text, or for a spreadsheet, which takes what it likes for numbers.
import { isUtf8 } from 'node:buffer'
import { DAY_MS, isoTime } from '../../../infra/time.ts'
import type { DurableFile } from '../../recording/durable-file.ts'
import type { ExportFolder } from '../export-folder.ts'
import type { CellKind, Column, TableCell, TableWriter } from './columns.ts'

const FULL_BYTES = 1024 * 1024
const BOM = '\ufeff'
const LINE_END = '\r\n'

/** What a spreadsheet would compute begins with one of these, also as they are on a Chinese keyboard. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
/** A code that looks like a number or a date: a spreadsheet drops its zeros and last places, or makes a day of it. */
const NUMBER_LIKE = /^\s*[\d.,]+(?:[eE:/-].*)?%?\s*$/

export class CsvTable implements TableWriter {
  readonly #folder: ExportFolder
  readonly #file: DurableFile
  readonly #columns: Column[]
  readonly #isForExcel: boolean
  #lines: string[] = []
  #rows = 0
  #pendingBytes = 0

  private constructor(folder: ExportFolder, file: DurableFile, columns: Column[], excel: boolean) {
    this.#folder = folder
    this.#file = file
    this.#columns = columns
    this.#isForExcel = excel
    const names = columns.flatMap((column) => (this.#isShown(column) ? headings(column) : []))
    this.#put(`${excel ? BOM : ''}${names.map((name) => quoted(name)).join(',')}`)
  }

  static async open(
    folder: ExportFolder,
    name: string,
    columns: Column[],
    isForExcel: boolean,
  ): Promise<CsvTable> {
    return new CsvTable(folder, await folder.begin(`${name}.csv`), columns, isForExcel)
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  get isFull(): boolean {
    return this.#pendingBytes >= FULL_BYTES
  }

  add(row: TableCell[]): void {
    const fields = row.flatMap((cell, i) => {
      const column = this.#columns[i]
      return this.#isShown(column) ? this.#fields(column.kind, cell) : []
    })
    this.#rows++
    this.#put(fields.join(','))
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return
    const text = Buffer.from(this.#lines.join(''))
    this.#lines = []
    this.#pendingBytes = 0
    await this.#file.append([text])
  }

  async end(): Promise<void> {
    await this.flush()
    await this.#folder.end(this.#file, this.#rows)
  }

  #put(line: string): void {
    this.#lines.push(line, LINE_END)
    this.#pendingBytes += line.length + LINE_END.length
  }

  /** Of a time's two columns a spreadsheet has the city's: nobody adds eight hours there. */
  #isShown({ kind }: Column): boolean {
    return !(this.#isForExcel && kind === 'instant')
  }

  #fields(kind: CellKind, cell: TableCell): string[] {
    if (kind === 'bytes') {
      const [text, enc] = bytesText(cell as Buffer | null)
      return [text === null ? '' : this.#text(text), enc]
    }
    if (cell === null) return ['']
    switch (kind) {
      case 'text':
      case 'json':
        return [this.#text(cell as string)]
      case 'instant':
        return [isoTime(cell as number)]
      case 'local':
        return [
          isoTime(cell as number)
            .replace('T', ' ')
            .slice(0, -1),
        ]
      case 'date':
        return [isoTime((cell as number) * DAY_MS).slice(0, 10)]
      case 'large':
        return [this.#text(String(cell))]
      default:
        return [String(cell)]
    }
  }

  /** A text that is empty stands in quotes, so that it is another than none. */
  #text(text: string): string {
    const isTaken = this.#isForExcel && (FORMULA.test(text) || NUMBER_LIKE.test(text))
    return isTaken ? quoted(`'${text}`) : quoted(text)
  }
}

/** Of bytes two: as text, and how that is to be read. */
const headings = ({ name, kind }: Column) => (kind === 'bytes' ? [name, `${name}_enc`] : [name])

function bytesText(bytes: Buffer | null): [string | null, string] {
  if (bytes === null) return [null, '']
  return isUtf8(bytes) ? [bytes.toString(), 'text'] : [bytes.toString('base64'), 'b64']
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
