// Whether two runs differ where, and only where, a command can have made them differ.
import type { Heard } from './heard.ts'

export type RunDifferences = {
  /** Assets out of reach that differ at all, and events of assets in reach that differ too early: none is expected. */
  elsewhere: string[]
  early: string[]
  /** Assets in reach that differ later. */
  later: number
}

export function differences(
  first: Heard[],
  second: Heard[],
  reach: ReadonlySet<string>,
  from: number,
): RunDifferences {
  const [one, two] = [byAsset(first), byAsset(second)]
  const found: RunDifferences = { elsewhere: [], early: [], later: 0 }
  for (const id of new Set([...one.keys(), ...two.keys()])) {
    const time = firstDifference(one.get(id) ?? [], two.get(id) ?? [])
    if (time === null) continue
    if (!reach.has(id)) found.elsewhere.push(id)
    else if (time < from) found.early.push(id)
    else found.later++
  }
  return found
}

function byAsset(heard: Heard[]): Map<string, Heard[]> {
  return Map.groupBy(heard, ({ id }) => id)
}

/** Time of the earliest event that is not the same in both; null = none. */
function firstDifference(one: Heard[], two: Heard[]): number | null {
  for (let k = 0; k < Math.max(one.length, two.length); k++) {
    if (one[k]?.text === two[k]?.text) continue
    return Math.min(one[k]?.time ?? Infinity, two[k]?.time ?? Infinity)
  }
  return null
}
