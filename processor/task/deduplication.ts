// Which sequence numbers of each asset were seen: the highest, and the missing ones below it as ranges.

export class Deduplication {
  /** Highest number by local index, 0 = none. */
  readonly highest: Float64Array
  /** Time (ms) of the event with that number, -Infinity = none. */
  readonly time: Float64Array
  /** Per asset [from, to, from, to, ...], ascending and disjoint. Few assets have any. */
  readonly #gaps = new Map<number, number[]>()

  /** For `count` assets; `saved` restores a state. */
  constructor(count: number, saved?: Partial<Record<'highest' | 'time' | 'gaps', Float64Array>>) {
    this.highest = saved?.highest ?? new Float64Array(count)
    this.time = saved?.time ?? new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
    const gaps = saved?.gaps ?? new Float64Array(0)
    for (let i = 0; i < gaps.length; i += 3) {
      const ranges = this.#gaps.get(gaps[i]) ?? []
      ranges.push(gaps[i + 1], gaps[i + 2])
      this.#gaps.set(gaps[i], ranges)
    }
  }

  /** True when this number was accepted before: it is neither above the highest nor in a gap. */
  seen(local: number, seq: number): boolean {
    if (seq > this.highest[local]) return false
    const ranges = this.#gaps.get(local)
    return ranges === undefined || indexIn(ranges, seq) < 0
  }

  /** Marks a number that was not seen, of an event at `time` (ms). */
  accept(local: number, seq: number, time: number): void {
    const top = this.highest[local]
    if (seq <= top) {
      this.#fill(local, seq)
      return
    }
    if (seq > top + 1) {
      const ranges = this.#gaps.get(local) ?? []
      ranges.push(top + 1, seq - 1)
      this.#gaps.set(local, ranges)
    }
    this.highest[local] = seq
    this.time[local] = time
  }

  /** Flat [local, from, to, ...], ascending: the same state gives the same numbers. */
  gaps(): Float64Array {
    const locals = [...this.#gaps.keys()].sort((a, b) => a - b)
    return Float64Array.from(
      locals.flatMap((local) => {
        const ranges = this.#gaps.get(local)!
        const flat: number[] = []
        for (let i = 0; i < ranges.length; i += 2) flat.push(local, ranges[i], ranges[i + 1])
        return flat
      }),
    )
  }

  #fill(local: number, seq: number): void {
    const ranges = this.#gaps.get(local)!
    const i = indexIn(ranges, seq)
    const parts = [ranges[i], seq - 1, seq + 1, ranges[i + 1]]
    if (parts[2] > parts[3]) parts.splice(2, 2)
    if (parts[0] > parts[1]) parts.splice(0, 2)
    ranges.splice(i, 2, ...parts)
    if (ranges.length === 0) this.#gaps.delete(local)
  }
}

/** Index of the range that holds `seq`, or -1. */
function indexIn(ranges: number[], seq: number): number {
  for (let i = 0; i < ranges.length; i += 2) {
    if (seq >= ranges[i] && seq <= ranges[i + 1]) return i
  }
  return -1
}
