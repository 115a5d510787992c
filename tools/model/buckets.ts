// Sums by time: what a check adds up event by event, for its rows and plots.

export class Buckets {
  readonly #start: number
  readonly #stepMs: number
  readonly #sums: Float64Array
  readonly #counts: Uint32Array

  constructor(start: number, stepMs: number, count: number) {
    this.#start = start
    this.#stepMs = stepMs
    this.#sums = new Float64Array(count)
    this.#counts = new Uint32Array(count)
  }

  /** What lies before the first bucket or after the last is left out. */
  add(time: number, value: number): void {
    const k = Math.floor((time - this.#start) / this.#stepMs)
    if (k < 0 || k >= this.#sums.length) return
    this.#sums[k] += value
    this.#counts[k]++
  }

  sums(): number[] {
    return [...this.#sums]
  }

  /** Mean of what was added to each bucket, 0 where nothing was. */
  means(): number[] {
    return [...this.#sums].map((sum, k) => sum / Math.max(1, this.#counts[k]))
  }

  /** For a plot: values at the middles of the buckets, `means` by default. */
  points(values = this.means()): [time: number, value: number][] {
    return values.map((value, k) => [this.#start + (k + 0.5) * this.#stepMs, value])
  }
}
