// The windows of one KPI in time order, as rows of numbers in a ring that is allocated once: the oldest row gives way.

/** `width` numbers a row; the column `orderBy` is its place in time, and two rows never have the same. */
export class WindowRing {
  readonly #width: number
  readonly #kept: number
  readonly #orderBy: number
  readonly #cells: Float64Array
  /** Row k, oldest first, is the slot (first + k) mod kept. */
  #first = 0
  #count = 0

  constructor(width: number, kept: number, orderBy: number) {
    this.#width = width
    this.#kept = kept
    this.#orderBy = orderBy
    this.#cells = new Float64Array(kept * width).fill(Number.NaN)
  }

  /** The row of this time: its own, or a new one at its place; null when it is older than all that is kept. */
  rowAt(time: number): Float64Array | null {
    let k = this.#count
    while (k > 0 && this.#timeOf(k - 1) > time) k--
    if (k > 0 && this.#timeOf(k - 1) === time) return this.#row(k - 1)
    if (this.#count < this.#kept) this.#count++
    else if (k === 0) return null
    else {
      this.#first = (this.#first + 1) % this.#kept
      k--
    }
    for (let i = this.#count - 1; i > k; i--) this.#row(i).set(this.#row(i - 1))
    return this.#row(k)
  }

  /** The newest `last` rows, oldest first. */
  newest(last: number): Float64Array[] {
    const from = Math.max(0, this.#count - last)
    return Array.from({ length: this.#count - from }, (_, k) => this.#row(from + k))
  }

  /** The newest row for which this is so. */
  findNewest(isIt: (row: Float64Array) => boolean): Float64Array | undefined {
    for (let k = this.#count - 1; k >= 0; k--) {
      const row = this.#row(k)
      if (isIt(row)) return row
    }
    return undefined
  }

  #row(k: number): Float64Array {
    const slot = (this.#first + k) % this.#kept
    return this.#cells.subarray(slot * this.#width, (slot + 1) * this.#width)
  }

  #timeOf(k: number): number {
    return this.#row(k)[this.#orderBy]
  }
}
