// The run's alerts or incidents as the page knows them: the stream's word counts more than a read that was asked for before.
import { signal } from '@preact/signals'

const KEPT = 200

export class StreamBook<Item extends { id: string }> {
  /** Newest first. */
  readonly items = signal<Item[]>([])
  /** Items that this connection has brought. */
  readonly #streamed = new Set<string>()
  readonly #begin: (item: Item) => string

  /** `begin` = when it began. */
  constructor(begin: (item: Item) => string) {
    this.#begin = begin
  }

  /** Another connection begins: what it has not brought may have changed meanwhile. */
  reconnected(): void {
    this.#streamed.clear()
  }

  /** The stream brought it. */
  put(item: Item): void {
    this.#streamed.add(item.id)
    this.#show(item)
  }

  /** A read brought them, which may be older than what the stream brought since. */
  putPast(items: Item[]): void {
    for (const item of items) if (!this.#streamed.has(item.id)) this.#show(item)
  }

  reset(): void {
    this.items.value = []
  }

  #show(item: Item): void {
    const others = this.items.value.filter(({ id }) => id !== item.id)
    this.items.value = [item, ...others]
      .sort((a, b) => (this.#begin(a) < this.#begin(b) ? 1 : -1))
      .slice(0, KEPT)
  }
}
