// Who conducts a run: the last conductor that announced itself. What an earlier one still writes is void for everybody.

export interface Terms {
  /** Offset of the newest announcement; the descriptor's while its minter conducts. */
  readonly current: number
  /** A conductor's announcement was read at this offset of `run`. */
  announced(offset: number): void
  /** False for a record of an earlier term; in the log's order, so that all readers agree. A record without a term counts. */
  counts(record: { term?: number }): boolean
}

export function createTerms(epoch: number): Terms {
  let current = epoch
  return {
    get current() {
      return current
    },
    announced(offset) {
      current = Math.max(current, offset)
    },
    counts: ({ term }) => term === undefined || term >= current,
  }
}
