// Keeps one stretch of work short: sockets, timers and heartbeats get their turn in between.
import type { Clock } from '../../infra/clock.ts'

export type StretchSize = {
  ms: number
  /** Steps between two looks at the clock: one costs as much as a few per cent of an event. */
  steps: number
}

const EVENTS: StretchSize = { ms: 6, steps: 16 }
/**
 * Of what nobody waits for as for an event: each step takes as long as many events, and in every turn of the event loop
 * there may be several such stretches between an event and the page.
 */
export const BACKGROUND: StretchSize = { ms: 2, steps: 2 }

export class TimeSlice {
  readonly #clock: Clock
  readonly #size: StretchSize
  #since: number
  #steps = 0

  constructor(clock: Clock, size = EVENTS) {
    this.#clock = clock
    this.#size = size
    this.#since = clock.now()
  }

  begin(): void {
    this.#since = this.#clock.now()
    this.#steps = 0
  }

  /** True when it is time to `await next()`. */
  isOver(): boolean {
    const { ms, steps } = this.#size
    return ++this.#steps % steps === 0 && this.#clock.now() - this.#since >= ms
  }

  async next(): Promise<void> {
    await this.#clock.turn()
    this.#since = this.#clock.now()
  }
}
