// A load as data: rates over time, how many events are meant until a time, and when the n-th of them is meant.
// In: segments. Out: intended times; nothing here knows a clock, so lateness can never move the plan.

/** A stretch over which the rate (events/s) goes from one to the other in a straight line. */
export type RateSegment = { ms: number; from: number; to: number }

export class LoadPlan {
  readonly segments: readonly RateSegment[]
  readonly durationMs: number
  /** Events meant in all. */
  readonly total: number
  readonly peak: number
  /** Per segment, where it begins: ms and events. */
  readonly #begins: { ms: number; count: number }[] = []

  constructor(segments: readonly RateSegment[]) {
    this.segments = segments
    let ms = 0
    let count = 0
    for (const segment of segments) {
      this.#begins.push({ ms, count })
      ms += segment.ms
      count += meant(segment, segment.ms)
    }
    this.durationMs = ms
    this.total = count
    this.peak = Math.max(...segments.flatMap(({ from, to }) => [from, to]))
  }

  /** Events/s; behind the end the last one. */
  rateAt(ms: number): number {
    const i = this.#segmentAt((begin) => begin.ms <= ms)
    const { from, to, ms: length } = this.segments[i]
    return from + (to - from) * Math.min(1, Math.max(0, (ms - this.#begins[i].ms) / length))
  }

  /** Events meant before this time. */
  countAt(ms: number): number {
    const at = Math.min(Math.max(0, ms), this.durationMs)
    const i = this.#segmentAt((begin) => begin.ms <= at)
    return this.#begins[i].count + meant(this.segments[i], at - this.#begins[i].ms)
  }

  /** Ms at which the `count`-th event is meant; what is beyond the end goes on at the last rate. */
  timeOf(count: number): number {
    if (count >= this.total) {
      const { to } = this.segments.at(-1)!
      return this.durationMs + (to > 0 ? ((count - this.total) * 1000) / to : 0)
    }
    const i = this.#segmentAt((begin) => begin.count <= count)
    const { ms, from, to } = this.segments[i]
    const left = (count - this.#begins[i].count) * 1000
    // from·t + (to − from)/(2·ms)·t² = left, in the form that does not cancel.
    const bend = (to - from) / ms
    const root = Math.sqrt(Math.max(0, from * from + 2 * bend * left))
    const t = left === 0 ? 0 : (2 * left) / (from + root)
    return this.#begins[i].ms + Math.min(ms, t)
  }

  /** The last segment that has begun. */
  #segmentAt(hasBegun: (begin: { ms: number; count: number }) => boolean): number {
    let i = this.#begins.length - 1
    while (i > 0 && !hasBegun(this.#begins[i])) i--
    return i
  }
}

/** Events of a segment's first `t` ms. */
function meant({ ms, from, to }: RateSegment, t: number): number {
  return (from * t + ((to - from) * t * t) / (2 * ms)) / 1000
}
