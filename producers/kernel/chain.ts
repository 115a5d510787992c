// The digest of design.md §4: one SHA-256 chain per topic-partition; the city's digest over all is contract/digest.ts.
import { createHash, type Hash } from 'node:crypto'

/** D₀: the chain before the first tick. */
export const FIRST_CHAIN = Buffer.alloc(32)

export interface Chain {
  /** Adds bytes in which every event is followed by one `\n`. */
  add(lines: Buffer): void
  /** Closes the interval: D = SHA-256(D ‖ lines); returns hex(D). */
  close(): string
}

export function createChain(): Chain {
  let digest: Buffer = FIRST_CHAIN
  let hash: Hash = createHash('sha256').update(digest)
  return {
    add(lines) {
      hash.update(lines)
    },
    close() {
      digest = hash.digest()
      hash = createHash('sha256').update(digest)
      return digest.toString('hex')
    },
  }
}
