// The event log in memory: one process, bounded, the same contract as Kafka's adapter (test/infra/event-log/event-log.suite.ts).
import { type Clock, realClock } from '../clock.ts'
import type {
  EventLog,
  GroupOptions,
  NewRecord,
  TailOptions,
  TopicSpec,
} from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import { collector, Problem, problemText } from '../problem.ts'
import { createGroup, type Group } from './group.ts'
import { type MemorySubscription, type Partition, startTail } from './reader.ts'
import { createRecordStore } from './records.ts'
import { createSlabBudget, createSlabStore } from './slabs.ts'

const DEFAULT_EVENT_BYTES = 96 * 1024 * 1024
const DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024
/** An appender that never waits otherwise lets sockets and timers run after this many bytes. */
const BYTES_PER_TURN = 1024 * 1024

export type MemoryLogOptions = {
  /** Budget shared by all topics with `retain: 'events'`; default 96 MiB, index included. */
  eventBytes?: number
  /** Measures how long appends waited; default the machine's clock. */
  clock?: Clock
}

export type MemoryLogStats = {
  /** Bytes held by topics with `retain: 'events'`. */
  eventBytes: number
  /** Bytes held by all other topics, index included. */
  recordBytes: number
  /** Appends that wait for a group right now, and the total time appends have waited in ms. */
  waiting: number
  waitedMs: number
}

export type MemoryLog = Omit<EventLog, 'group' | 'tail'> & {
  group(options: GroupOptions): Promise<MemorySubscription>
  tail(options: TailOptions): Promise<MemorySubscription>
  /** Takes offsets that no record gets, as a transaction's marker does on Kafka. */
  skip(topic: string, partition: number, count: number): void
  stats(): MemoryLogStats
}

type Topic = { spec: TopicSpec; partitions: Partition[] }
type Job = {
  records: NewRecord[]
  written: number
  first: number
  since: number
  resolve(first: bigint): void
}

/**
 * Delivered records are views of the log's memory: read them, never write to them, and copy what is kept for long.
 * `close()` of a subscription or of the log must not be awaited inside a handler: it waits for that handler.
 */
