// A stretch of a recording once, or again and again: each pass is due behind the one before, and every record says whose pass it is.
import { Problem, problemText } from '../../infra/problem.ts'
import type { PlannedRecord } from './merged-records.ts'

/** `shift`: it is due so many ms behind its own time. */
type Pass = { number: number; shift: number }

/** `due` over all passes, ms; without a pass it is sent once only. */
export type PassedRecord = PlannedRecord & { pass?: Pass }

type Records = { next(): Promise<PlannedRecord[]> }

export type LoopOptions = {
  /** Begins at the first record, each time it is called. */
  open(): Records
  isLooped: boolean
  /** Times between which a pass lies, ms; default those of its first and last record. */
  from?: number
  until?: number
  /** Ends so many ms behind the beginning, by the time of the records, all passes together. */
  forMs?: number
}

export class LoopedRecords {
  readonly #options: LoopOptions
  #records: Records
  #pass: Pass = { number: 1, shift: 0 }
  /** Due times of the first and last record of a pass, where one has any. */
  #first: number | null = null
  #last: number | null = null
  /** Records of this pass. */
  #count = 0
  #hasEnded = false

  constructor(options: LoopOptions) {
    this.#options = options
    this.#records = options.open()
  }

  /** The next ones, none at the end. One call at a time. */
  async next(): Promise<PassedRecord[]> {
    if (this.#hasEnded) return []
    let planned = await this.#records.next()
    if (planned.length === 0 && this.#options.isLooped) {
      this.#beginAgain()
      // Not even what is due at no time, which a pass begins with.
      this.#hasEnded = this.#pass.shift >= (this.#options.forMs ?? Number.POSITIVE_INFINITY)
      if (this.#hasEnded) return []
      planned = await this.#records.next()
    }
    this.#count += planned.length
    return this.#bounded(planned.map((it) => this.#passed(it)))
  }

  #passed({ due, record }: PlannedRecord): PassedRecord {
    if (Number.isFinite(due)) {
      this.#first ??= due
      this.#last = due
    }
    if (!this.#options.isLooped) return { due, record }
    return { due: due + this.#pass.shift, record, pass: this.#pass }
  }

  #beginAgain(): void {
    const { open, from, until } = this.#options
    if (this.#count === 0) {
      throw new Problem(problemText('--loop', 'no record in that stretch', 'one at least'))
    }
    const length = (until ?? this.#last ?? 0) - (from ?? this.#first ?? 0)
    // One of a single instant: no two passes are due at once.
    const { number, shift } = this.#pass
    this.#pass = { number: number + 1, shift: shift + Math.max(1, length) }
    this.#count = 0
    this.#records = open()
  }

  #bounded(records: PassedRecord[]): PassedRecord[] {
    const { forMs, from } = this.#options
    const begin = from ?? this.#first
    if (forMs === undefined || begin === null) return records
    const end = records.findIndex(({ due }) => due >= begin + forMs)
    if (end < 0) return records
    this.#hasEnded = true
    return records.slice(0, end)
  }
}
