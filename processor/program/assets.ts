// Which assets a topic-partition owns: dense local indices, ascending by catalogue number.
import { Problem, problemText } from '../../infra/problem.ts'
import type { PlacedAssets } from '../../seeds/contract.ts'

export type AssetIndex = {
  /** Local index within its own partition, by catalogue number − from. */
  localOf: Uint32Array
  partitionOf: Uint16Array
  /** Catalogue numbers of each partition by local index. */
  numbers: Uint32Array[]
  from: number
  to: number
}

/** Partition = cell mod P (design.md §4). Throws when the catalogue has no such domain. */
export function indexAssets(
  catalogue: PlacedAssets,
  domain: string,
  partitions: number,
): AssetIndex {
  const range = catalogue.ranges[domain]
  if (!range) {
    const known = catalogue.domains.join(', ')
    throw new Problem(problemText(`catalogue ${catalogue.hash}`, `no domain ${domain}`, known))
  }
  const { from, to } = range
  const counts = new Array<number>(partitions).fill(0)
  const localOf = new Uint32Array(to - from)
  const partitionOf = new Uint16Array(to - from)
  for (let number = from; number < to; number++) {
    const partition = catalogue.cell[number] % partitions
    partitionOf[number - from] = partition
    localOf[number - from] = counts[partition]++
  }
  const numbers = counts.map((count) => new Uint32Array(count))
  for (let number = from; number < to; number++) {
    numbers[partitionOf[number - from]][localOf[number - from]] = number
  }
  return { localOf, partitionOf, numbers, from, to }
}
