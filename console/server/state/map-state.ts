// State and value of every asset, as two arrays by asset number; frames update them.
import type { Frame } from '../../../processor/contract/frame.ts'

export type MapState = ReturnType<typeof createMapState>

/** `size` = number of assets in the catalogue. */
export function createMapState(size: number) {
  const state = new Uint8Array(size)
  const value = new Uint16Array(size)
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
