// Appends of the memory log: written at once where there is room, else in their order as soon as a group has read on.
import type { Clock } from '../clock.ts'
import type { NewRecord } from '../event-log/event-log.ts'
import type { Partition } from './reader.ts'

type WaitingAppend = {
  records: NewRecord[]
  written: number
  first: number
  since: number
  resolve(first: bigint): void
}

export class MemoryAppends {
  readonly #clock: Clock
  readonly #waiting = new Map<Partition, WaitingAppend[]>()
  #waitedMs = 0

  /** `clock` measures how long appends waited. */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Resolves with the first record's offset when all of them are written; `acknowledge` says when those hear of it that did
   * not wait.
   */
  write(
    partition: Partition,
    records: NewRecord[],
    acknowledge: (first: number) => Promise<bigint>,
  ): Promise<bigint> {
    const queue = this.#waiting.get(partition)
    const first = partition.store.next
    return new Promise((resolve) => {
      const append = { records, written: 0, first, since: this.#clock.now(), resolve }
      if (queue) queue.push(append)
      else if (writeInto(partition, append)) resolve(acknowledge(first))
      else this.#waiting.set(partition, [append])
    })
  }

  /** Tries the waiting appends again, those of one topic-partition strictly in their order. */
  retry(): void {
    for (const [partition, appends] of this.#waiting) {
      while (appends.length > 0) {
        if (appends[0].written === 0) appends[0].first = partition.store.next
        if (!writeInto(partition, appends[0])) break
        const append = appends.shift()!
        this.#waitedMs += this.#clock.now() - append.since
        append.resolve(BigInt(append.first))
      }
      if (appends.length === 0) this.#waiting.delete(partition)
    }
  }

  /** Appends that wait right now, and the total time that appends have waited in ms. */
  stats(): { waiting: number; waitedMs: number } {
    const now = this.#clock.now()
    const appends = [...this.#waiting.values()].flat()
    return {
      waiting: appends.length,
      waitedMs: appends.reduce((sum, append) => sum + now - append.since, this.#waitedMs),
    }
  }
}

export function wakeReaders(partition: Partition): void {
  for (const cursor of partition.cursors) cursor.reader.ready(cursor)
}

/** Writes as much as fits; true when all of it is in. */
function writeInto(partition: Partition, append: WaitingAppend): boolean {
  const before = append.written
  while (append.written < append.records.length) {
    if (!partition.store.append(append.records[append.written])) break
    append.written++
  }
  if (append.written > before) wakeReaders(partition)
  return append.written === append.records.length
}
