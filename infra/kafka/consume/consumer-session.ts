// One kafkajs consumer from its connection to its end; after a crash the reader makes another one.
import kafkajs, { type Assigner, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs'
import { type Clock, sleep } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import { RETRY } from '../connection/client.ts'
import type { ReaderHooks } from '../connection/guards.ts'

/** After a rebalance everything fetched before is dropped: little is lost, rejoining stays fast. */
const MAX_BYTES_PER_PARTITION = 512 * 1024
/** How long a broker may hold a fetch that finds nothing; what arrives meanwhile is answered at once. */
const GROUP_WAIT_MS = 500 // also the pause between a restored assignment and its first fetch
const TAIL_WAIT_MS = 2000
export const HEARTBEAT_MS = 1000
const REBALANCE_TIMEOUT_MS = 60_000
/** A join that takes longer than this when the session ends is left to itself. */
const JOIN_PATIENCE_MS = 2000

export type SessionOptions = {
  kafka: Kafka
  clock: Clock
  logger: Logger | undefined
  /** For messages: `group tasks`, `tail city.run`. */
  who: string
  groupId: string
  topics: string[]
  sessionTimeoutMs: number
  hooks: ReaderHooks
  eachBatch(payload: EachBatchPayload): Promise<void>
  /** The consumer cannot go on: kafkajs ended it, or its join failed. */
  crashed(error: Error): void
}

export class ConsumerSession {
  readonly #options: SessionOptions
  readonly #consumer: Consumer
  #joining: Promise<void> = Promise.resolve()

  constructor(options: SessionOptions) {
    const { kafka, groupId, hooks, sessionTimeoutMs } = options
    this.#options = options
    this.#consumer = kafka.consumer({
      groupId,
      partitionAssigners: [assignerWith(hooks)],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxWaitTimeInMs: hooks.positions ? TAIL_WAIT_MS : GROUP_WAIT_MS,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      // kafkajs' own restart forgets its reader's state; ours starts from the positions.
      retry: { ...RETRY, restartOnFailure: async () => false },
    })
  }

  get consumer(): Consumer {
    return this.#consumer
  }

  /** Resolves when it is connected and about to join. */
  async start(): Promise<void> {
    const { topics, eachBatch, crashed } = this.#options
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics })
    // Not awaited: it resolves after the first join, which waits for the other members to drain.
    this.#joining = this.#consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch,
      })
      .catch(crashed)
  }

  /** kafkajs cannot leave a group that it is still joining; that one is left behind when the others take long. */
  async end(): Promise<void> {
    const { clock, logger, who } = this.#options
    const left = this.#joining
      .then(() => this.#consumer.disconnect())
      .catch((error: Error) => {
        logger?.debug({ error: error.message }, `${who}: disconnecting failed`)
      })
    let isJoining = true
    void this.#joining.then(() => {
      isJoining = false
    })
    await Promise.resolve()
    await (isJoining ? Promise.race([left, sleep(clock, JOIN_PATIENCE_MS)]) : left)
  }
}

/** Round robin for groups; it also carries the hooks to the guards, which see only the assigner. */
function assignerWith(hooks: ReaderHooks) {
  return (config: Parameters<typeof kafkajs.PartitionAssigners.roundRobin>[0]): Assigner =>
    Object.assign(kafkajs.PartitionAssigners.roundRobin(config), { hooks })
}
