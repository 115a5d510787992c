// What the tasks of one domain said last of their open windows.
import type { Partial } from '../../producers/contract/records.ts'
import type { PackedSums } from './sums.ts'

/** The open window that all tasks speak of, with its start and the watermark of the slowest task (ms). */
export type OpenWindow = {
  sums: PackedSums[]
  start: number
  watermark: number
  isIncomplete: boolean
}

/** Times in ms. */
type Said = {
  offset: number
  start: number
  end: number
  watermark: number
  isIncomplete: boolean
  sums: PackedSums
}

export class Provisionals {
  readonly #partitions: number
  readonly #pack: (partial: Partial) => PackedSums
  readonly #newest = new Map<number, Said>()
  #isChanged = false

  /** `pack` makes of a partial what is kept of it. */
  constructor(partitions: number, pack: (partial: Partial) => PackedSums) {
    this.#partitions = partitions
    this.#pack = pack
  }

  /** One with an older offset than its task's last is ignored. */
  put(partial: Partial): void {
    const last = this.#newest.get(partial.partition)
    const offset = Number(partial.offset)
    if (last && last.offset > offset) return
    this.#newest.set(partial.partition, {
      offset,
      start: Date.parse(partial.start),
      end: Date.parse(partial.end),
      watermark: Date.parse(partial.watermark ?? partial.start),
      isIncomplete: partial.incomplete ?? false,
      sums: this.#pack(partial),
    })
    this.#isChanged = true
  }

  /** Null before every task has said something of a window after `finalEnd` (ms), and where nothing changed since the last call. */
  take(finalEnd: number): OpenWindow | null {
    const said = [...this.#newest.values()]
    if (!this.#isChanged || said.length < this.#partitions) return null
    this.#isChanged = false
    // A task that has said nothing since the final would take the watermark back.
    if (said.some(({ end }) => end <= finalEnd)) return null
    return {
      sums: said.map(({ sums }) => sums),
      start: Math.max(...said.map(({ start }) => start)),
      watermark: Math.min(...said.map(({ watermark }) => watermark)),
      isIncomplete: said.some(({ isIncomplete }) => isIncomplete),
    }
  }
}
