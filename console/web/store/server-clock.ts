// The server's wall clock, estimated from the times that its messages carry.

const KEPT_SAMPLES = 12

/** A message can only arrive late, so the largest of the newest differences is the one that was delayed least. */
export class ServerClock {
  readonly #localNow: () => number
  readonly #samples: number[] = []

  /** `localNow` in wall ms. */
  constructor(localNow: () => number) {
    this.#localNow = localNow
  }

  /** A message arrived that was sent at `serverTime` (ms). */
  sample(serverTime: number): void {
    this.#samples.push(serverTime - this.#localNow())
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift()
  }

  /** Server clock − local clock, ms; 0 before the first sample. */
  offset(): number {
    return this.#samples.length === 0 ? 0 : Math.max(...this.#samples)
  }

  now(): number {
    return this.#localNow() + this.offset()
  }
}
