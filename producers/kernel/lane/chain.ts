// The digest of design.md §4: one SHA-256 chain per topic-partition; the city's digest over all is contract/digest.ts.
import { createHash, type Hash } from 'node:crypto'

/** D₀: the chain before the first tick. */
export const FIRST_CHAIN = Buffer.alloc(32)

export class EventChain {
  #digest: Buffer = FIRST_CHAIN
  #hash: Hash = createHash('sha256').update(FIRST_CHAIN)

  /** Adds bytes in which every event is followed by one `\n`. */
  add(lines: Buffer): void {
    this.#hash.update(lines)
  }

  /** Closes the interval: D = SHA-256(D ‖ lines); returns hex(D). */
  close(): string {
    this.#digest = this.#hash.digest()
    this.#hash = createHash('sha256').update(this.#digest)
    return this.#digest.toString('hex')
  }
}
