// When the events of a frame were meant to be sent (wall clock): the oldest and the newest since the last frame.
import type { Sent } from '../contract/frame.ts'

/** Not part of a task's state: it is about the wall clock, and a restored task begins with a keyframe. */
export class SentTimes {
  #oldest = Number.POSITIVE_INFINITY
  #newest = Number.NEGATIVE_INFINITY

  add(time: number): void {
    if (time < this.#oldest) this.#oldest = time
    if (time > this.#newest) this.#newest = time
  }

  /** Null when there was no event; forgets them. */
  take(): Sent | null {
    const sent = { oldest: this.#oldest, newest: this.#newest }
    this.#oldest = Number.POSITIVE_INFINITY
    this.#newest = Number.NEGATIVE_INFINITY
    return sent.newest === Number.NEGATIVE_INFINITY ? null : sent
  }
}
