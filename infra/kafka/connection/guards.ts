// Guards against the known defects of kafkajs 2.2.4: with consume/fetches.ts and produce/produces.ts the only files that reach
// into its internals, and only of that version.
import { createRequire } from 'node:module'
import { realClock } from '../../clock.ts'
import { type FetchedBatch, guardFetches } from '../consume/fetches.ts'
import { guardProduces } from '../produce/produces.ts'

const require = createRequire(import.meta.url)
const GUARDED_VERSION = '2.2.4'

/** A topic-partition and the next offset to read. */
export type ReadPosition = { topic: string; partition: number; offset: bigint }

/** What a reader wants to be asked by the kafkajs consumer that it runs on. */
export type ReaderHooks = {
  /** Kept over a crash: a member that comes back under its old name need not wait for its own session to end. */
  memberId: string | null
  /** Next offsets of a reader without a group; null = a real group member. */
  positions: (() => ReadPosition[]) | null
  /** Awaited before every join: drain, checkpoint, give up. No JoinGroup request leaves before it resolves. */
  beforeJoin(membership: Membership): Promise<void>
  /** False between `beforeJoin` and the next assignment: heartbeats then ask for a join instead of passing silently. */
  isMember(): boolean
  /** Retention passed the reader: lets it know, and answers with the offset to go on at. */
  outOfRange(topic: string, partition: number): Promise<bigint>
  /** A fetch was answered: so many offsets lie behind a transaction that is still open. */
  withheld(topic: string, partition: number, offsets: bigint): void
  /** A fetch failed and will be tried again. */
  fetchFailed(error: Error): void
  /** Some rest between two tries. */
  rest(): Promise<void>
}

/** The part of a membership that kafkajs offers only through retries of several seconds. */
export type Membership = {
  /** One OffsetCommit request, tried once. */
  commit(positions: ReadPosition[]): Promise<void>
  /** One Heartbeat request when the interval is over; rejects when the group rebalances. */
  heartbeat(intervalMs: number): Promise<void>
  /** Everyone whom the coordinator takes for a member. */
  members(): Promise<Member[]>
  /** LeaveGroup on behalf of another member; one that lives after all joins again. */
  remove(memberId: string): Promise<void>
}

export type Member = { memberId: string; clientId: string }

type Coordinator = {
  describeGroups(request: { groupIds: string[] }): Promise<{ groups: { members: Member[] }[] }>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
}

type Broker = {
  brokerAddress: string
  isConnected(): boolean
  connect(): Promise<void>
}

type RequestQueue = {
  pending: unknown[]
  throttledUntil: number
  scheduleCheckPendingRequests(): void
  createSocketRequest(pushed: PushedRequest): { requestTimeout: number }
}

type Connection = {
  chunks: Buffer[]
  bytesBuffered: number
  processData(bytes: Buffer): void
}

type PushedRequest = { entry: { apiName: string }; requestTimeout: number | null }

type OffsetManager = {
  committedOffsets(): Record<string, Record<number, string>>
  resolveOffset(at: { topic: string; partition: number; offset: string }): void
  nextOffset(topic: string, partition: number): { toString(): string }
}

type ConsumerGroup = {
  groupId: string
  memberId: string | null
  assigners: { hooks?: ReaderHooks }[]
  cluster: {
    refreshMetadata(): Promise<void>
    findGroupCoordinator(request: { groupId: string }): Promise<Coordinator>
  }
  offsetManager: OffsetManager
  subscriptionState: { assign(assignment: { topic: string; partitions: number[] }[]): void }
  partitionsPerSubscribedTopic: Map<string, number[]>
  topics: string[]
  topicConfigurations: unknown
  instrumentationEmitter: unknown
  joinAndSync(): Promise<void>
  heartbeat(options: { interval: number }): Promise<void>
  commitOffsets(offsets: unknown): Promise<void>
  fetch(nodeId: string): Promise<FetchedBatch[]>
  recoverFromFetch(error: FetchError): Promise<void>
  generatePartitionsPerSubscribedTopic(): Map<string, number[]>
}

type FetchError = Error & { type?: string; topic: string; partition: number }
type Class<T> = { new (options: unknown): T; prototype: T }

const UNANSWERED = 'the connection was taken and nobody answered'
const LEADER_MOVED = [
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'UNKNOWN_TOPIC_OR_PARTITION',
]

