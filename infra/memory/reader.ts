// The reading side of the memory log: cursors that wake their reader, which takes turns among them.
import type { Clock } from '../clock.ts'
import type { Batch, Subscription, TopicPartition } from '../event-log/event-log.ts'
import { BATCH_RECORDS, type PartitionStore } from './store.ts'

/** One topic-partition of the memory log. */
export type Partition = TopicPartition & {
  store: PartitionStore
  /** Readers to wake on append. */
  cursors: Set<Cursor>
  /** Read position of every group that has members: retention must not pass the lowest. */
  holds: Map<string, number>
}

export type Cursor = {
  partition: Partition
  position: number
  queued: boolean
  reader: MemoryReader
}

/** A subscription whose reader can vanish: no handler is called any more and nothing is waited for. */
export type MemorySubscription = Subscription & { abandon(): void }

/** A reader goes on for so long, and with as much as one large batch, before sockets and timers get their turn. */
const STRETCH_MS = 4

/** The cursors of one subscription. */
export class MemoryReader {
  readonly #overtaken: (cursor: Cursor, earliest: number) => void
  readonly #clock: Pick<Clock, 'now' | 'turn'>
  /** When the event loop last had a turn, and the records since. */
  #since: number
  #records = 0
  /** Cursors that have something to read, each once, in the order of their turns. */
  readonly #turns: Cursor[] = []
  #wake: (() => void) | null = null
  #poked = false

  /** `overtaken` is called when retention passed a cursor, before the next batch of it. */
  constructor(
    overtaken: (cursor: Cursor, earliest: number) => void,
    clock: Pick<Clock, 'now' | 'turn'>,
  ) {
    this.#overtaken = overtaken
    this.#clock = clock
    this.#since = clock.now()
  }

  /** Starts reading a topic-partition at `position`. */
  open(partition: Partition, position: number): Cursor {
    const cursor: Cursor = { partition, position, queued: false, reader: this }
    partition.cursors.add(cursor)
    this.advance(cursor, position)
    return cursor
  }

  stop(cursor: Cursor): void {
    cursor.partition.cursors.delete(cursor)
    const turn = this.#turns.indexOf(cursor)
    if (turn >= 0) this.#turns.splice(turn, 1)
  }

  /** Called on append: the cursor has something to read. */
  ready(cursor: Cursor): void {
    if (cursor.queued) return
    cursor.queued = true
    this.#turns.push(cursor)
    this.poke()
  }

  /** Next batch, taking turns among topic-partitions; null when there is nothing. Moves no position. */
  take(): { cursor: Cursor; batch: Batch; next: number } | null {
    for (;;) {
      const cursor = this.#turns.shift()
      if (!cursor) return null
      cursor.queued = false
      const { store, topic, partition } = cursor.partition
      if (cursor.position < store.start || cursor.position > store.next) {
        cursor.position = store.start
        this.#overtaken(cursor, store.start)
      }
      if (cursor.position === store.next) continue
      const { records, next } = store.read(cursor.position)
      this.#records += Math.max(1, records.length)
      const end = BigInt(store.next)
      return { cursor, batch: { topic, partition, records, next: BigInt(next), end }, next }
    }
  }

  /** Hands a cursor its new position and its next turn. */
  advance(cursor: Cursor, position: number): void {
    cursor.position = position
    const open = cursor.partition.cursors.has(cursor)
    if (open && position !== cursor.partition.store.next) this.ready(cursor)
  }

  /**
   * Resolves when there may be something to do. The event loop has had a turn for sockets and timers by then, or a moment
   * ago: small batches of many topic-partitions are taken one right after the other.
   */
  async wait(): Promise<void> {
    if (this.#records > 0 && this.#turns.length > 0 && !this.#isOver()) {
      this.#poked = false
      return
    }
    if (this.#turns.length === 0 && !this.#poked) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    await this.#clock.turn()
    this.#poked = false
    this.#since = this.#clock.now()
    this.#records = 0
  }

  /** A batch without records, behind compaction, counts too. */
  #isOver(): boolean {
    return this.#records >= BATCH_RECORDS || this.#clock.now() - this.#since >= STRETCH_MS
  }

  poke(): void {
    this.#poked = true
    this.#wake?.()
    this.#wake = null
  }
}
