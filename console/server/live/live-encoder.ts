// Encodes map state for sockets; one snapshot serves all clients that join between two changes.
import type { Clock } from '../../../infra/clock.ts'
import { encodeState, OP_DELTA, OP_SNAPSHOT } from '../../messages.ts'
import { encodeOutline } from '../../packed-messages.ts'
import type { EventTrace } from '../state/listener.ts'
import type { ShownRun } from '../state/run.ts'
import { packed } from './packing.ts'

export type EncodedState = { seq: number; bytes: Uint8Array }

/** An outline is a page's first picture: one so old serves as well. */
const OUTLINE_MS = 1_000

/** `seq` grows with every message encoded, over all runs; a client sees it grow, not without gaps. */
export class LiveEncoder {
  readonly #currentRun: () => ShownRun | null
  readonly #clock: Clock
  #seq = 0
  #snapshot: EncodedState | null = null
  #outline: { epoch: number; at: number; bytes: Uint8Array } | null = null

  constructor(currentRun: () => ShownRun | null, clock: Clock) {
    this.#currentRun = currentRun
    this.#clock = clock
  }

  /** Whoever changes the state says so. */
  changed(): void {
    this.#snapshot = null
  }

  snapshot(): EncodedState {
    if (this.#snapshot) return this.#snapshot
    const { epoch, map } = this.#run()
    const { state, value } = map
    const seq = ++this.#seq
    const message = { op: OP_SNAPSHOT, epoch, seq, simTime: map.time(), number: null } as const
    this.#snapshot = { seq, bytes: encodeState({ ...message, state, value }) }
    return this.#snapshot
  }

  /** What all assets look like from afar, packed. */
  outline(): Uint8Array {
    const { epoch, map } = this.#run()
    const now = this.#clock.now()
    const known = this.#outline
    if (known?.epoch === epoch && now - known.at < OUTLINE_MS) return known.bytes
    const { state, value } = map
    const bytes = packed(encodeOutline({ epoch, simTime: map.time(), state, value }))
    this.#outline = { epoch, at: now, bytes }
    return bytes
  }

  /** The present state of these assets, and the oldest event behind it. */
  delta(number: Uint32Array, oldest: EventTrace | null): EncodedState {
    this.#snapshot = null // its seq would run backwards for whoever gets this delta
    const { epoch, map } = this.#run()
    const state = new Uint8Array(number.length)
    const value = new Uint16Array(number.length)
    for (let i = 0; i < number.length; i++) {
      state[i] = map.state[number[i]]
      value[i] = map.value[number[i]]
    }
    const seq = ++this.#seq
    const message = { op: OP_DELTA, epoch, seq, simTime: map.time(), number } as const
    const times = oldest && { ...oldest, forwarded: this.#clock.now() }
    return { seq, bytes: encodeState({ ...message, state, value, times }) }
  }

  #run(): ShownRun {
    const run = this.#currentRun()
    if (!run) throw new Error('live encoder: no run, expected one before any message')
    return run
  }
}
