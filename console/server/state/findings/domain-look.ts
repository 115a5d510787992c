// One look at a domain's assets: which are abnormal now, and how many of them in each group.

import type { Declaration, Tone } from '../../../../producers/contract/declaration.ts'
import { STATE_NONE, STATE_STALE } from '../../../../producers/contract/declaration.ts'
import type { MapState } from '../map-state.ts'
import type { AssetGroups } from './asset-groups.ts'
import type { GroupCount } from './finding-rules.ts'

const ABNORMAL: readonly Tone[] = ['critical', 'offline']
const USUAL_BYTE = 0
const ABNORMAL_BYTE = 1
const UNKNOWN_BYTE = 2

/** By state byte: as usual, abnormal, or never reported. */
export function abnormalStates({ layer }: Declaration): Uint8Array {
  const table = new Uint8Array(256).fill(USUAL_BYTE)
  for (const [index, { tone }] of layer.states.entries()) {
    if (ABNORMAL.includes(tone)) table[index + 1] = ABNORMAL_BYTE
  }
  table[STATE_STALE] = ABNORMAL_BYTE
  table[STATE_NONE] = UNKNOWN_BYTE
  return table
}

export type DomainLook = {
  /** Catalogue numbers of the abnormal ones. */
  abnormal: number[]
  whole: GroupCount
  /** By attribute, then by group number. */
  counts: { count: Uint32Array; unknown: Uint32Array }[]
}

/** A pass over the bytes; only what is not as usual costs more than a look-up. */
export function lookAt(
  { state }: Pick<MapState, 'state'>,
  { from, to }: { from: number; to: number },
  table: Uint8Array,
  groups: AssetGroups[],
): DomainLook {
  const abnormal: number[] = []
  const unknown: number[] = []
  for (let i = from; i < to; i++) {
    const kind = table[state[i]]
    if (kind === ABNORMAL_BYTE) abnormal.push(i)
    else if (kind === UNKNOWN_BYTE) unknown.push(i)
  }
  const counts = groups.map(({ sizes, groupOf }) => {
    const tally = { count: new Uint32Array(sizes.length), unknown: new Uint32Array(sizes.length) }
    for (const i of abnormal) tally.count[groupOf[i - from]]++
    for (const i of unknown) tally.unknown[groupOf[i - from]]++
    return tally
  })
  return { abnormal, whole: { count: abnormal.length, of: to - from - unknown.length }, counts }
}
