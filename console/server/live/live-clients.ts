// The pages that are connected: counted, and all reached at once.
import type { ConsoleMetrics } from '../metrics.ts'
import type { LiveClient } from './live-client.ts'

export class LiveClients {
  readonly #clients = new Set<LiveClient>()
  readonly #metrics: ConsoleMetrics

  constructor(metrics: ConsoleMetrics) {
    this.#metrics = metrics
  }

  get size(): number {
    return this.#clients.size
  }

  [Symbol.iterator](): Iterator<LiveClient> {
    return this.#clients.values()
  }

  add(client: LiveClient): void {
    this.#clients.add(client)
    this.#metrics.clients.set(this.#clients.size)
  }

  remove(client: LiveClient): void {
    client.stop()
    this.#clients.delete(client)
    this.#metrics.clients.set(this.#clients.size)
  }

  sendAll(kind: string, text: string): void {
    for (const { socket } of this.#clients) socket.send(kind, text)
  }

  /** Connections from this address. */
  from(address: string): number {
    let count = 0
    for (const { socket } of this.#clients) if (socket.address === address) count++
    return count
  }
}
