// Packs checkpoints one by one with pauses in between: all tasks of a process cut theirs at the same tick.
import type { Clock } from '../../../infra/clock.ts'

/** Packing one takes a millisecond or so: what else there is to do hardly waits. */
export const PACKING_PAUSE_MS = 10

export class Packing {
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #pauseMs: number
  readonly #jobs: (() => void)[] = []
  #isBusy = false

  /** After an error nothing more is packed. */
  constructor(clock: Clock, onError: (error: unknown) => void, pauseMs: number) {
    this.#clock = clock
    this.#onError = onError
    this.#pauseMs = pauseMs
  }

  /** Does it later, behind those that wait. */
  add(job: () => void): void {
    this.#jobs.push(job)
    if (this.#isBusy) return
    this.#isBusy = true
    this.#clock.turn().then(() => this.#packNext())
  }

  #packNext(): void {
    try {
      this.#jobs.shift()!()
    } catch (error) {
      this.#onError(error)
      return
    }
    this.#isBusy = this.#jobs.length > 0
    if (this.#isBusy) this.#clock.schedule(this.#pauseMs, () => this.#packNext())
  }
}
