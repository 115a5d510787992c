// Which sequence numbers of one asset have been seen, as ascending ranges; what lies between them is missing.

export class SeenNumbers {
  /** Disjoint, not adjacent. */
  readonly #ranges: [number, number][] = []

  /** False when the number was there before. */
  add(seq: number): boolean {
    const ranges = this.#ranges
    // Nearly always the number after the last one.
    let i = ranges.length - 1
    while (i >= 0 && ranges[i][0] > seq) i--
    const before = ranges[i]
    if (before && seq <= before[1]) return false
    const after = ranges[i + 1]
    const joinsBefore = before?.[1] === seq - 1
    const joinsAfter = after?.[0] === seq + 1
    if (joinsBefore && joinsAfter) {
      before[1] = after[1]
      ranges.splice(i + 1, 1)
    } else if (joinsBefore) before[1] = seq
    else if (joinsAfter) after[0] = seq
    else ranges.splice(i + 1, 0, [seq, seq])
    return true
  }

  /** Ranges [from, to] below the highest that were not seen. */
  missing(): [number, number][] {
    const holes: [number, number][] = []
    let next = 1
    for (const [from, to] of this.#ranges) {
      if (from > next) holes.push([next, from - 1])
      next = to + 1
    }
    return holes
  }
}
