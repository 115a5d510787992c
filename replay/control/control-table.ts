// A row for each control record that a replay has a use for: what it is, when it is due, and where it lies. Columns of numbers.
import { CONTROL_KINDS, type ControlNote, TIME_PARTS } from './control-reader.ts'

/** Of an answer, which names a command and no run. */
export const ANY_EPOCH = -1

/** Where a record lies: the number of its page, and of its line there. */
type RowPlace = { page: number; line: number }

/** `key`: equal where the records' keys are. */
const COLUMNS = ['epoch', 'kind', 'plus', 'time', 'page', 'line', 'key'] as const
type ColumnName = (typeof COLUMNS)[number]
const ROW_BYTES = COLUMNS.length * Float64Array.BYTES_PER_ELEMENT

export class ControlTable {
  readonly #columns = Object.fromEntries(COLUMNS.map((name) => [name, [] as number[]])) as Record<
    ColumnName,
    number[]
  >
  readonly #keys = new Map<string, number>()

  get rows(): number {
    return this.#columns.epoch.length
  }

  /** `key`: of a kind of which only the newest of each key counts. */
  add({ epoch, kind, time, plus = [] }: ControlNote, { page, line }: RowPlace, key: string): void {
    const parts = plus.reduce((sum, part) => sum + (1 << TIME_PARTS.indexOf(part)), 0)
    const row = {
      ...{ epoch: epoch ?? ANY_EPOCH, kind: CONTROL_KINDS.indexOf(kind), plus: parts, time },
      ...{ page, line, key: this.#keyNumber(key) },
    }
    for (const name of COLUMNS) this.#columns[name].push(row[name])
  }

  at(column: ColumnName, row: number): number {
    return this.#columns[column][row]
  }

  /** When it is due, ms. */
  timeOf(row: number, run: Record<(typeof TIME_PARTS)[number], number>): number {
    const plus = this.#columns.plus[row]
    const parts = TIME_PARTS.filter((_, i) => plus & (1 << i))
    return parts.reduce((sum, part) => sum + run[part], this.#columns.time[row])
  }

  /** Rows [from, to) as bytes, column by column. */
  bytes(from: number, to: number): Buffer {
    const values = new Float64Array(COLUMNS.length * (to - from))
    COLUMNS.forEach((name, i) => {
      values.set(this.#columns[name].slice(from, to), i * (to - from))
    })
    return Buffer.from(values.buffer)
  }

  /** Adds what `bytes` made; false where they are no rows of places that there are. `pages`: records of each page. */
  addBytes(bytes: Buffer, pages: readonly number[]): boolean {
    if (bytes.length % ROW_BYTES !== 0) return false
    const rows = bytes.length / ROW_BYTES
    // A copy: numbers of eight bytes need their own alignment.
    const values = new Float64Array(new Uint8Array(bytes).buffer)
    const part = (i: number) => values.subarray(i * rows, (i + 1) * rows)
    const isWhole = (value: number, below: number) =>
      Number.isInteger(value) && value >= 0 && value < below
    const [, kind, , , page, line] = COLUMNS.map((_, i) => part(i))
    for (let row = 0; row < rows; row++) {
      if (!isWhole(kind[row], CONTROL_KINDS.length) || !isWhole(page[row], pages.length))
        return false
      if (!isWhole(line[row], pages[page[row]])) return false
    }
    COLUMNS.forEach((name, i) => {
      const column = this.#columns[name]
      for (const value of part(i)) column.push(value)
    })
    return true
  }

  #keyNumber(key: string): number {
    if (key === '') return 0
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    const number = this.#keys.size + 1
    this.#keys.set(key, number)
    return number
  }
}
