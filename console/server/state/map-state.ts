// State and value of every asset, as two arrays by asset number; frames update them.

import type { Frame } from '../../../processor/contract/frame.ts'
import { STATE_NONE } from '../../../producers/contract/declaration.ts'

export type MapState = ReturnType<typeof createMapState>

/** `size` = number of assets in the catalogue. */
export function createMapState(size: number) {
  const state = new Uint8Array(size)
  const value = new Uint16Array(size)
  const changedAt = new Float64Array(size)
  const isAtLatest = new Uint8Array(size)
  /** Newest input offset per task (record key): a restored task repeats older ones. */
  const offsets = new Map<string, number>()
  let time = 0

  /** Writes the frame; returns the numbers to forward: all of a delta, of a keyframe only what differs. */
  function apply(frame: Frame): number[] {
    const changed: number[] = []
    for (let i = 0; i < frame.number.length; i++) {
      const n = frame.number[i]
      if (n >= size) continue
      const differs = state[n] !== frame.state[i] || value[n] !== frame.value[i]
      if (state[n] !== frame.state[i]) {
        changedAt[n] = frame.time
        isAtLatest[n] = frame.keyframe || state[n] === STATE_NONE ? 1 : 0
      }
      state[n] = frame.state[i]
      value[n] = frame.value[i]
      if (differs || !frame.keyframe) changed.push(n)
    }
    time = Math.max(time, frame.time)
    return changed
  }

  return {
    size,
    state,
    value,
    /** Sim time (ms) from which each asset is in its state, by the frame that said so first. */
    changedAt,
    /** 1 = what said so first was a keyframe or the asset's first report: it may have been so for long. */
    isAtLatest,
    /** Sim time of the newest frame, ms; 0 before the first. */
    time: () => time,
    /** Takes one record of the map topic of this epoch; empty when it is older than what was shown. */
    take(task: string, frame: Frame): number[] {
      if (frame.offset < (offsets.get(task) ?? Number.NEGATIVE_INFINITY)) return []
      offsets.set(task, frame.offset)
      return apply(frame)
    },
  }
}
