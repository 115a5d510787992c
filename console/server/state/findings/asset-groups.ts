// Which assets have a value in common: per domain and attribute a column of group numbers, built once from the catalogue.
import type { Declaration } from '../../../../producers/contract/declaration.ts'
import type { Catalogue } from '../../../../seeds/contract.ts'

/** The groups of one attribute of one domain's assets. */
export type AssetGroups = {
  attribute: string
  /** By group number. */
  values: string[]
  sizes: Uint32Array
  /** Group number of the domain's k-th asset. */
  groupOf: Uint16Array
}

const MOST_GROUPS = 65_535

/**
 * By attributes whose values are names of something: texts that no declaration has words for, and that at least two
 * assets share. A kind or a class says what an asset is, not what it hangs on.
 */
export function assetGroups(catalogue: Catalogue, declaration: Declaration): AssetGroups[] {
  const range = catalogue.ranges[declaration.domain]
  if (!range || range.from === range.to || declaration.cityWide) return []
  const first = catalogue.attributes[range.from]
  return Object.keys(first).flatMap((attribute) => {
    if (typeof first[attribute] !== 'string' || hasWords(declaration, attribute)) return []
    return groupsBy(attribute, catalogue.attributes, range) ?? []
  })
}

function hasWords({ attributes, events }: Declaration, attribute: string): boolean {
  const fields = [attributes, ...events.map((event) => event.fields)]
  return fields.some((words) => words?.[attribute]?.values !== undefined)
}

function groupsBy(
  attribute: string,
  attributes: Catalogue['attributes'],
  { from, to }: { from: number; to: number },
): AssetGroups | null {
  const numbers = new Map<string, number>()
  const groupOf = new Uint16Array(to - from)
  for (let i = from; i < to; i++) {
    const value = String(attributes[i][attribute])
    let group = numbers.get(value)
    if (group === undefined) {
      group = numbers.size
      if (group >= MOST_GROUPS) return null
      numbers.set(value, group)
    }
    groupOf[i - from] = group
  }
  if (numbers.size === to - from) return null
  const sizes = new Uint32Array(numbers.size)
  for (const group of groupOf) sizes[group]++
  return { attribute, values: [...numbers.keys()], sizes, groupOf }
}
