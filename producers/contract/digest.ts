// The city digest of design.md §4: one SHA-256 over the chains of all topic-partitions at one tick.
import { createHash } from 'node:crypto'

/** Over the lines `<domain>/<p> <hex D>\n`, sorted by domain name, then p. */
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
