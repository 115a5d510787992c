// Steps that are taken again and again, each a while after the one before has ended.
import type { Clock } from '../../infra/clock.ts'

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

  every(name: string, ms: number, step: () => void | Promise<void>): void {
    const next = () => this.#cancels.set(name, this.#clock.schedule(ms, take))
    const take = async () => {
      try {
        await step()
      } catch (error) {
        this.#onError(error)
        return
      }
      if (!this.#isStopped) next()
    }
    next()
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  stop(): void {
    this.#isStopped = true
    for (const cancel of this.#cancels.values()) cancel()
  }
}
