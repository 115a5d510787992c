// Gathers what frames change and hands it to all pages at once, ten times a second at most: one encoded delta serves them all.
import type { Clock } from '../../../infra/clock.ts'
import type { EventTrace } from '../state/listener.ts'
import { DirtySet } from './dirty-set.ts'
import type { LiveClients } from './live-clients.ts'
import type { EncodedState, LiveEncoder } from './live-encoder.ts'

const FRAME_MS = 100
/** After one that was late the next may come so soon, that it is not late too; a page's own pace has as much slack. */
const SOONEST_MS = 80
/** The tasks of a processor publish their frames one after the other: once so long nothing has come, they are all here. */
const GATHER_MS = 5
/** Of several processors some frame may always be on its way. */
const MOST_GATHER_MS = 30

export class FrameBroadcast {
  readonly #clients: LiveClients
  readonly #encoder: LiveEncoder
  readonly #clock: Clock
  #pending: DirtySet | null = null
  /** When what is pending is to go out, or the last went. */
  #dueAt = Number.NEGATIVE_INFINITY
  /**
   * From when on the next may go: 100 ms after the last might have gone. Counted from when that really went, one late frame
   * would make all that follow late.
   */
  #freeAt = Number.NEGATIVE_INFINITY
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
    const paced = Math.min(now + FRAME_MS, Math.max(this.#freeAt, this.#dueAt + SOONEST_MS))
    const due = Math.max(now + GATHER_MS, paced)
    this.#freeAt = (due - this.#freeAt > FRAME_MS ? due : Math.min(due, this.#freeAt)) + FRAME_MS
    this.#flushAt(due)
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
