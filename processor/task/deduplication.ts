// Which sequence numbers of each asset were seen: the highest, and the missing ones below it as ranges.

export interface Deduplication {
  /** True when this number was accepted before: it is neither above the highest nor in a gap. */
  seen(local: number, seq: number): boolean
  /** Marks a number that was not seen, of an event at `time` (ms). */
  accept(local: number, seq: number, time: number): void
  /** Highest number by local index, 0 = none. */
  readonly highest: Float64Array
  /** Time (ms) of the event with that number, -Infinity = none. */
  readonly time: Float64Array
  /** Flat [local, from, to, ...], ascending: the same state gives the same numbers. */
  gaps(): Float64Array
}

/** For `count` assets; `saved` restores a state. */
export function createDeduplication(
  count: number,
  saved?: Partial<Record<'highest' | 'time' | 'gaps', Float64Array>>,
): Deduplication {
  const highest = saved?.highest ?? new Float64Array(count)
  const time = saved?.time ?? new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const savedGaps = saved?.gaps ?? new Float64Array(0)
  /** Per asset [from, to, from, to, ...], ascending and disjoint. Few assets have any. */
  const gapsOf = new Map<number, number[]>()
  for (let i = 0; i < savedGaps.length; i += 3) {
    const ranges = gapsOf.get(savedGaps[i]) ?? []
    ranges.push(savedGaps[i + 1], savedGaps[i + 2])
    gapsOf.set(savedGaps[i], ranges)
  }

  return {
    highest,
    time,
    seen(local, seq) {
      if (seq > highest[local]) return false
      const ranges = gapsOf.get(local)
      return ranges === undefined || indexIn(ranges, seq) < 0
    },
    accept(local, seq, at) {
      const top = highest[local]
      if (seq > top) {
        if (seq > top + 1) {
          const ranges = gapsOf.get(local) ?? []
          ranges.push(top + 1, seq - 1)
          gapsOf.set(local, ranges)
        }
        highest[local] = seq
        time[local] = at
        return
      }
      const ranges = gapsOf.get(local)!
      const i = indexIn(ranges, seq)
      const parts = [ranges[i], seq - 1, seq + 1, ranges[i + 1]]
      if (parts[2] > parts[3]) parts.splice(2, 2)
      if (parts[0] > parts[1]) parts.splice(0, 2)
      ranges.splice(i, 2, ...parts)
      if (ranges.length === 0) gapsOf.delete(local)
    },
    gaps() {
      const locals = [...gapsOf.keys()].sort((a, b) => a - b)
      return Float64Array.from(
        locals.flatMap((local) => {
          const ranges = gapsOf.get(local)!
          const flat: number[] = []
          for (let i = 0; i < ranges.length; i += 2) flat.push(local, ranges[i], ranges[i + 1])
          return flat
        }),
      )
    },
  }
}

/** Index of the range that holds `seq`, or -1. */
function indexIn(ranges: number[], seq: number): number {
  for (let i = 0; i < ranges.length; i += 2) {
    if (seq >= ranges[i] && seq <= ranges[i + 1]) return i
  }
  return -1
}
