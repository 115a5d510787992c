// Stands between two generations of a group: what was fetched before it must not be worked through.
import { isFencing } from '../../connection/guards.ts'

export class Fence {
  #error: Error | null = null

  get isUp(): boolean {
    return this.#error !== null
  }

  /** Raised by a coordinator's answer that ends the generation; any other error says nothing of it. */
  consider(error: unknown): void {
    if (isFencing(error)) this.#error ??= error as Error
  }

  /** The next generation has begun. */
  lower(): void {
    this.#error = null
  }

  /** Throws what raised it; kafkajs then joins again. */
  check(): void {
    if (this.#error) throw this.#error
  }
}
