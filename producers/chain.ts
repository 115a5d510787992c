// The digest of design.md §4: one SHA-256 chain per topic-partition, and the city's digest over all of them.
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

/** City digest: SHA-256 over the lines `<domain>/<p> <hex D>\n`, sorted by domain name, then p. */
export function cityDigest(
  chains: Iterable<{ domain: string; partition: number; chain: string }>,
): {
  digest: string
  partitions: Record<string, string>
} {
  const sorted = [...chains].sort((a, b) =>
    a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : a.partition - b.partition,
  )
  const hash = createHash('sha256')
  const partitions: Record<string, string> = {}
  for (const { domain, partition, chain } of sorted) {
    hash.update(`${domain}/${partition} ${chain}\n`)
    partitions[`${domain}/${partition}`] = chain
  }
  return { digest: hash.digest('hex'), partitions }
}
