// How long to wait before the next attempt: ever longer with each that failed, and never as one with other pages.

const RETRY_FIRST_MS = 500
const RETRY_CAP_MS = 15_000
/** A socket that applies frames for so long works: the next loss is a first one again. */
const STEADY_MS = 10_000

/** Full jitter: anything up to 0.5 s × 2^attempt, at most 15 s, so that many pages do not return as one. */
export function retryDelay(attempt: number, random: number): number {
  return Math.round(random * Math.min(RETRY_CAP_MS, RETRY_FIRST_MS * 2 ** attempt))
}

/** Counts attempts since one worked for a while: a socket that only opens, or fails at its second frame, proves nothing. */
export class Backoff {
  readonly #now: () => number
  readonly #random: () => number
  #attempt = 0
  #startedAt = 0

  constructor(now: () => number, random: () => number) {
    this.#now = now
    this.#random = random
  }

  get attempt(): number {
    return this.#attempt
  }

  /** An attempt begins. */
  started(): void {
    this.#startedAt = this.#now()
  }

  /** The attempt does its work. */
  worked(): void {
    if (this.#now() - this.#startedAt >= STEADY_MS) this.#attempt = 0
  }

  /** The attempt failed; ms until the next one. */
  failed(): number {
    return retryDelay(this.#attempt++, this.#random())
  }
}
