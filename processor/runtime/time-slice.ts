// Keeps one stretch of work short: sockets, timers and heartbeats get their turn in between.
import type { Clock } from '../../infra/clock.ts'

const STRETCH_MS = 6
/** Reading the clock costs as much as a few per cent of an event. */
const CHECK_EVERY = 16

export class TimeSlice {
  readonly #clock: Clock
  #since: number
  #steps = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.now()
  }

  begin(): void {
    this.#since = this.#clock.now()
    this.#steps = 0
  }

  /** True when it is time to `await next()`. */
  isOver(): boolean {
    return ++this.#steps % CHECK_EVERY === 0 && this.#clock.now() - this.#since >= STRETCH_MS
  }

  async next(): Promise<void> {
    await this.#clock.turn()
    this.#since = this.#clock.now()
  }
}
