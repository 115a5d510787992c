// Who conducts a run: the last conductor that announced itself. What an earlier one still writes is void for everybody.

/** `unknown`: of a term that nobody announced. */
export type Standing = 'counts' | 'void' | 'unknown'

export interface Terms {
  /** Offset of the newest announcement; the descriptor's while its minter conducts. */
  readonly current: number
  /** A conductor's announcement was read at this offset of `run`. */
  announced(offset: number): void
  /** Of a record that a conductor of `term` wrote; in the log's order, so that all readers agree. */
  standing(term: number): Standing
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
    standing(term) {
      if (term === current) return 'counts'
      return term < current ? 'void' : 'unknown'
    },
  }
}
