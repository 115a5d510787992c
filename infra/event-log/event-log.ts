// The event-log port: what every stage may ask of a log. In: appended records. Out: ordered batches per topic-partition.
// Adapters implement it (memory-log.ts; Kafka's comes behind the same suite); no client type leaks out of an adapter.

export type TopicPartition = { topic: string; partition: number }

/** `class` drives bounded retention in the memory adapter; Kafka maps it to retention settings. */
export type TopicSpec = {
  name: string
  partitions: number
  cleanup: 'delete' | 'compact' | 'compact,delete'
  /** Adapter hint: `events` share the byte budget; a number keeps the newest that many records; default keeps all. */
  retain?: 'events' | { records: number }
  maxMessageBytes?: number
}

export type NewRecord = {
  key: Buffer | null
  value: Buffer | null
  /** Wall-clock ms; for events the intended send time. */
  timestamp: number
  headers?: [string, Buffer | null][]
}

export type LogRecord = NewRecord & {
  offset: bigint
  /**
   * Why the bytes that end here could not be read as records: `value` is then what stands in the log, the key is null. The
   * log has reported it; who accounts for every record accounts for it too.
   */
  damage?: string
}

export type Batch = TopicPartition & {
  /** In order; none where only the position has moved. */
  records: LogRecord[]
  /**
   * The position after this batch: behind its records, and behind offsets that no record has (transaction markers, what
   * an aborted transaction wrote, holes that compaction left). An end is reached when `next` is, with a record there or not.
   */
  next: bigint
  /** Where the topic-partition ended for readers when this was read, as `offsets` has it: lag = end - next. */
  end: bigint
}

export type StartOffset = TopicPartition & { offset: bigint | 'earliest' | 'latest' }

/** One owner loop calls these, never two at once; a rebalance only queues an event. */
export interface GroupHandler {
  /** Restores state and says where each partition starts; no batch arrives before it resolves. */
  assigned(partitions: TopicPartition[]): Promise<StartOffset[]>
  batch(batch: Batch): Promise<void>
  /** Drain and checkpoint; after it resolves the partitions belong to somebody else. */
  revoked(partitions: TopicPartition[]): Promise<void>
}

export type GroupOptions = { group: string; topics: string[]; handler: GroupHandler }

export type TailFrom = 'earliest' | 'latest' | { offset: bigint } | { timestamp: number }

export type TailOptions = {
  topic: string
  /** Default: all partitions. */
  partitions?: number[]
  from: TailFrom
  batch(batch: Batch): Promise<void> | void
  /** The reader was overtaken by retention; reading goes on at `earliest`. Take a new snapshot. */
  outOfRange?(partition: number, earliest: bigint): void
}

export interface Subscription {
  /** Rejects when a handler threw: the reader has stopped and its owner must decide. */
  readonly done: Promise<void>
  close(): Promise<void>
}

/**
 * A reader has everything when its position is `latest`: the offset of the next record, or of the first one of a
 * transaction that is still open.
 */
export type PartitionOffsets = { partition: number; earliest: bigint; latest: bigint }

/** Position of a group's reader, for lag; `committed` is the next offset to read. */
export type GroupLag = TopicPartition & { committed: bigint; latest: bigint }

export interface EventLog {
  /** Creates missing topics; throws a Problem when an existing one differs in partitions or cleanup. */
  ensureTopics(specs: TopicSpec[]): Promise<void>
  /** Appends in order and resolves, when acknowledged, with the first record's offset. Only groups exert back-pressure. */
  append(topic: string, partition: number, records: NewRecord[]): Promise<bigint>
  group(options: GroupOptions): Promise<Subscription>
  tail(options: TailOptions): Promise<Subscription>
  offsets(topic: string): Promise<PartitionOffsets[]>
  lag(group: string): Promise<GroupLag[]>
  close(): Promise<void>
}
