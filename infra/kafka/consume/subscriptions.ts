// What of a Kafka log reads right now, and whose connections are still being closed: a log leaves when both are empty.
import type { WatchedSubscription } from './subscription.ts'

export class Subscriptions {
  readonly #open = new Set<WatchedSubscription>()
  readonly #leaving = new Set<Promise<void>>()

  add(subscription: WatchedSubscription): void {
    const { done, gone } = subscription
    this.#open.add(subscription)
    this.#leaving.add(gone)
    const left = () => this.#leaving.delete(gone)
    gone.then(left, left)
    const over = () => this.#open.delete(subscription)
    done.then(over, over)
  }

  /** Why they are not ready; empty = they are. */
  reasons(): string[] {
    return [...this.#open].flatMap((subscription) => subscription.reasons())
  }

  /** Those too that are opened meanwhile: handlers that are being closed may do anything. */
  async close(): Promise<void> {
    while (this.#open.size > 0) {
      await Promise.all([...this.#open].map((subscription) => subscription.close()))
    }
    await Promise.all(this.#leaving)
  }
}
