// How late records were appended, as a histogram: what a mean would hide.

/** Upper bounds of the buckets, ms; the last one has none. */
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/** `count` of records at most `upTo` ms late, and later than the bucket before; null = however late. */
export type LatenessBucket = { upTo: number | null; count: number }

export class Lateness {
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0)
  #max = 0

  add(lateMs: number): void {
    const i = BOUNDS.findIndex((bound) => lateMs <= bound)
    this.#counts[i < 0 ? BOUNDS.length : i]++
    if (lateMs > this.#max) this.#max = lateMs
  }

  get max(): number {
    return this.#max
  }

  buckets(): LatenessBucket[] {
    return this.#counts
      .map((count, i) => ({ upTo: BOUNDS[i] ?? null, count }))
      .filter(({ count }) => count > 0)
  }
}
