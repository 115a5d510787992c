// What the map shows of a task's assets: state and value of the latest layer event, what changed, what went stale.
import { STATE_NONE, STATE_STALE } from '../../producers/contract/declaration.ts'
import type { Frame } from '../contract/frame.ts'
import type { EventData } from '../program/compile.ts'
import type { LayerProgram } from '../program/program.ts'

const MAX_U16 = 65_535

export type LayerColumns = {
  time: Float64Array
  seq: Float64Array
  state: Uint8Array
  value: Uint16Array
}

/** Byte 1 + index of the state, and the scaled value; state 0 = the declaration has no such state. */
export function layerOf(layer: LayerProgram, data: EventData): { state: number; value: number } {
  const scaled = Math.round(layer.value(data) * layer.valueScale)
  return {
    state: layer.states.get(layer.state(data)) ?? STATE_NONE,
    value: Math.max(0, Math.min(MAX_U16, scaled)),
  }
}

/** What changed is not saved: after a restore a keyframe comes first. */
export class MapLayer {
  readonly columns: LayerColumns
  readonly #freshForMs: number
  /** Catalogue numbers by local index. */
  readonly #numbers: Uint32Array
  readonly #changed: Uint32Array
  readonly #isChanged: Uint8Array
  #changedCount = 0
  /** Shown as stale in the frames so far. */
  readonly #isStale: Uint8Array
  #scannedAt = Number.NEGATIVE_INFINITY

  constructor(program: LayerProgram, numbers: Uint32Array, saved?: LayerColumns) {
    const count = numbers.length
    this.columns = saved ?? {
      time: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
      seq: new Float64Array(count),
      state: new Uint8Array(count),
      value: new Uint16Array(count),
    }
    this.#freshForMs = program.freshForMs
    this.#numbers = numbers
    this.#changed = new Uint32Array(count)
    this.#isChanged = new Uint8Array(count)
    this.#isStale = new Uint8Array(count)
  }

  /** Every folded event pulses; one of the layer's event types also sets state and value when it is the newest. */
  event(local: number, at: number, seq: number, state: number, value: number): void {
    this.#mark(local)
    if (state === STATE_NONE) return
    const { columns } = this
    if (at < columns.time[local] || (at === columns.time[local] && seq <= columns.seq[local])) {
      return
    }
    columns.time[local] = at
    columns.seq[local] = seq
    columns.state[local] = state
    columns.value[local] = value
    this.#isStale[local] = 0
    // A straggler may be stale at once.
    if (at < this.#scannedAt - this.#freshForMs) this.#scannedAt = Number.NEGATIVE_INFINITY
  }

  /** True when a frame would carry something. */
  changed(watermark: number): boolean {
    this.#markStale(watermark)
    return this.#changedCount > 0
  }

  /** Changed assets, or all; null when there is nothing to show. Forgets the changes. */
  frame(keyframe: boolean, watermark: number): Pick<Frame, 'number' | 'state' | 'value'> | null {
    this.#markStale(watermark)
    if (!keyframe && this.#changedCount === 0) return null
    const { state, value } = this.columns
    const numbers = this.#numbers
    const changed = this.#changed
    const size = keyframe ? numbers.length : this.#changedCount
    const out = {
      number: new Uint32Array(size),
      state: new Uint8Array(size),
      value: new Uint16Array(size),
    }
    for (let i = 0; i < size; i++) {
      const local = keyframe ? i : changed[i]
      out.number[i] = numbers[local]
      out.state[i] = this.#isStale[local] ? STATE_STALE : state[local]
      out.value[i] = value[local]
    }
    for (let i = 0; i < this.#changedCount; i++) this.#isChanged[changed[i]] = 0
    this.#changedCount = 0
    return out
  }

  #mark(local: number): void {
    if (this.#isChanged[local]) return
    this.#isChanged[local] = 1
    this.#changed[this.#changedCount++] = local
  }

  /** Assets that fell silent since the last scan; an asset's next layer event ends it. */
  #markStale(watermark: number): void {
    if (watermark === this.#scannedAt) return
    this.#scannedAt = watermark
    const oldest = watermark - this.#freshForMs
    const { time, state } = this.columns
    const isStale = this.#isStale
    for (let i = 0; i < time.length; i++) {
      if (time[i] < oldest && isStale[i] === 0 && state[i] !== STATE_NONE) {
        isStale[i] = 1
        this.#mark(i)
      }
    }
  }
}