let installed = false

/**
 * Puts the guards in place once per process: no timer loop on idle connections (kafkajs #1556, #1751, #1768); a broker
 * that hung when it was greeted is greeted again; an answer is not copied; a join waits for its reader (there is no rebalance listener); a lost
 * membership never goes unnoticed (#659, #1441); a moved leader needs no rejoin; readers without a group; fetches
 * (consume/fetches.ts); appends and their answers (produce/produces.ts). Throws on another version of kafkajs: the guards know
 * this one.
 */
export function installGuards(version: string = require('kafkajs/package.json').version): void {
  if (version !== GUARDED_VERSION) {
    throw new Error(
      `kafkajs: version ${version}, expected ${GUARDED_VERSION}; check infra/kafka/connection/guards.ts against its internals`,
    )
  }
  if (installed) return
  installed = true
  guardIdleConnections(require('kafkajs/src/network/requestQueue'))
  guardGreetings(require('kafkajs/src/broker'), require('kafkajs/src/network/requestQueue'))
  guardAnswers(require('kafkajs/src/network/connection'))
  guardMemberships(require('kafkajs/src/consumer/consumerGroup'))
  guardFetches(require)
  guardProduces(require)
}

/** The error by which a kafkajs reader is made to join again. */
export function rebalancing(why: string): Error {
  return Object.assign(new Error(why), { type: 'REBALANCE_IN_PROGRESS' })
}

/** True for every answer of a coordinator that ends a membership's generation. */
export function isFencing(error: unknown): boolean {
  const { type } = error as { type?: string }
  return (
    type === 'REBALANCE_IN_PROGRESS' ||
    type === 'ILLEGAL_GENERATION' ||
    type === 'UNKNOWN_MEMBER_ID'
  )
}

function guardIdleConnections({ prototype }: Class<RequestQueue>): void {
  const schedule = original(prototype, 'scheduleCheckPendingRequests')
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    // Without this the queue of an idle connection asks itself again every millisecond.
    if (this.pending.length === 0 && this.throttledUntil <= realClock.now()) return
    schedule.call(this)
  }
}

/**
 * kafkajs takes a broker for connected as soon as its port is, and then asks it for its versions. When that was not
 * answered it never asks again, and every request fails without being sent, for ever: a client that connects while the
 * broker hangs stays useless when the broker is back. By an error of the connection it drops that one and tries another
 * broker, or the same once more; and it waits as long for the versions as it says, not for a whole request's time-out.
 */
function guardGreetings(broker: Class<Broker>, queue: Class<RequestQueue>): void {
  const isConnected = original(broker.prototype, 'isConnected')
  const connect = original(broker.prototype, 'connect')
  const createRequest = original(queue.prototype, 'createSocketRequest')
  const { KafkaJSConnectionError } = require('kafkajs/src/errors')
  const greeted = new WeakSet<Broker>()

  broker.prototype.isConnected = function (this: Broker) {
    return greeted.has(this) && isConnected.call(this)
  }
  broker.prototype.connect = async function (this: Broker) {
    try {
      await connect.call(this)
    } catch (error) {
      const isUnanswered = (error as Error).name === 'KafkaJSRequestTimeoutError'
      if (!isUnanswered || greeted.has(this)) throw error
      throw new KafkaJSConnectionError(UNANSWERED, { broker: this.brokerAddress })
    }
    greeted.add(this)
  }
  queue.prototype.createSocketRequest = function (this: RequestQueue, pushed) {
    const request = createRequest.call(this, pushed)
    const { entry, requestTimeout } = pushed
    if (entry.apiName === 'ApiVersions' && requestTimeout) request.requestTimeout = requestTimeout
    return request
  }
}

/**
 * Behind an answer kafkajs keeps a view of no byte: the answer's memory stays with it until the next one, and that one is
 * copied, megabytes of a fetch, to be joined to nothing.
 */
function guardAnswers({ prototype }: Class<Connection>): void {
  const read = original(prototype, 'processData')
  prototype.processData = function (this: Connection, bytes) {
    read.call(this, bytes)
    if (this.bytesBuffered === 0) this.chunks = []
  }
}

