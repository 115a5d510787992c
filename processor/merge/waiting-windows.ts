// The windows of one domain that wait for partials or truths of all its tasks, and which ones are done.
import type { Partial } from '../../producers/contract/records.ts'
import type { PackedSums } from './sums.ts'

/** A window whose partials or truths never come (trimmed by retention) must not pile up. */
const MAX_WAITING = 256
/** Windows that are remembered as done: who writes them again adds nothing new. */
const MAX_DONE = 4096

/** By partition. */
export type WaitingWindow = {
  start: number
  end: number
  partials: Map<number, PackedSums>
  truths: Map<number, PackedSums>
}

export class WaitingWindows {
  readonly #partitions: number
  readonly #withTruth: boolean
  readonly #pack: (partial: Partial) => PackedSums
  /** By the window's start. */
  readonly #waiting = new Map<number, WaitingWindow>()
  readonly #done = new Set<number>()
  /** Windows that start before are merged no more. */
  #forgotten = Number.NEGATIVE_INFINITY

  /** `withTruth`: a window waits for its truths too; `pack` makes of a partial what is kept of it. */
  constructor(partitions: number, withTruth: boolean, pack: (partial: Partial) => PackedSums) {
    this.#partitions = partitions
    this.#withTruth = withTruth
    this.#pack = pack
  }

  /** Windows that start before are not merged: they were final when this began. */
  forgetBefore(start: number): void {
    this.#forgotten = Math.max(this.#forgotten, start)
  }

  get size(): number {
    return this.#waiting.size
  }

  /** The window that is complete by this, once; else null. */
  add(side: 'partials' | 'truths', partial: Partial): WaitingWindow | null {
    const start = Date.parse(partial.start)
    // A restarted task writes finals again, with equal bytes.
    if (this.#done.has(start) || start < this.#forgotten) return null
    let window = this.#waiting.get(start)
    if (!window) {
      window = { start, end: Date.parse(partial.end), partials: new Map(), truths: new Map() }
      this.#waiting.set(start, window)
      // Not whichever came first: a merge that is rebuilt reads old truths after new partials.
      if (this.#waiting.size > MAX_WAITING) this.#forgetOldest(this.#waiting)
    }
    window[side].set(partial.partition, this.#pack(partial))
    if (!this.#isComplete(window)) return null
    this.#waiting.delete(start)
    this.#done.add(start)
    if (this.#done.size > MAX_DONE) this.#forgetOldest(this.#done)
    return window
  }

  #isComplete({ partials, truths }: WaitingWindow): boolean {
    const all = this.#partitions
    return partials.size === all && (!this.#withTruth || truths.size === all)
  }

  /** `windows`: those that wait or those that are done, by start. */
  #forgetOldest(windows: Map<number, unknown> | Set<number>): void {
    const oldest = Math.min(...windows.keys())
    windows.delete(oldest)
    this.#forgotten = Math.max(this.#forgotten, oldest + 1)
  }
}
