// Gathers what frames change and hands it to all pages at once, ten times a second at most: one encoded delta serves them all.
import type { Clock } from '../../../infra/clock.ts'
import type { EventTrace } from '../state/listener.ts'
import { DirtySet } from './dirty-set.ts'
import type { LiveClients } from './live-clients.ts'
import type { EncodedState, LiveEncoder } from './live-encoder.ts'

const FRAME_MS = 100
/** The tasks of a processor publish their frames all at once: so long after the first of them the others are here too. */
const GATHER_MS = 5

export class FrameBroadcast {
  readonly #clients: LiveClients
  readonly #encoder: LiveEncoder
  readonly #clock: Clock
  #pending: DirtySet | null = null
  #flushedAt = Number.NEGATIVE_INFINITY
  #cancelFlush: (() => void) | null = null

  constructor(clients: LiveClients, encoder: LiveEncoder, clock: Clock) {
    this.#clients = clients
    this.#encoder = encoder
    this.#clock = clock
  }

  /** Another run: what is pending belongs to the old one. `size` = its assets, null = there is no run. */
  reset(size: number | null): void {
    this.stop()
    this.#pending = size === null ? null : new DirtySet(size)
    this.#encoder.changed()
  }

  onFrame(numbers: number[], oldest: EventTrace | null): void {
    this.#encoder.changed()
    if (this.#clients.size === 0) return
    this.#pending?.mark(numbers, oldest)
    const wait = Math.max(GATHER_MS, this.#flushedAt + FRAME_MS - this.#clock.now())
    this.#cancelFlush ??= this.#clock.schedule(wait, () => this.#flush())
  }

  stop(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = null
  }

  #flush(): void {
    this.#cancelFlush = null
    this.#flushedAt = this.#clock.now()
    if (!this.#pending || this.#pending.size === 0) return
    const { numbers, oldest } = this.#pending.drain()
    let encoded: EncodedState | null = null
    const shared = () => {
      encoded ??= this.#encoder.delta(numbers, oldest)
      return encoded
    }
    for (const client of this.#clients) client.onDelta(numbers, oldest, shared)
  }
}
