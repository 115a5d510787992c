// Records of a run whose descriptor was not read yet: tails are not ordered among each other, so they wait for it, within bounds.
import type { ShownRun } from '../run.ts'

const MAX_RECORDS = 20_000
const MAX_BYTES = 64 * 1024 * 1024

type EarlyRecord = { epoch: number; take: (run: ShownRun) => void; bytes: number }

export class EarlyRecords {
  readonly #maxRecords: number
  readonly #maxBytes: number
  #waiting: EarlyRecord[] = []
  #bytes = 0

  constructor(maxRecords = MAX_RECORDS, maxBytes = MAX_BYTES) {
    this.#maxRecords = maxRecords
    this.#maxBytes = maxBytes
  }

  /** The oldest give way: the run of a foreign record may never come. */
  add(record: EarlyRecord): void {
    this.#waiting.push(record)
    this.#bytes += record.bytes
    while (this.#waiting.length > this.#maxRecords || this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#waiting.shift()!.bytes
    }
  }

  /** What waited for this epoch, in order; what waited for a lower one is forgotten. */
  release(epoch: number): EarlyRecord['take'][] {
    const released = this.#waiting.filter((r) => r.epoch === epoch)
    this.#waiting = this.#waiting.filter((r) => r.epoch > epoch)
    this.#bytes = this.#waiting.reduce((sum, r) => sum + r.bytes, 0)
    return released.map((r) => r.take)
  }
}
