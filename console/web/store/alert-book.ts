// The run's alerts as the page knows them: the stream's word counts more than a read that was asked for before.
import { signal } from '@preact/signals'
import type { Alert } from '../../messages.ts'

const KEPT = 200

export class AlertBook {
  /** Newest first. */
  readonly alerts = signal<Alert[]>([])
  /** Alerts that this connection has brought. */
  readonly #streamed = new Set<string>()

  /** Another connection begins: what it has not brought may have changed meanwhile. */
  reconnected(): void {
    this.#streamed.clear()
  }

  /** The stream brought it. */
  put(alert: Alert): void {
    this.#streamed.add(alert.id)
    this.#show(alert)
  }

  /** A read brought it, which may be older than what the stream brought since. */
  putPast(alert: Alert): void {
    if (!this.#streamed.has(alert.id)) this.#show(alert)
  }

  reset(): void {
    this.alerts.value = []
  }

  #show(alert: Alert): void {
    const others = this.alerts.value.filter((a) => a.id !== alert.id)
    this.alerts.value = [alert, ...others]
      .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
      .slice(0, KEPT)
  }
}
