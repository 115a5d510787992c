// What the map shows of a task's assets: state and value of the latest layer event, what changed, what went stale.
import { STATE_NONE, STATE_STALE } from '../../producers/contract/declaration.ts'
import type { Frame } from '../contract/frame.ts'
import type { EventData } from '../program/compile.ts'
import type { LayerProgram } from '../program/program.ts'

const MAX_U16 = 65_535

type LayerColumns = { time: Float64Array; seq: Float64Array; state: Uint8Array; value: Uint16Array }

export interface MapLayer {
  /** Every folded event pulses; one of the layer's event types also sets state and value when it is the newest. */
  event(local: number, time: number, seq: number, state: number, value: number): void
  /** True when a frame would carry something. */
  changed(watermark: number): boolean
  /** Changed assets, or all; null when there is nothing to tell. Forgets the changes. */
  frame(keyframe: boolean, watermark: number): Pick<Frame, 'number' | 'state' | 'value'> | null
  columns: LayerColumns
}

/** Byte 1 + index of the state, and the scaled value; state 0 = the declaration has no such state. */
export function layerOf(layer: LayerProgram, data: EventData): { state: number; value: number } {
  const scaled = Math.round(layer.value(data) * layer.valueScale)
  return {
    state: layer.states.get(layer.state(data)) ?? STATE_NONE,
    value: Math.max(0, Math.min(MAX_U16, scaled)),
  }
}

/** `numbers`: catalogue numbers by local index. What changed is not saved: after a restore a keyframe comes first. */
export function createLayer(
  program: LayerProgram,
  numbers: Uint32Array,
  saved?: LayerColumns,
): MapLayer {
  const count = numbers.length
  const columns: LayerColumns = saved ?? {
    time: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
    seq: new Float64Array(count),
    state: new Uint8Array(count),
    value: new Uint16Array(count),
  }
  const { time, seq: seqs, state: states, value: values } = columns
  const dirty = new Uint32Array(count)
  const isDirty = new Uint8Array(count)
  let dirtyCount = 0
  /** Told as stale in the frames so far. */
  const isStale = new Uint8Array(count)
  let scannedAt = Number.NEGATIVE_INFINITY

  function mark(local: number): void {
    if (isDirty[local]) return
    isDirty[local] = 1
    dirty[dirtyCount++] = local
  }

  /** Assets that fell silent since the last scan; an asset's next layer event ends it. */
  function markStale(watermark: number): void {
    if (watermark === scannedAt) return
    scannedAt = watermark
    const oldest = watermark - program.freshForMs
    for (let i = 0; i < count; i++) {
      if (time[i] < oldest && isStale[i] === 0 && states[i] !== STATE_NONE) {
        isStale[i] = 1
        mark(i)
      }
    }
  }

  return {
    columns,
    event(local, at, seq, state, value) {
      mark(local)
      if (state === STATE_NONE) return
      if (at < time[local] || (at === time[local] && seq <= seqs[local])) return
      time[local] = at
      seqs[local] = seq
      states[local] = state
      values[local] = value
      isStale[local] = 0
      // A straggler may be stale at once.
      if (at < scannedAt - program.freshForMs) scannedAt = Number.NEGATIVE_INFINITY
    },
    changed(watermark) {
      markStale(watermark)
      return dirtyCount > 0
    },
    frame(keyframe, watermark) {
      markStale(watermark)
      if (!keyframe && dirtyCount === 0) return null
      const size = keyframe ? count : dirtyCount
      const out = {
        number: new Uint32Array(size),
        state: new Uint8Array(size),
        value: new Uint16Array(size),
      }
      for (let i = 0; i < size; i++) {
        const local = keyframe ? i : dirty[i]
        out.number[i] = numbers[local]
        out.state[i] = isStale[local] ? STATE_STALE : states[local]
        out.value[i] = values[local]
      }
      for (let i = 0; i < dirtyCount; i++) isDirty[dirty[i]] = 0
      dirtyCount = 0
      return out
    },
  }
}
