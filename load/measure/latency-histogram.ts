// Latencies in buckets, to three significant digits: the arithmetic of perf_hooks' histogram (HdrHistogram's), whose counts,
// unlike those, can be sent to another process, added up there and written out.

/** Buckets as [index, count, index, count, ...]: what travels between processes. */
export type BucketCounts = number[]

/** Three significant digits need 2,048 buckets for the first range, and half as many for each that is twice as long. */
const FIRST = 2048
const HALF = FIRST / 2
/** Microseconds: 71 minutes; what takes longer counts as that. */
const MOST_US = 2 ** 32 - 1
const FIRST_BITS = 11

export class LatencyHistogram {
  readonly #counts = new Float64Array(bucketOf(MOST_US) + 1)
  #touched: number[] = []
  #count = 0
  #sumUs = 0

  get count(): number {
    return this.#count
  }

  /** Ms; what is below nothing counts as nothing: two clocks may disagree. */
  record(ms: number, times = 1): void {
    const us = Math.min(MOST_US, Math.max(0, Math.round(ms * 1000)))
    this.#put(bucketOf(us), times)
  }

  #put(bucket: number, times: number): void {
    if (this.#counts[bucket] === 0) this.#touched.push(bucket)
    this.#counts[bucket] += times
    this.#count += times
    this.#sumUs += middleOf(bucket) * times
  }

  add(counts: BucketCounts): void {
    for (let i = 0; i < counts.length; i += 2) this.#put(counts[i], counts[i + 1])
  }

  /** Takes everything out, in order. */
  drain(): BucketCounts {
    const counts = this.counts()
    for (const bucket of this.#touched) this.#counts[bucket] = 0
    this.#touched = []
    this.#count = 0
    this.#sumUs = 0
    return counts
  }

  counts(): BucketCounts {
    this.#touched.sort((a, b) => a - b)
    return this.#touched.flatMap((bucket) => [bucket, this.#counts[bucket]])
  }

  /** Ms that at least this share of all did not exceed, as its bucket's upper end; null where nothing was recorded. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.floor(share * this.#count + 0.5))
    let seen = 0
    const counts = this.counts()
    for (let i = 0; i < counts.length; i += 2) {
      seen += counts[i + 1]
      if (seen >= rank) return upperEndOf(counts[i]) / 1000
    }
    return upperEndOf(counts.at(-2)!) / 1000
  }

  /** Ms; null where nothing was recorded. */
  mean(): number | null {
    return this.#count === 0 ? null : this.#sumUs / this.#count / 1000
  }

  /** Ms; null where nothing was recorded. */
  max(): number | null {
    return this.quantile(1)
  }
}

function bucketOf(us: number): number {
  if (us < FIRST) return us
  const doublings = 32 - Math.clz32(us) - FIRST_BITS
  return FIRST + (doublings - 1) * HALF + ((us >>> doublings) - HALF)
}

function rangeOf(bucket: number): { from: number; width: number } {
  if (bucket < FIRST) return { from: bucket, width: 1 }
  const doublings = Math.floor((bucket - FIRST) / HALF) + 1
  const width = 2 ** doublings
  return { from: (((bucket - FIRST) % HALF) + HALF) * width, width }
}

/** The highest of the values (us) that fall into a bucket. */
function upperEndOf(bucket: number): number {
  const { from, width } = rangeOf(bucket)
  return from + width - 1
}

function middleOf(bucket: number): number {
  const { from, width } = rangeOf(bucket)
  return from + (width - 1) / 2
}
