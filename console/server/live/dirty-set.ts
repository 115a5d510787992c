// The assets that changed and wait to be sent: cheap to fill, to ask and to drain, one byte per asset and a list.
import type { EventTrace } from '../state/listener.ts'

export class DirtySet {
  readonly #marked: Uint8Array
  #list: number[] = []
  /** The oldest event behind what waits. */
  #oldest: EventTrace | null = null

  constructor(size: number) {
    this.#marked = new Uint8Array(size)
  }

  get size(): number {
    return this.#list.length
  }

  mark(numbers: ArrayLike<number>, trace: EventTrace | null): void {
    const marked = this.#marked
    const list = this.#list
    for (let i = 0; i < numbers.length; i++) {
      const n = numbers[i]
      if (marked[n] === 1) continue
      marked[n] = 1
      list.push(n)
    }
    this.#oldest = olderOf(this.#oldest, trace)
  }

  /** Empties the set and returns what was in it, with the oldest event behind it. */
  drain(): { numbers: Uint32Array; oldest: EventTrace | null } {
    const numbers = Uint32Array.from(this.#list)
    const oldest = this.#oldest
    for (const n of numbers) this.#marked[n] = 0
    this.#list = []
    this.#oldest = null
    return { numbers, oldest }
  }
}

/** The one whose event is older: what waits longest is what is measured. */
function olderOf(a: EventTrace | null, b: EventTrace | null): EventTrace | null {
  return a && (!b || a.sent <= b.sent) ? a : b
}
