// Topics on Kafka: created explicitly, checked when they exist, described once. Retention is a setting, small by default.
import kafkajs, { type Admin, type IResourceConfigEntry } from 'kafkajs'
import type { TopicSpec } from '../event-log/event-log.ts'
import { collector, Problem, problemText } from '../problem.ts'
import { isRefused } from './problem.ts'

const MIB = 1024 * 1024
/** What Kafka adds around one record in a batch of its own. */
const BATCH_OVERHEAD = 512
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

type TopicError = Error & { topic?: string }

export type Topics = ReturnType<typeof createTopics>

export function createTopics(
  ask: <T>(work: (client: Admin) => Promise<T>) => Promise<T>,
  settings: { replication?: number; retention?: Partial<Retention> },
) {
  const known = new Map<string, TopicInfo>()
  const retention = { ...DEFAULT_RETENTION, ...settings.retention }

  /** Those of `names` that exist. */
  const describe = (names: string[]) => ask((client) => describeWith(client, names))
  const create = (specs: TopicSpec[]) => ask((client) => createWith(client, specs))

  async function describeWith(client: Admin, names: string[]): Promise<Map<string, TopicInfo>> {
    const wanted = new Set(names)
    const all = await client.listTopics()
    const existing = [...wanted].filter((name) => all.includes(name))
    if (existing.length === 0) return new Map()
    const [{ topics }, { resources }] = await Promise.all([
      client.fetchTopicMetadata({ topics: existing }),
      client.describeConfigs({
        includeSynonyms: false,
        resources: existing.map((name) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: ['cleanup.policy', 'max.message.bytes'],
        })),
      }),
    ])
    const found = new Map<string, TopicInfo>()
    for (const { name, partitions } of topics) {
      const configs = resources.find((r) => r.resourceName === name)?.configEntries ?? []
      const value = (key: string) => configs.find((c) => c.configName === key)?.configValue ?? ''
      const maxBatchBytes = Number(value('max.message.bytes'))
      found.set(name, {
        partitions: partitions.length,
        replicas: partitions[0]?.replicas.length ?? 0,
        cleanup: sorted(value('cleanup.policy')),
        maxRecordBytes: maxBatchBytes - BATCH_OVERHEAD,
        maxBatchBytes: maxBatchBytes - BATCH_OVERHEAD,
      })
      known.set(name, found.get(name)!)
    }
    return found
  }

  async function createWith(client: Admin, specs: TopicSpec[]): Promise<void> {
    const { brokers } = await client.describeCluster()
    const replicationFactor = replicationOf(settings.replication, brokers.length)
    const topics = specs.map((spec) => ({
      topic: spec.name,
      numPartitions: spec.partitions,
      replicationFactor,
      configEntries: configOf(spec, retention),
    }))
    try {
      await client.createTopics({ topics, waitForLeaders: true })
    } catch (error) {
      const { errors } = error as { errors?: TopicError[] }
      if (!errors) throw error // not about topics: the connection, the login
      throw creationProblem(errors, replicationFactor, brokers.length)
    }
  }

  return {
    /** Creates what is missing; a Problem lists everything that exists with other settings, and then nothing is created. */
    async ensure(specs: TopicSpec[]): Promise<void> {
      const names = specs.map((s) => s.name)
      const existing = await describe(names)
      check(specs, existing)
      const missing = specs.filter((s) => !existing.has(s.name))
      if (missing.length === 0) return
      await create(missing)
      // Another process may have been faster, with settings of its own; a cluster of several brokers needs a moment.
      for (let tries = 0; ; tries++) {
        const now = await describe(names)
        check(specs, now)
        const absent = names.filter((name) => !now.has(name))
        if (absent.length === 0) return
        if (tries === 20) throw new Error(`topics ${absent.join(', ')}: created, but not visible`)
        await create(specs.filter((s) => absent.includes(s.name)))
      }
    },
    /** Those of the names that exist, with their shapes. */
    describe,
    /** The topic's shape; a Problem when it does not exist. `doing` says who asks. */
    async info(doing: string, name: string): Promise<TopicInfo> {
      const info = known.get(name) ?? (await describe([name])).get(name)
      if (info) return info
      const todo = 'check --prefix; the first `npx huacheng produce` makes the topics'
      throw new Problem(problemText(doing, `no topic "${name}"`, 'one that exists', todo))
    },
    async missing(names: string[]): Promise<string[]> {
      const found = await describe(names)
      return names.filter((name) => !found.has(name))
    },
    /** As `info` when it is known already: no turn of the event loop between two appends. */
    known: (name: string): TopicInfo | undefined => known.get(name),
  }
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
  if (found.cleanup !== sorted(spec.cleanup)) {
    differences.push({ got: `cleanup ${found.cleanup}`, expected: spec.cleanup })
  }
  return differences
}

function check(specs: TopicSpec[], existing: Map<string, TopicInfo>): void {
  const problems = collector()
  for (const spec of specs) {
    const where = `topic ${spec.name}`
    if (!Number.isInteger(spec.partitions) || spec.partitions < 1) {
      problems.add(where, `${spec.partitions} partitions`, 'a whole number from 1')
    }
    const found = existing.get(spec.name)
    if (!found) continue
    const todo = 'use the same settings, or another --prefix'
    for (const { got, expected } of foreignShape(spec, found)) {
      problems.add(where, got, expected, todo)
    }
  }
  problems.throwIfAny('topics')
}

/** One entry per reason: a cluster that refuses all of them has one to give. */
function creationProblem(errors: TopicError[], replication: number, brokers: number): Error {
  const problems = collector()
  for (const [message, of] of Map.groupBy(errors, (error) => error.message)) {
    const names = of.flatMap(({ topic }) => topic ?? [])
    const where = names.length > 1 ? `create ${names.length} topics` : 'create topic'
    let todo = 'ask whoever runs the cluster, or use another --prefix'
    if (/replication/i.test(message)) {
      todo = `ask for another replication factor than ${replication}; the cluster has ${brokers} brokers`
    } else if (isRefused(of[0])) {
      todo =
        'ask whoever runs the cluster for the rights to create and describe topics of this name'
    }
    problems.add([where, ...names].join(' '), message, 'a cluster that takes it', todo)
  }
  return new Problem(`topics:\n${problems.found.map((f) => `  - ${f}`).join('\n')}`)
}

function sorted(cleanup: string): string {
  return cleanup
    .split(',')
    .map((part) => part.trim())
    .sort()
    .join(',')
}
