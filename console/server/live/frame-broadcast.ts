// Gathers what frames change and hands it to all pages at once, ten times a second at most: one encoded delta serves them all.
import type { Clock } from '../../../infra/clock.ts'
import type { EventTrace } from '../state/listener.ts'
import { DirtySet } from './dirty-set.ts'
import type { LiveClients } from './live-clients.ts'
import type { EncodedState, LiveEncoder } from './live-encoder.ts'

const FRAME_MS = 100
/** The tasks of a processor publish their frames one after the other: once so long nothing has come, they are all here. */
const GATHER_MS = 5
/** Of several processors some frame may always be on its way. */
const MOST_GATHER_MS = 30

export class FrameBroadcast {
  readonly #clients: LiveClients
  readonly #encoder: LiveEncoder
  readonly #clock: Clock
  #pending: DirtySet | null = null
  /**
   * When what is pending is to go out, or the last went. Timers are late rather than early: by when they really came, deltas
   * would fall behind the frames by some more each time, up to a whole period.
   */
  #dueAt = Number.NEGATIVE_INFINITY
  /** When the first and the newest frame of those that wait came. */
  #firstAt = 0
  #newestAt = 0
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
    const now = this.#clock.now()
    this.#newestAt = now
    if (this.#cancelFlush) return
    this.#firstAt = now
    // Never later than that, even where the wall clock was set back.
    const due = Math.min(now, this.#dueAt) + FRAME_MS
    this.#flushAt(Math.max(now + GATHER_MS, due))
  }

  #flushAt(due: number): void {
    this.#dueAt = due
    this.#cancelFlush = this.#clock.schedule(due - this.#clock.now(), () => this.#gather())
  }

  /** Not while frames keep coming. */
  #gather(): void {
    const now = this.#clock.now()
    const quietAt = this.#newestAt + GATHER_MS
    if (quietAt > now && now - this.#firstAt < MOST_GATHER_MS) this.#flushAt(quietAt)
    else this.#flush()
  }

  stop(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = null
  }

  #flush(): void {
    this.#cancelFlush = null
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