export function createMemoryLog(options: MemoryLogOptions = {}): MemoryLog {
  const clock = options.clock ?? realClock
  const budget = createSlabBudget(options.eventBytes ?? DEFAULT_EVENT_BYTES)
  const topics = new Map<string, Topic>()
  const groups = new Map<string, Group>()
  const subscriptions = new Set<MemorySubscription>()
  const waiting = new Map<Partition, Job[]>()
  let waitedMs = 0
  let bytesThisTurn = 0
  let closed = false

  function createPartition(spec: TopicSpec, partition: number): Partition {
    const holds = new Map<string, number>()
    const floor = () => {
      let lowest = Number.POSITIVE_INFINITY
      for (const position of holds.values()) if (position < lowest) lowest = position
      return lowest
    }
    const { retain = { records: Number.POSITIVE_INFINITY } } = spec
    const store =
      retain === 'events'
        ? createSlabStore(budget, floor)
        : createRecordStore(retain.records, spec.cleanup.includes('compact'), floor)
    return { topic: spec.name, partition, store, holds, cursors: new Set() }
  }

  function topicOf(doing: string, name: string): Topic {
    if (closed) throw new Error(`${doing}: the log is closed`)
    const topic = topics.get(name)
    if (topic) return topic
    const known = [...topics.keys()].sort().join(', ') || 'none'
    throw new Problem(problemText(doing, `no topic "${name}"`, `one of: ${known}`))
  }

  function partitionOf(doing: string, name: string, number: number): Partition {
    const { partitions } = topicOf(doing, name)
    if (partitions[number]) return partitions[number]
    const got = `partition ${number} of "${name}"`
    throw new Problem(problemText(doing, got, `a partition in 0..${partitions.length - 1}`))
  }

  /** Writes as much as fits; true when all of it is in. */
  function write(partition: Partition, job: Job): boolean {
    const before = job.written
    while (job.written < job.records.length) {
      if (!partition.store.append(job.records[job.written])) break
      job.written++
    }
    if (job.written > before) wake(partition)
    return job.written === job.records.length
  }

  function wake(partition: Partition): void {
    for (const cursor of partition.cursors) cursor.reader.ready(cursor)
  }

  /** Tries the waiting appends again, those of one topic-partition strictly in their order. */
  function retry(): void {
    for (const [partition, jobs] of waiting) {
      while (jobs.length > 0) {
        if (jobs[0].written === 0) jobs[0].first = partition.store.next
        if (!write(partition, jobs[0])) break
        const job = jobs.shift()!
        waitedMs += clock.now() - job.since
        job.resolve(BigInt(job.first))
      }
      if (jobs.length === 0) waiting.delete(partition)
    }
  }

  function subscribed(subscription: MemorySubscription): MemorySubscription {
    subscriptions.add(subscription)
    const gone = () => subscriptions.delete(subscription)
    subscription.done.then(gone, gone)
    return subscription
  }

  /** The acknowledgement: at once, but not for ever without a turn for the event loop. */
  function acknowledge(bytes: number, first: number): Promise<bigint> {
    const offset = BigInt(first)
    bytesThisTurn += bytes
    if (bytesThisTurn < BYTES_PER_TURN) return Promise.resolve(offset)
    return new Promise((resolve) =>
      setImmediate(() => {
        bytesThisTurn = 0
        resolve(offset)
      }),
    )
  }

  return {
    async ensureTopics(specs) {
      const problems = collector()
      for (const spec of specs) checkSpec(spec, topics.get(spec.name)?.spec, problems)
      problems.throwIfAny('topics')
      for (const spec of specs) {
        if (topics.has(spec.name)) continue
        const partitions = Array.from({ length: spec.partitions }, (_, p) =>
          createPartition(spec, p),
        )
        topics.set(spec.name, { spec, partitions })
      }
    },
    async append(topic, number, records) {
      const partition = partitionOf('append', topic, number)
      const max = topics.get(topic)!.spec.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES
      let bytes = 0
      for (let i = 0; i < records.length; i++) {
        const size = recordBytes(records[i])
        if (size > max) throw tooLarge(topic, number, i, size, max)
        bytes += size
      }
      const queue = waiting.get(partition)
      const first = partition.store.next
      return new Promise((resolve) => {
        const job: Job = { records, written: 0, first, since: clock.now(), resolve }
        if (queue) queue.push(job)
        else if (write(partition, job)) resolve(acknowledge(bytes, first))
        else waiting.set(partition, [job])
      })
    },
    async group({ group: name, topics: wanted, handler }) {
      for (const topic of wanted) topicOf(`group ${name}`, topic)
      if (!groups.has(name)) {
        groups.set(
          name,
          createGroup(name, (topic) => topics.get(topic)!.partitions, retry),
        )
      }
      return subscribed(groups.get(name)!.join(wanted, handler))
    },
    async tail(tail) {
      const { partitions } = topicOf('tail', tail.topic)
      const chosen = tail.partitions?.map((p) => partitionOf('tail', tail.topic, p)) ?? partitions
      return subscribed(startTail(tail, chosen))
    },
    async offsets(topic) {
      return topicOf('offsets', topic).partitions.map(({ partition, store }) => ({
        partition,
        earliest: BigInt(store.start),
        latest: BigInt(store.next),
      }))
    },
    async lag(group) {
      return groups.get(group)?.lag() ?? []
    },
    skip(topic, number, count) {
      const partition = partitionOf('skip', topic, number)
      partition.store.skip(count)
      wake(partition)
    },
    /** Handlers that are being closed may still append; when the last group is gone no append waits any more. */
    async close() {
      while (subscriptions.size > 0) {
        await Promise.all([...subscriptions].map((subscription) => subscription.close()))
      }
      closed = true
    },
    stats() {
      const now = clock.now()
      const jobs = [...waiting.values()].flat()
      const stores = [...topics.values()]
        .filter(({ spec }) => spec.retain !== 'events')
        .flatMap(({ partitions }) => partitions.map(({ store }) => store))
      return {
        eventBytes: budget.used,
        recordBytes: stores.reduce((sum, store) => sum + store.bytes, 0),
        waiting: jobs.length,
        waitedMs: jobs.reduce((sum, job) => sum + now - job.since, waitedMs),
      }
    },
  }
}

function checkSpec(
  spec: TopicSpec,
  existing: TopicSpec | undefined,
  problems: ReturnType<typeof collector>,
): void {
  const where = `topic ${spec.name}`
  if (!Number.isInteger(spec.partitions) || spec.partitions < 1) {
    problems.add(where, `${spec.partitions} partitions`, 'a whole number from 1')
  }
  const retain = spec.retain ?? 'events'
  if (retain !== 'events' && !(retain.records >= 1)) {
    problems.add(where, `retain ${retain.records} records`, 'a number from 1')
  }
  if (!existing) return
  const todo = 'use the same settings, or another --prefix'
  if (existing.partitions !== spec.partitions) {
    problems.add(where, `${existing.partitions} partitions`, `${spec.partitions}`, todo)
  }
  if (existing.cleanup !== spec.cleanup) {
    problems.add(where, `cleanup ${existing.cleanup}`, spec.cleanup, todo)
  }
}

function tooLarge(
  topic: string,
  partition: number,
  i: number,
  bytes: number,
  max: number,
): Problem {
  const where = `append to ${topic}/${partition}`
  const todo = 'nothing of this append was written; raise maxMessageBytes of the topic'
  return new Problem(problemText(where, `record ${i} of ${bytes} bytes`, `at most ${max}`, todo))
}
