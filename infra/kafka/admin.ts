// What a preflight and a cleaning ask of a cluster: look at topics and groups, delete those that are named.
import { randomUUID } from 'node:crypto'
import kafkajs, { type Kafka } from 'kafkajs'
import { formatAddress } from '../address.ts'
import { type Clock, realClock, sleep } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { Problem, problemText } from '../problem.ts'
import { EXIT_FAILED } from '../program/exit-codes.ts'
import type { KafkaConnection } from './config.ts'
import { createAsking, createKafkaClient, RETRY } from './connection/client.ts'
import { KafkaTopics } from './kafka-topics.ts'
import { explained, rootCause } from './problem.ts'
import type { TopicInfo } from './topics.ts'

/** Deletion is accepted at once and visible a moment later. */
const VISIBLE_TRIES = 50
const VISIBLE_REST_MS = 200

export type ClusterFound = {
  id: string
  brokers: string[]
  /** As far as a client can see: `3.9`, `4.0 or newer`; null when it may not ask. */
  version: string | null
}

export type TopicFound = Pick<TopicInfo, 'partitions' | 'replicas' | 'cleanup'> & {
  name: string
  /** Offsets between its ends: as many records at most, fewer where compaction has been. */
  records: bigint
}

export type GroupFound = {
  name: string
  /** In Kafka's words: Stable, Empty, PreparingRebalance ... */
  state: string
  /** `<client id> at <address>` of each member that is there. */
  members: string[]
}

export type KafkaAdminOptions = {
  connection: KafkaConnection
  clock?: Clock
  logger?: Logger
  /** Times that a request is tried again; default 5, over about 4 s. */
  retries?: number
}

export function createKafkaAdmin(options: KafkaAdminOptions): KafkaAdmin {
  const { connection, clock = realClock, logger, retries = RETRY.retries } = options
  const clientId = `huacheng-admin-${randomUUID().slice(0, 8)}`
  const kafka = createKafkaClient(connection, clientId, logger, { ...RETRY, retries })
  return new KafkaAdmin(kafka, connection, clock)
}

/** Connects at the first call. Every call throws a Problem where the cluster says no or does not answer. */
export class KafkaAdmin {
  readonly #connection: KafkaConnection
  readonly #clock: Clock
  readonly #client: ReturnType<typeof createAsking>
  readonly #topics: KafkaTopics

  constructor(kafka: Kafka, connection: KafkaConnection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    this.#client = createAsking(kafka, connection, clock)
    this.#topics = new KafkaTopics(this.#client.ask, clock, {})
  }

  async cluster(): Promise<ClusterFound> {
    const { clusterId, brokers } = await this.#client.ask((client) => client.describeCluster())
    const version = brokers.length > 0 ? await this.#versionOf(brokers[0].nodeId) : null
    return { id: clusterId, brokers: brokers.map(formatAddress), version }
  }

  /** Wall ms that one small question takes, on an open connection. */
  async latency(): Promise<number> {
    return this.#client.ask(async (client) => {
      const since = this.#clock.now()
      await client.describeCluster()
      return this.#clock.now() - since
    })
  }

  /** Names of all topics that this login may see, sorted. */
  async names(): Promise<string[]> {
    return (await this.#client.ask((client) => client.listTopics())).sort()
  }

  /** Those of the topics that exist, in the order asked for. */
  async topics(wanted: string[]): Promise<TopicFound[]> {
    const found = await this.#topics.describe(wanted)
    const existing: TopicFound[] = []
    for (const name of wanted) {
      if (!found.has(name)) continue
      const offsets = await this.#client.askLeaders((client) => client.fetchTopicOffsets(name))
      const records = offsets.reduce((n, { low, high }) => n + BigInt(high) - BigInt(low), 0n)
      const { partitions, replicas, cleanup } = found.get(name)!
      existing.push({ name, partitions, replicas, cleanup, records })
    }
    return existing
  }

  /** Those of the consumer groups that exist. */
  async groups(wanted: string[]): Promise<GroupFound[]> {
    // Not described unseen: asking for a group's coordinator makes a cluster create its offsets topic.
    const { groups } = await this.#client.ask((client) => client.listGroups())
    const existing = wanted.filter((name) => groups.some((g) => g.groupId === name))
    if (existing.length === 0) return []
    const described = await this.#client.ask((client) => client.describeGroups(existing))
    return described.groups.map(({ groupId, state, members }) => ({
      name: groupId,
      state,
      members: members.map((m) => `${m.clientId} at ${m.clientHost}`),
    }))
  }

  /** Resolves when nobody sees the topic any more; also when it was gone already. */
  async deleteTopic(name: string): Promise<void> {
    await this.#client.ask(async (client) => {
      try {
        await client.deleteTopics({ topics: [name] })
      } catch (thrown) {
        const isGone = rootCause(thrown).type === 'UNKNOWN_TOPIC_OR_PARTITION'
        if (!isGone) throw this.#refusal(thrown, name)
      }
    })
    for (let tries = 0; (await this.names()).includes(name); tries++) {
      if (tries === VISIBLE_TRIES) {
        const todo = 'the cluster may still be at it: look again with clean'
        throw new Problem(
          problemText(`delete ${name}`, 'still there', 'gone by now', todo),
          EXIT_FAILED,
        )
      }
      await sleep(this.#clock, VISIBLE_REST_MS)
    }
  }

  /** Also when it was gone already. */
  async deleteGroup(name: string): Promise<void> {
    await this.#client.ask(async (client) => {
      try {
        await client.deleteGroups([name])
      } catch (thrown) {
        const { groups = [] } = thrown as { groups?: { error?: { type?: string } }[] }
        const error = groups[0]?.error ?? thrown
        if (rootCause(error).type !== 'GROUP_ID_NOT_FOUND') throw this.#refusal(error, name)
      }
    })
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  /** Brokers up to 3.9 have this setting; 4.0 dropped it. */
  async #versionOf(nodeId: number): Promise<string | null> {
    const { BROKER } = kafkajs.ConfigResourceTypes
    const name = 'inter.broker.protocol.version'
    const resource = { type: BROKER, name: String(nodeId), configNames: [name] }
    try {
      const { resources } = await this.#client.ask((client) =>
        client.describeConfigs({ includeSynonyms: false, resources: [resource] }),
      )
      const value = resources[0].configEntries.find((c) => c.configName === name)?.configValue
      return value ? value.replace(/-IV\d+$/, '') : '4.0 or newer'
    } catch {
      return null // a cluster need not say
    }
  }

  #refusal(thrown: unknown, name: string): Problem {
    const { message } = explained(thrown, this.#connection) as Error
    const todo = 'ask whoever runs the cluster'
    return new Problem(
      problemText(`delete ${name}`, message, 'a cluster that does it', todo),
      EXIT_FAILED,
    )
  }
}
