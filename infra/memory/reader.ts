// The reading side of the memory log: cursors that wake their reader, and the groupless tail.
import type {
  Batch,
  Subscription,
  TailFrom,
  TailOptions,
  TopicPartition,
} from '../event-log/event-log.ts'
import type { PartitionStore } from './store.ts'

/** One topic-partition of the memory log. */
export type Partition = TopicPartition & {
  store: PartitionStore
  /** Readers to wake on append. */
  cursors: Set<Cursor>
  /** Read position of every group that has members: retention must not pass the lowest. */
  holds: Map<string, number>
}

export type Cursor = { partition: Partition; position: number; queued: boolean; reader: Reader }

export type Reader = {
  /** Starts reading a topic-partition at `position`. */
  open(partition: Partition, position: number): Cursor
  stop(cursor: Cursor): void
  /** Called on append: the cursor has something to read. */
  ready(cursor: Cursor): void
  /** Next batch, taking turns among topic-partitions; null when there is nothing. Moves no position. */
  take(): { cursor: Cursor; batch: Batch; next: number } | null
  /** Hands a cursor its new position and its next turn. */
  advance(cursor: Cursor, position: number): void
  /** Resolves when there may be something to do, after the event loop had a turn for sockets and timers. */
  wait(): Promise<void>
  poke(): void
}

/** `overtaken` is told when retention passed a cursor, before the next batch of it. */
export function createReader(overtaken: (cursor: Cursor, earliest: number) => void): Reader {
  const turns: Cursor[] = []
  let wake: (() => void) | null = null
  let poked = false

  function poke(): void {
    poked = true
    wake?.()
    wake = null
  }

  const reader: Reader = {
    open(partition, position) {
      const cursor: Cursor = { partition, position, queued: false, reader }
      partition.cursors.add(cursor)
      reader.advance(cursor, position)
      return cursor
    },
    stop(cursor) {
      cursor.partition.cursors.delete(cursor)
      const turn = turns.indexOf(cursor)
      if (turn >= 0) turns.splice(turn, 1)
    },
    ready(cursor) {
      if (cursor.queued) return
      cursor.queued = true
      turns.push(cursor)
      poke()
    },
    take() {
      for (;;) {
        const cursor = turns.shift()
        if (!cursor) return null
        cursor.queued = false
        const { store, topic, partition } = cursor.partition
        if (cursor.position < store.start || cursor.position > store.next) {
          cursor.position = store.start
          overtaken(cursor, store.start)
        }
        if (cursor.position === store.next) continue
        const { records, next } = store.read(cursor.position)
        const end = BigInt(store.next)
        return { cursor, batch: { topic, partition, records, next: BigInt(next), end }, next }
      }
    },
    advance(cursor, position) {
      cursor.position = position
      const open = cursor.partition.cursors.has(cursor)
      if (open && position !== cursor.partition.store.next) reader.ready(cursor)
    },
    async wait() {
      if (turns.length === 0 && !poked) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
      poked = false
    },
    poke,
  }
  return reader
}

/** Position that a tail's `from` means in this topic-partition. */
function startPosition(store: PartitionStore, from: TailFrom): number {
  if (from === 'earliest') return store.start
  if (from === 'latest') return store.next
  return 'offset' in from ? Number(from.offset) : store.offsetAt(from.timestamp)
}

/** A subscription whose reader can vanish: no handler is called any more and nothing is waited for. */
export type MemorySubscription = Subscription & { abandon(): void }

/** Reads without a group: exerts no back-pressure and is told when it was overtaken. */
export function startTail(options: TailOptions, partitions: Partition[]): MemorySubscription {
  const reader = createReader((cursor, earliest) =>
    options.outOfRange?.(cursor.partition.partition, BigInt(earliest)),
  )
  let closing = false
  const gone = Promise.withResolvers<void>()
  const cursors = partitions.map((p) => reader.open(p, startPosition(p.store, options.from)))

  async function run(): Promise<void> {
    try {
      for (;;) {
        await reader.wait()
        if (closing) return
        const turn = reader.take()
        if (!turn) continue
        await options.batch(turn.batch)
        reader.advance(turn.cursor, turn.next)
      }
    } finally {
      for (const cursor of cursors) reader.stop(cursor)
    }
  }

  // A handler that never returns keeps `run` for ever; who abandons it does not wait for that.
  const done = Promise.race([run(), gone.promise])
  return {
    done,
    async close() {
      closing = true
      reader.poke()
      await done.catch(() => {}) // `done` itself carries the error to the owner
    },
    abandon() {
      closing = true
      for (const cursor of cursors) reader.stop(cursor)
      reader.poke()
      gone.resolve()
    },
  }
}
