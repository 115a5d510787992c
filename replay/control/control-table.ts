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
const FIRST_ROOM = 1_024

export class ControlTable {
  #columns = new Map(COLUMNS.map((name) => [name, new Float64Array(FIRST_ROOM)]))
  #rows = 0
  readonly #keys = new Map<string, number>()

  get rows(): number {
    return this.#rows
  }

  /** `key`: of a kind of which only the newest of each key counts. */
  add({ epoch, kind, time, plus = [] }: ControlNote, { page, line }: RowPlace, key: string): void {
    const parts = plus.reduce((sum, part) => sum + (1 << TIME_PARTS.indexOf(part)), 0)
    const row = {
      ...{ epoch: epoch ?? ANY_EPOCH, kind: CONTROL_KINDS.indexOf(kind), plus: parts, time },
      ...{ page, line, key: this.#keyNumber(key) },
    }
    this.#makeRoom(1)
    for (const name of COLUMNS) this.column(name)[this.#rows] = row[name]
    this.#rows++
  }

  /** A view of it, with room behind the last row. */
  column(name: ColumnName): Float64Array {
    return this.#columns.get(name)!
  }

  /** By what stands in the column `plus`, what is to be added to the time. */
  static parts(run: Record<(typeof TIME_PARTS)[number], number>): number[] {
    return Array.from({ length: 1 << TIME_PARTS.length }, (_, plus) =>
      TIME_PARTS.reduce((sum, part, i) => (plus & (1 << i) ? sum + run[part] : sum), 0),
    )
  }

  /** Rows [from, to) as bytes, column by column. */
  bytes(from: number, to: number): Buffer {
    const values = new Float64Array(COLUMNS.length * (to - from))
    COLUMNS.forEach((name, i) => {
      values.set(this.column(name).subarray(from, to), i * (to - from))
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
    const [, kind, plus, , page, line] = COLUMNS.map((_, i) => part(i))
    for (let row = 0; row < rows; row++) {
      if (!isWhole(kind[row], CONTROL_KINDS.length) || !isWhole(page[row], pages.length))
        return false
      if (!isWhole(line[row], pages[page[row]])) return false
      if (!isWhole(plus[row], 1 << TIME_PARTS.length)) return false
    }
    this.#makeRoom(rows)
    COLUMNS.forEach((name, i) => {
      this.column(name).set(part(i), this.#rows)
    })
    this.#rows += rows
    return true
  }

  #makeRoom(rows: number): void {
    const needed = this.#rows + rows
    if (needed <= this.column('epoch').length) return
    for (const [name, column] of this.#columns) {
      const larger = new Float64Array(Math.max(needed, 2 * column.length))
      larger.set(column)
      this.#columns.set(name, larger)
    }
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
