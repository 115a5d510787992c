// Who conducts a run: the last conductor that announced itself. What an earlier one still writes is void for everybody.

/** `unknown`: of a term that nobody announced. */
export type TermStanding = 'counts' | 'void' | 'unknown'

export class Terms {
  #current: number

  /** The minter's term is the run's epoch. */
  constructor(epoch: number) {
    this.#current = epoch
  }

  /** Offset of the newest announcement; the descriptor's while its minter conducts. */
  get current(): number {
    return this.#current
  }

  /** A conductor's announcement was read at this offset of `run`. */
  announced(offset: number): void {
    this.#current = Math.max(this.#current, offset)
  }

  /** Of a record that a conductor of `term` wrote; in the log's order, so that all readers agree. */
  standing(term: number): TermStanding {
    if (term === this.#current) return 'counts'
    return term < this.#current ? 'void' : 'unknown'
  }
}
