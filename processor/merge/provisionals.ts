// What the tasks of one domain said last of their open windows.
import type { Partial } from '../../producers/contract/records.ts'

/** The open window that all tasks speak of, with its start and the watermark of the slowest task (ms). */
export type OpenWindow = {
  partials: Partial[]
  start: number
  watermark: number
  isIncomplete: boolean
}

export class Provisionals {
  readonly #partitions: number
  readonly #newest = new Map<number, Partial>()
  #isChanged = false

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  /** One with an older offset than its task's last is ignored. */
  put(partial: Partial): void {
    const last = this.#newest.get(partial.partition)
    if (last && Number(last.offset) > Number(partial.offset)) return
    this.#newest.set(partial.partition, partial)
    this.#isChanged = true
  }

  /** Null before every task has said something of a window after `finalEnd` (ms), and where nothing changed since the last call. */
  take(finalEnd: number): OpenWindow | null {
    const partials = [...this.#newest.values()]
    if (!this.#isChanged || partials.length < this.#partitions) return null
    this.#isChanged = false
    // A task that has said nothing since the final would take the watermark back.
    if (partials.some((p) => Date.parse(p.end) <= finalEnd)) return null
    return {
      partials,
      start: Math.max(...partials.map((p) => Date.parse(p.start))),
      watermark: Math.min(...partials.map((p) => Date.parse(p.watermark ?? p.start))),
      isIncomplete: partials.some((p) => p.incomplete),
    }
  }
}
