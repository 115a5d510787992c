// Rows of places.index: numbers in columns, of ticks and runs' first records, and of checkpoints.

const TICK_COLUMNS = ['lane', 'epoch', 'kind', 'time', 'offset', 'number', 'wall'] as const
const CHECKPOINT_COLUMNS = ['task', 'epoch', 'next', 'number'] as const

/** `kind` of a row of the first: a tick, or a run's first record. */
export const TICK = 0
export const STARTED = 1

/** `number`: how many records of the track lie before it. */
export type TickRow = Record<(typeof TICK_COLUMNS)[number], number>
export type CheckpointRow = Record<(typeof CHECKPOINT_COLUMNS)[number], number>

class Rows<Name extends string> {
  readonly #names: readonly Name[]
  readonly #columns: Record<Name, number[]>

  constructor(names: readonly Name[]) {
    this.#names = names
    this.#columns = Object.fromEntries(names.map((name) => [name, []])) as never
  }

  get length(): number {
    return this.#columns[this.#names[0]].length
  }

  add(row: Record<Name, number>): void {
    for (const name of this.#names) this.#columns[name].push(row[name])
  }

  /** The first `count` of them as bytes, column by column; they are gone from here. */
  take(count: number): Buffer {
    const values = new Float64Array(this.#names.length * count)
    this.#names.forEach((name, i) => {
      values.set(this.#columns[name].splice(0, count), i * count)
    })
    return Buffer.from(values.buffer)
  }
}

export const tickRows = () => new Rows(TICK_COLUMNS)
export const checkpointRows = () => new Rows(CHECKPOINT_COLUMNS)

type Columns<Name extends string> = Record<Name, Float64Array>
export type TickColumns = Columns<(typeof TICK_COLUMNS)[number]>
export type CheckpointColumns = Columns<(typeof CHECKPOINT_COLUMNS)[number]>

export const ticksOf = (bytes: Buffer): TickColumns => columnsOf(TICK_COLUMNS, bytes)
export const checkpointsOf = (bytes: Buffer): CheckpointColumns =>
  columnsOf(CHECKPOINT_COLUMNS, bytes)

function columnsOf<Name extends string>(names: readonly Name[], bytes: Buffer): Columns<Name> {
  const count = Math.floor(bytes.length / names.length / Float64Array.BYTES_PER_ELEMENT)
  // A copy: numbers of eight bytes need their own alignment.
  const values = new Float64Array(new Uint8Array(bytes).buffer, 0, names.length * count)
  const columns = names.map((name, i) => [name, values.subarray(i * count, (i + 1) * count)])
  return Object.fromEntries(columns) as Columns<Name>
}
