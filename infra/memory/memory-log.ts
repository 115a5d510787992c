// The event log in memory: one process, bounded, the same contract as Kafka's adapter (test/infra/event-log/event-log.suite.ts).
import { type Clock, realClock } from '../clock.ts'
import type {
  EventLog,
  GroupOptions,
  NewRecord,
  TailOptions,
  TopicPartition,
} from '../event-log/event-log.ts'
import { recordBytes } from '../event-log/record-bytes.ts'
import { Problem, problemText } from '../problem.ts'
import { MemoryAppends, wakeReaders } from './appends.ts'
import { EventLoopShare } from './event-loop-share.ts'
import { MemoryGroup } from './group.ts'
import { MemoryGroupMember } from './group-member.ts'
import type { MemorySubscription, Partition } from './reader.ts'
import { RecordStore } from './records.ts'
import { SlabBudget } from './slabs.ts'
import type { LentRecords } from './store.ts'
import { MemoryTail } from './tail.ts'
import { type LogContents, MemoryTopics } from './topics.ts'

const DEFAULT_EVENT_BYTES = 96 * 1024 * 1024

export type MemoryLogOptions = {
  /** Budget shared by all topics with `retain: 'events'`; default 96 MiB, index included. */
  eventBytes?: number
  /** Measures how long appends waited and readers went on, and gives these their turns; default the machine's clock. */
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
  /**
   * A log of its own that holds what this one does now, at the same offsets, and has no readers; what is held stays one memory
   * until either of them lets it go. Waiting appends are not part of it, and of `retain: 'events'` only about the newest
   * `newestEventBytes`, default all.
   */
  copy(newestEventBytes?: number): MemoryLog
  /**
   * Begins a topic-partition in which nothing is yet, of a topic that keeps a number of records, with records at offsets
   * of their own, in that order. They are not copied, and must not change while the log is there.
   */
  lend(topic: string, partition: number, records: LentRecords): void
  /** What these topics hold now, to be written down (`node:v8`): parts of it are the log's own memory. */
  contents(topics: readonly string[]): LogContents
  /** Takes what another log held, into topics that are still empty: its memory is this log's from then on. */
  fill(contents: LogContents): void
  stats(): MemoryLogStats
}

/**
 * Delivered records are views of the log's memory: read them, never write to them, and copy what is kept for long.
 * `close()` of a subscription or of the log must not be awaited inside a handler: it waits for that handler.
 */
export function createMemoryLog(options: MemoryLogOptions = {}): MemoryLog {
  const budget = new SlabBudget(options.eventBytes ?? DEFAULT_EVENT_BYTES)
  return logOf(new MemoryTopics(budget), options.clock ?? realClock)
}

function logOf(topics: MemoryTopics, clock: Clock): MemoryLog {
  const appends = new MemoryAppends(clock)
  const share = new EventLoopShare()
  const groups = new Map<string, MemoryGroup>()
  const subscriptions = new Set<MemorySubscription>()

  function subscribed(subscription: MemorySubscription): MemorySubscription {
    subscriptions.add(subscription)
    const gone = () => subscriptions.delete(subscription)
    subscription.done.then(gone, gone)
    return subscription
  }

  function groupOf(name: string): MemoryGroup {
    const known = groups.get(name)
    if (known) return known
    const partitionsOf = (topic: string) => topics.partitionsOf(topic)
    const group = new MemoryGroup(name, partitionsOf, () => appends.retry())
    groups.set(name, group)
    return group
  }

  return {
    async ensureTopics(specs) {
      topics.ensure(specs)
    },
    async append(topic, number, records) {
      const partition = topics.partition('append', topic, number)
      const bytes = checkedBytes(partition, records, topics.maxMessageBytes(topic))
      return appends.write(partition, records, (first) => share.acknowledge(bytes, BigInt(first)))
    },
    async group({ group, topics: wanted, handler }) {
      for (const topic of wanted) topics.find(`group ${group}`, topic)
      return subscribed(new MemoryGroupMember(groupOf(group), wanted, handler, clock))
    },
    async tail(tail) {
      const { partitions } = topics.find('tail', tail.topic)
      const chosen =
        tail.partitions?.map((p) => topics.partition('tail', tail.topic, p)) ?? partitions
      return subscribed(new MemoryTail(tail, chosen, clock))
    },
    async offsets(topic) {
      return topics.find('offsets', topic).partitions.map(({ partition, store }) => ({
        partition,
        earliest: BigInt(store.start),
        latest: BigInt(store.next),
      }))
    },
    async lag(group) {
      return groups.get(group)?.lag() ?? []
    },
    skip(topic, number, count) {
      const partition = topics.partition('skip', topic, number)
      partition.store.skip(count)
      wakeReaders(partition)
    },
    lend(topic, number, records) {
      lendTo(topics.partition('lend', topic, number), records)
    },
    contents: (names) => topics.contents(names),
    fill: (contents) => topics.fill(contents),
    /** Handlers that are being closed may still append; when the last group is gone no append waits any more. */
    async close() {
      while (subscriptions.size > 0) {
        await Promise.all([...subscriptions].map((subscription) => subscription.close()))
      }
      topics.close()
    },
    copy: (newestEventBytes) => logOf(topics.copy(newestEventBytes), clock),
    stats: () => ({
      eventBytes: topics.eventBytes,
      recordBytes: topics.recordBytes(),
      ...appends.stats(),
    }),
  }
}

function lendTo(partition: Partition, records: LentRecords): void {
  const { store, topic, partition: number } = partition
  if (!(store instanceof RecordStore) || store.next > 0) {
    throw new Error(`lend: ${topic}/${number} has records, or keeps bytes in place of a number`)
  }
  partition.store = store.withLent(records)
  wakeReaders(partition)
}

/** Bytes of all of them; a Problem when one is larger than `max`. */
function checkedBytes({ topic, partition }: TopicPartition, records: NewRecord[], max: number) {
  let bytes = 0
  for (let i = 0; i < records.length; i++) {
    const size = recordBytes(records[i])
    if (size > max) throw tooLarge(`append to ${topic}/${partition}`, i, size, max)
    bytes += size
  }
  return bytes
}

function tooLarge(where: string, i: number, bytes: number, max: number): Problem {
  const todo = 'nothing of this append was written; raise maxMessageBytes of the topic'
  return new Problem(problemText(where, `record ${i} of ${bytes} bytes`, `at most ${max}`, todo))
}
