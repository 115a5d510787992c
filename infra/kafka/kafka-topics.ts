// The topics of a cluster: created explicitly, checked when they exist, described once.
import kafkajs, { type Admin } from 'kafkajs'
import { type Clock, sleep } from '../clock.ts'
import type { TopicSpec } from '../event-log/event-log.ts'
import { collector, Problem, problemText } from '../problem.ts'
import { isRefused, rootCause } from './problem.ts'
import {
  BATCH_OVERHEAD,
  configOf,
  DEFAULT_RETENTION,
  foreignShape,
  normalCleanup,
  type Retention,
  replicationOf,
  type TopicInfo,
} from './topics.ts'

/** Times that a topic just created is looked for: brokers hear of it a moment after their controller has made it. */
const VISIBLE_TRIES = 20
const VISIBLE_REST_MS = 200

type TopicError = Error & { topic?: string }

export class KafkaTopics {
  readonly #ask: <T>(work: (client: Admin) => Promise<T>) => Promise<T>
  readonly #clock: Clock
  readonly #replication: number | undefined
  readonly #retention: Retention
  readonly #known = new Map<string, TopicInfo>()

  /** Both settings are of topics that are created. */
  constructor(
    ask: <T>(work: (client: Admin) => Promise<T>) => Promise<T>,
    clock: Clock,
    settings: { replication?: number; retention?: Partial<Retention> },
  ) {
    this.#ask = ask
    this.#clock = clock
    this.#replication = settings.replication
    this.#retention = { ...DEFAULT_RETENTION, ...settings.retention }
  }

  /** Creates what is missing; a Problem lists everything that exists with other settings, and then nothing is created. */
  async ensure(specs: TopicSpec[]): Promise<void> {
    const names = specs.map((s) => s.name)
    const existing = await this.describe(names)
    check(specs, existing)
    const missing = specs.filter((s) => !existing.has(s.name))
    if (missing.length === 0) return
    await this.#create(missing)
    // Another process may have been faster, with settings of its own.
    for (let tries = 0; ; tries++) {
      const now = await this.describe(names)
      check(specs, now)
      const absent = names.filter((name) => !now.has(name))
      if (absent.length === 0) return
      if (tries === VISIBLE_TRIES) {
        throw new Error(`topics ${absent.join(', ')}: created, but not visible`)
      }
      await sleep(this.#clock, VISIBLE_REST_MS)
      await this.#create(specs.filter((s) => absent.includes(s.name)))
    }
  }

  /** Those of the names that exist, with their shapes. */
  async describe(names: string[]): Promise<Map<string, TopicInfo>> {
    const found = await this.#ask((client) => describeWith(client, names))
    for (const [name, info] of found) this.#known.set(name, info)
    return found
  }

  /** The topic's shape; a Problem when it does not exist. `doing` says who asks. */
  async info(doing: string, name: string): Promise<TopicInfo> {
    const info = this.#known.get(name) ?? (await this.describe([name])).get(name)
    if (info) return info
    const todo = 'check --prefix; the first `npx huacheng produce` makes the topics'
    throw new Problem(problemText(doing, `no topic "${name}"`, 'one that exists', todo))
  }

  async missing(names: string[]): Promise<string[]> {
    const found = await this.describe(names)
    return names.filter((name) => !found.has(name))
  }

  /** As `info` when it is known already: no turn of the event loop between two appends. */
  known(name: string): TopicInfo | undefined {
    return this.#known.get(name)
  }

  async #create(specs: TopicSpec[]): Promise<void> {
    await this.#ask(async (client) => {
      const { brokers } = await client.describeCluster()
      const replicationFactor = replicationOf(this.#replication, brokers.length)
      const topics = specs.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor,
        configEntries: configOf(spec, this.#retention),
      }))
      try {
        await client.createTopics({ topics, waitForLeaders: true })
      } catch (error) {
        // Made, and the broker that was asked for its leaders has not heard of it yet: `ensure` looks again.
        if (rootCause(error).type === 'UNKNOWN_TOPIC_OR_PARTITION') return
        const { errors } = error as { errors?: TopicError[] }
        if (!errors) throw error // not about topics: the connection, the login
        throw creationProblem(errors, replicationFactor, brokers.length)
      }
    })
  }
}

async function describeWith(client: Admin, names: string[]): Promise<Map<string, TopicInfo>> {
  const all = await client.listTopics()
  const existing = [...new Set(names)].filter((name) => all.includes(name))
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
      cleanup: normalCleanup(value('cleanup.policy')),
      maxRecordBytes: maxBatchBytes - BATCH_OVERHEAD,
      maxBatchBytes: maxBatchBytes - BATCH_OVERHEAD,
    })
  }
  return found
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
