// The memory log's reader without a group: exerts no back-pressure, and hears of it when retention passed it.
import type { Clock } from '../clock.ts'
import type { TailFrom, TailOptions } from '../event-log/event-log.ts'
import { type Cursor, MemoryReader, type MemorySubscription, type Partition } from './reader.ts'
import type { PartitionStore } from './store.ts'

/** It reads from the moment it is made. */
export class MemoryTail implements MemorySubscription {
  /** A handler that never returns keeps the loop for ever; who abandons it does not wait for that. */
  readonly done: Promise<void>
  readonly #options: TailOptions
  readonly #reader: MemoryReader
  readonly #cursors: Cursor[]
  readonly #abandoned = Promise.withResolvers<void>()
  #isClosing = false

  constructor(options: TailOptions, partitions: Partition[], clock: Pick<Clock, 'now' | 'turn'>) {
    this.#options = options
    const overtaken = (cursor: Cursor, earliest: number) =>
      options.outOfRange?.(cursor.partition.partition, BigInt(earliest))
    this.#reader = new MemoryReader(overtaken, clock)
    this.#cursors = partitions.map((partition) =>
      this.#reader.open(partition, startPosition(partition.store, options.from)),
    )
    this.done = Promise.race([this.#run(), this.#abandoned.promise])
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#reader.poke()
    await this.done.catch(() => {}) // `done` itself carries the error to the owner
  }

  abandon(): void {
    this.#isClosing = true
    for (const cursor of this.#cursors) this.#reader.stop(cursor)
    this.#reader.poke()
    this.#abandoned.resolve()
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        await this.#reader.wait()
        if (this.#isClosing) return
        const taken = this.#reader.take()
        if (!taken) continue
        await this.#options.batch(taken.batch)
        this.#reader.advance(taken.cursor, taken.next)
      }
    } finally {
      for (const cursor of this.#cursors) this.#reader.stop(cursor)
    }
  }
}

/** Position that a tail's `from` means in this topic-partition. */
function startPosition(store: PartitionStore, from: TailFrom): number {
  if (from === 'earliest') return store.start
  if (from === 'latest') return store.next
  return 'offset' in from ? Number(from.offset) : store.offsetAt(from.timestamp)
}
