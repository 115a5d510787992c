// Encodes map state for sockets; one snapshot serves all clients that join between two changes.
import type { Clock } from '../../../infra/clock.ts'
import { encodeState, OP_DELTA, OP_SNAPSHOT } from '../../messages.ts'
import type { EventTrace } from '../state/listener.ts'
import type { ShownRun } from '../state/run.ts'

export type EncodedState = { seq: number; bytes: Uint8Array }
export type LiveEncoder = ReturnType<typeof createLiveEncoder>

/** `seq` grows with every message encoded, over all runs; a client sees it grow, not without gaps. */
export function createLiveEncoder(currentRun: () => ShownRun | null, clock: Clock) {
  let seq = 0
  let cached: EncodedState | null = null

  function run(): ShownRun {
    const current = currentRun()
    if (!current) throw new Error('live encoder: no run, expected one before any message')
    return current
  }

  return {
    /** Whoever changes the state says so. */
    changed(): void {
      cached = null
    },
    snapshot(): EncodedState {
      if (cached) return cached
      const { epoch, map } = run()
      const { state, value } = map
      const message = {
        op: OP_SNAPSHOT,
        epoch,
        seq: ++seq,
        simTime: map.time(),
        number: null,
      } as const
      cached = { seq, bytes: encodeState({ ...message, state, value }) }
      return cached
    },
    /** The present state of these assets, and the oldest event behind it. */
    delta(number: Uint32Array, tracer: EventTrace | null): EncodedState {
      cached = null // its seq would run backwards for whoever gets this delta
      const { epoch, map } = run()
      const state = new Uint8Array(number.length)
      const value = new Uint16Array(number.length)
      for (let i = 0; i < number.length; i++) {
        state[i] = map.state[number[i]]
        value[i] = map.value[number[i]]
      }
      const message = { op: OP_DELTA, epoch, seq: ++seq, simTime: map.time(), number } as const
      const times = tracer && { ...tracer, forwarded: clock.now() }
      return { seq, bytes: encodeState({ ...message, state, value, times }) }
    },
  }
}

/** The one whose event is older: what waits longest is what is measured. */
export function olderOf(a: EventTrace | null, b: EventTrace | null): EventTrace | null {
  return a && (!b || a.sent <= b.sent) ? a : b
}
