// How late records were appended, as a histogram: what a mean would hide.

/** Upper bounds of the buckets, ms; the last one has none. */
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]
/** Fine buckets for quantiles: ten to each doubling, from a hundredth of a ms on; the last is beyond eleven days. */
const FINE_PER_DOUBLING = 10
const FINEST_MS = 0.01
const FINE_BUCKETS = 370

/** `count` of records at most `upTo` ms late, and later than the bucket before; null = however late. */
export type LatenessBucket = { upTo: number | null; count: number }

export class Lateness {
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0)
  readonly #fine = new Float64Array(FINE_BUCKETS)
  #max = 0
  #all = 0

  add(lateMs: number, count = 1): void {
    const i = BOUNDS.findIndex((bound) => lateMs <= bound)
    this.#counts[i < 0 ? BOUNDS.length : i] += count
    this.#fine[fineBucketOf(lateMs)] += count
    this.#all += count
    if (lateMs > this.#max) this.#max = lateMs
  }

  get max(): number {
    return this.#max
  }

  /** Ms within which that share of them came, to a fourteenth; 0 where there were none. */
  quantile(share: number): number {
    let left = share * this.#all
    for (let i = 0; i < FINE_BUCKETS; i++) {
      left -= this.#fine[i]
      if (this.#fine[i] > 0 && left <= 0) return Math.min(this.#max, upperBoundOf(i))
    }
    return this.#max
  }

  buckets(): LatenessBucket[] {
    return this.#counts
      .map((count, i) => ({ upTo: BOUNDS[i] ?? null, count }))
      .filter(({ count }) => count > 0)
  }
}

function fineBucketOf(lateMs: number): number {
  if (lateMs <= 0) return 0
  const i = 1 + Math.ceil(FINE_PER_DOUBLING * Math.log2(lateMs / FINEST_MS))
  return Math.min(FINE_BUCKETS - 1, Math.max(1, i))
}

/** Of what was not late, 0. */
const upperBoundOf = (i: number): number =>
  i === 0 ? 0 : FINEST_MS * 2 ** ((i - 1) / FINE_PER_DOUBLING)
