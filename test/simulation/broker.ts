// The simulated broker: what is stored, in full, even what compaction and retention have taken from the readers.
import type { LogRecord, NewRecord, TopicSpec } from '../../infra/event-log/event-log.ts'
import { lowerBound } from '../../infra/lower-bound.ts'
import { Problem } from '../../infra/problem.ts'

/** A record as it was written, and by whom. */
export type Stored = LogRecord & {
  topic: string
  partition: number
  /** False once compaction has removed it. */
  live: boolean
  /** Process, with its life: `processor-1#3`. */
  writer: string
  /** Number of this request on the broker: a request written twice has two. */
  request: number
  /** The client's retry of a request that had been written already. */
  isRetry: boolean
  /** Place in the order of everything that was ever written. */
  order: number
  /** Virtual ms. */
  at: number
}

export type Shelf = {
  topic: string
  partition: number
  /** In order; offsets that no record has are left out. */
  records: Stored[]
  /** Offset of the next record. */
  end: number
  /** Oldest offset that retention has left. */
  start: number
  /** Called after each write. */
  readers: Set<() => void>
}

export type Broker = ReturnType<typeof createBroker>

/** `written` hears of every request. */
export function createBroker(now: () => number, written: (records: Stored[]) => void) {
  const topics = new Map<string, { spec: TopicSpec; shelves: Shelf[] }>()
  /** Everything in the order in which it was written, topics that were deleted included. */
  const history: Stored[] = []
  let requests = 0

  function shelf(topic: string, partition: number): Shelf {
    const found = topics.get(topic)?.shelves[partition]
    if (!found) throw new Problem(`simulated log: no ${topic}/${partition}, expected a known topic`)
    return found
  }

  return {
    history,
    shelf,
    shelves: (topic: string): Shelf[] => topics.get(topic)?.shelves ?? [],
    create(specs: TopicSpec[]): void {
      for (const spec of specs) {
        if (topics.has(spec.name)) continue
        const shelves = Array.from({ length: spec.partitions }, (_, partition) => ({
          topic: spec.name,
          partition,
          records: [],
          end: 0,
          start: 0,
          readers: new Set<() => void>(),
        }))
        topics.set(spec.name, { spec, shelves })
      }
    },
    /** Writes one request as a whole; returns its first offset. */
    write(
      topic: string,
      partition: number,
      records: NewRecord[],
      by: { writer: string; isRetry: boolean },
    ): number {
      const target = shelf(topic, partition)
      const { records: stored, readers } = target
      const first = target.end
      const request = requests++
      for (const { key, value, timestamp, headers } of records) {
        stored.push({
          // The client may use its memory again as soon as it has the acknowledgement.
          key: key && Buffer.from(key),
          value: value && Buffer.from(value),
          timestamp,
          headers,
          offset: BigInt(target.end++),
          topic,
          partition,
          live: true,
          ...by,
          request,
          order: history.length,
          at: now(),
        })
        history.push(stored[stored.length - 1])
      }
      written(stored.slice(stored.length - records.length))
      for (const wake of [...readers]) wake()
      return first
    },
    /** Somebody's transaction ends here: its marker takes an offset and is no record. */
    mark(topic: string, partition: number): void {
      const target = shelf(topic, partition)
      target.end++
      for (const wake of [...target.readers]) wake()
    },
    /** At most `max` records from an offset within [start, end], and the offset after them; none where there are only holes. */
    read({ records, start, end }: Shelf, from: number, max: number) {
      const first = Math.max(from, start)
      const found: Stored[] = []
      for (let i = indexOf(records, first); i < records.length; i++) {
        if (found.length === max) return { found, next: Number(records[i].offset) }
        if (records[i].live) found.push(records[i])
      }
      return { found, next: end }
    },
    /** Keeps the newest record per key before the `tail` newest records, which no compaction touches yet. */
    compact(topic: string, tail: number): number {
      let removed = 0
      for (const { records, start } of topics.get(topic)?.shelves ?? []) {
        const newest = new Set<string>()
        for (let i = records.length - 1; i >= indexOf(records, start); i--) {
          const key = records[i].key?.toString('latin1')
          if (key === undefined || !records[i].live) continue
          if (newest.has(key) && i < records.length - tail) {
            records[i].live = false
            removed++
          }
          newest.add(key)
        }
      }
      return removed
    },
    /** Retention: everything before `offset` is gone for readers. */
    trim(shelf: Shelf, offset: number): void {
      shelf.start = Math.min(shelf.end, Math.max(shelf.start, offset))
    },
    /** The topic is deleted and made again, empty: offsets begin at 0. */
    recreate(topic: string): void {
      for (const shelf of topics.get(topic)?.shelves ?? []) {
        shelf.records = []
        shelf.end = 0
        shelf.start = 0
      }
    },
  }
}

/** Index of the first record at or above `offset`. */
function indexOf(records: Stored[], offset: number): number {
  return lowerBound(records.length, (i) => Number(records[i].offset) < offset)
}
