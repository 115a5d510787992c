// What a topic is on Kafka: its shape and its settings. Retention is one of them, small by default.
import type { IResourceConfigEntry } from 'kafkajs'
import type { TopicSpec } from '../event-log/event-log.ts'

const MIB = 1024 * 1024
/** What Kafka adds around one record in a batch of its own. */
export const BATCH_OVERHEAD = 512
/** Records of a bounded topic are assumed to be at most this large on average. */
const BYTES_PER_RECORD = 64 * 1024
const WANTED_REPLICAS = 3

/** Sizes for a laptop's disk; per topic-partition. */
export type Retention = {
  /** Topics with `retain: 'events'`; default 128 MiB and 24 h. */
  eventBytes: number
  eventMs: number
  /** Most bytes of a topic bounded by records; default 256 MiB. Its age is bounded too, default 7 days. */
  boundedBytes: number
  boundedMs: number
  /** Default 16 MiB; compaction and retention only ever take whole closed segments. */
  segmentBytes: number
  /** Compacted topics close a segment this often; default 60 s. */
  segmentMs: number
}

export const DEFAULT_RETENTION: Retention = {
  eventBytes: 128 * MIB,
  eventMs: 24 * 3_600_000,
  boundedBytes: 256 * MIB,
  boundedMs: 7 * 24 * 3_600_000,
  segmentBytes: 16 * MIB,
  segmentMs: 60_000,
}

export type TopicInfo = {
  partitions: number
  replicas: number
  /** In Kafka's words, sorted: `compact,delete`. */
  cleanup: string
  /** Largest record (key, value and headers) that is accepted, and largest batch; bytes. */
  maxRecordBytes: number
  maxBatchBytes: number
}

/** Copies of a new topic: as asked, else three or what the cluster has. */
export function replicationOf(asked: number | undefined, brokers: number): number {
  return asked ?? Math.min(WANTED_REPLICAS, brokers)
}

/**
 * Bytes that one copy of a topic takes at most, about: retention and compaction only ever take whole closed segments,
 * so a topic-partition has one more, a compacted one two. Topics without a bound count as that.
 */
export function mostBytes(spec: TopicSpec, retention: Retention): number {
  const settings = new Map(configOf(spec, retention).map((c) => [c.name, Number(c.value)]))
  const segment = settings.get('segment.bytes')!
  const kept = Math.max(settings.get('retention.bytes') ?? segment, segment)
  return spec.partitions * (kept + segment)
}

/** Kafka's settings of a topic. */
export function configOf(spec: TopicSpec, retention: Retention): IResourceConfigEntry[] {
  const { cleanup, retain, maxMessageBytes } = spec
  const config: Record<string, string | number> = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': 'CreateTime', // an event's timestamp is its intended send time
    'compression.type': 'producer', // as it comes: no broker has to pack what --compression chose again
  }
  if (maxMessageBytes) config['max.message.bytes'] = maxMessageBytes + BATCH_OVERHEAD
  config['segment.bytes'] = Math.max(retention.segmentBytes, 2 * (maxMessageBytes ?? 0))
  if (cleanup.includes('compact')) {
    config['segment.ms'] = retention.segmentMs
    config['min.cleanable.dirty.ratio'] = 0.1
  }
  if (cleanup !== 'compact') {
    const { bytes, ms } = limits(retain, retention)
    config['retention.bytes'] = bytes
    config['retention.ms'] = ms
  }
  return Object.entries(config).map(([name, value]) => ({ name, value: String(value) }))
}

function limits(retain: TopicSpec['retain'], r: Retention): { bytes: number; ms: number } {
  if (retain === undefined) return { bytes: -1, ms: -1 }
  if (retain === 'events') return { bytes: r.eventBytes, ms: r.eventMs }
  const bytes = Math.min(
    r.boundedBytes,
    Math.max(r.segmentBytes, retain.records * BYTES_PER_RECORD),
  )
  return { bytes, ms: r.boundedMs }
}

/**
 * What makes a topic of our name somebody else's; empty = it is one of ours. The one idea of that: a producer refuses to
 * write by it, and a cleaning leaves alone by it.
 */
export function foreignShape(
  spec: TopicSpec,
  found: Pick<TopicInfo, 'partitions' | 'cleanup'>,
): { got: string; expected: string }[] {
  const differences: { got: string; expected: string }[] = []
  if (found.partitions !== spec.partitions) {
    differences.push({ got: `${found.partitions} partitions`, expected: `${spec.partitions}` })
  }
  if (found.cleanup !== normalCleanup(spec.cleanup)) {
    differences.push({ got: `cleanup ${found.cleanup}`, expected: spec.cleanup })
  }
  return differences
}

/** As `TopicInfo` has it, however a broker or a spec writes it. */
export function normalCleanup(cleanup: string): string {
  return cleanup
    .split(',')
    .map((part) => part.trim())
    .sort()
    .join(',')
}