function guardMemberships({ prototype }: Class<ConsumerGroup>): void {
  const join = original(prototype, 'joinAndSync')
  const heartbeat = original(prototype, 'heartbeat')
  const recover = original(prototype, 'recoverFromFetch')
  const fetch = original(prototype, 'fetch')
  original(prototype, 'commitOffsets')
  original(prototype, 'generatePartitionsPerSubscribedTopic')

  prototype.joinAndSync = async function (this: ConsumerGroup) {
    const hooks = this.assigners[0]?.hooks
    if (hooks?.positions) return assignLocally(this, hooks.positions())
    const { groupId, cluster } = this
    await hooks?.beforeJoin({
      commit: (positions) => this.commitOffsets({ topics: byTopic(positions) }),
      heartbeat: (interval) => heartbeat.call(this, { interval }),
      async members() {
        const coordinator = await cluster.findGroupCoordinator({ groupId })
        const { groups } = await coordinator.describeGroups({ groupIds: [groupId] })
        return groups[0].members
      },
      async remove(memberId) {
        const coordinator = await cluster.findGroupCoordinator({ groupId })
        await coordinator.leaveGroup({ groupId, memberId })
      },
    })
    if (hooks) this.memberId ??= hooks.memberId
    await join.call(this)
    if (hooks) hooks.memberId = this.memberId
  }
  prototype.heartbeat = async function (this: ConsumerGroup, options) {
    const hooks = this.assigners[0]?.hooks
    // After a failed join kafkajs would fetch on without a member id, and its heartbeats would do nothing.
    if (hooks && !hooks.isMember()) throw rebalancing('not a member of the group')
    return heartbeat.call(this, options)
  }
  prototype.fetch = async function (this: ConsumerGroup, nodeId) {
    const batches = await fetch.call(this, nodeId)
    const hooks = this.assigners[0]?.hooks
    for (const { topic, partition, rawMessages } of batches) {
      hooks?.withheld(topic, partition, rawMessages.found.withheld)
    }
    return batches
  }
  prototype.recoverFromFetch = async function (this: ConsumerGroup, error) {
    const hooks = this.assigners[0]?.hooks
    if (!hooks) return recover.call(this, error)
    hooks.fetchFailed(error)
    if (error.name === 'KafkaJSStaleTopicMetadataAssignment') {
      throw new Error(`partitions of ${error.topic} were changed while it is read`)
    }
    if (error.name === 'KafkaJSOffsetOutOfRange') {
      const { topic, partition } = error
      const earliest = await hooks.outOfRange(topic, partition)
      this.offsetManager.resolveOffset({ topic, partition, offset: String(earliest - 1n) })
      return
    }
    await hooks.rest()
    // kafkajs joins again here, in the middle of the other brokers' fetches; the assignment did not change.
    if (LEADER_MOVED.includes(error.type ?? '')) return this.cluster.refreshMetadata()
    return recover.call(this, error)
  }
}

/** Assigns topic-partitions without a coordinator: no group is made, nothing to delete, no join delay of the broker. */
function assignLocally(group: ConsumerGroup, positions: ReadPosition[]): void {
  const topics = byTopic(positions)
  const assignment = topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((p) => p.partition),
  }))
  const Manager: Class<OffsetManager> = require('kafkajs/src/consumer/offsetManager')
  const manager = new Manager({
    cluster: group.cluster,
    topicConfigurations: group.topicConfigurations,
    instrumentationEmitter: group.instrumentationEmitter,
    memberAssignment: Object.fromEntries(assignment.map((a) => [a.topic, a.partitions])),
    autoCommit: false,
    groupId: '', // the manager then keeps offsets to itself and asks no coordinator
  })
  const offsets = manager.committedOffsets()
  for (const { topic, partition, offset } of positions) offsets[topic][partition] = String(offset)
  group.partitionsPerSubscribedTopic = group.generatePartitionsPerSubscribedTopic()
  group.topics = assignment.map((a) => a.topic)
  group.subscriptionState.assign(assignment)
  group.offsetManager = manager
}

function byTopic(positions: ReadPosition[]) {
  return [...Map.groupBy(positions, (p) => p.topic)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
  }))
}

function original<T, K extends keyof T & string>(prototype: T, name: K): T[K] {
  if (typeof prototype[name] === 'function') return prototype[name]
  throw new Error(
    `kafkajs: no method ${name}; check infra/kafka/connection/guards.ts against its internals`,
  )
}
