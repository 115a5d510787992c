// When a record that has not changed is written again: one under the same key may have taken it away before everybody read it.

const FIRST_MS = 1_000
/** While nothing moves the wait doubles up to this: whoever missed the last word waits for nothing urgent. */
const STANDING_MS = 10_000

export class Repeater {
  #text: string | null = null
  #writtenAt = 0
  #wait = FIRST_MS

  /**
   * Whether `text` is to be written at wall time `now`: at once when it is new, then about once a second, or more and
   * more rarely while the city is `standing`. Whoever asks writes it when this says so.
   */
  isDue(text: string, now: number, standing: boolean): boolean {
    if (text !== this.#text) this.#wait = FIRST_MS
    else {
      if (!standing) this.#wait = FIRST_MS
      // A wall clock that was set back must not silence it for as long.
      if (now >= this.#writtenAt && now - this.#writtenAt < this.#wait) return false
      if (standing) this.#wait = Math.min(2 * this.#wait, STANDING_MS)
    }
    this.#text = text
    this.#writtenAt = now
    return true
  }
}
