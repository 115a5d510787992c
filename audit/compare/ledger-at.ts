// The ledger of a topic-partition at one tick, and what may have been added to it before the task's next one.
import type { Injected, Ledger } from '../../producers/contract/records.ts'

export type LaneCounts = {
  /** Records that are neither ticks nor markers. */
  read: number
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  /** Of the dead letters, those of another run. */
  foreign: number
}

export class LedgerAt {
  /** At the tick: exact. */
  readonly at: Ledger
  /** Offset of the tick. */
  readonly offset: bigint
  #until: LaneCounts
  #isOpen = true

  constructor(
    counts: LaneCounts,
    { produced, injected }: { produced: number; injected: Injected },
    offset: bigint,
  ) {
    const { read, folded, duplicate, late, deadLetter } = counts
    const { drop, corrupt, held } = injected
    const unexplained = produced - folded - late - held - drop - corrupt
    this.at = {
      ...{ read, folded, duplicate, late, deadLetter, produced },
      injected: { ...injected },
      unexplained,
    }
    this.offset = offset
    this.#until = { ...counts }
  }

  /** Duplicates and dead letters at the tick after it, or at the end. */
  get until(): LaneCounts {
    return this.#until
  }

  /** The next tick, or the end: what comes later is another ledger's. */
  close(counts: LaneCounts): void {
    if (this.#isOpen) this.#until = { ...counts }
    this.#isOpen = false
  }
}
