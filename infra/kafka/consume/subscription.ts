// A reader of brokers as the log holds it: what the port promises, and whether it gets on.
import type { Subscription } from '../../event-log/event-log.ts'

export type WatchedSubscription = Subscription & {
  /** Why it is not ready; empty = it is. */
  reasons(): string[]
  /** Resolves when its connections are closed; `close` does not wait for that. */
  readonly gone: Promise<void>
}
