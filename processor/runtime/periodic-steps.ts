// Steps that are taken again and again at a steady pace, which slackens where a step takes long.
import type { Clock } from '../../infra/clock.ts'

/** Between two steps others get this share of the time, however long a step takes. */
const REST_SHARE = 0.5

export class PeriodicSteps {
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #cancels = new Map<string, () => void>()
  #isStopped = false

  /** A step that throws is not taken again. */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#onError = onError
  }

  /**
   * A step begins `ms` after the one before began, or half as long after that one has ended where this is later; the first
   * one in `first` ms.
   */
  every(name: string, ms: number, step: () => void | Promise<void>, first = ms): void {
    if (this.#isStopped) return
    const next = (wait: number) => this.#cancels.set(name, this.#clock.schedule(wait, take))
    const take = async () => {
      const began = this.#clock.now()
      try {
        await step()
      } catch (error) {
        this.#onError(error)
        return
      }
      if (this.#isStopped) return
      next(Math.max(REST_SHARE * ms, began + ms - this.#clock.now()))
    }
    next(first)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  stop(): void {
    this.#isStopped = true
    for (const cancel of this.#cancels.values()) cancel()
  }
}
