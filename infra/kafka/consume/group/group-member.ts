// A member of a consumer group: its owner loop alone touches its state, a rebalance only puts an event into it.
import type { Consumer, EachBatchPayload } from 'kafkajs'
import { sleep } from '../../../clock.ts'
import type {
  GroupOptions,
  PartitionOffsets,
  TopicPartition,
} from '../../../event-log/event-log.ts'
import type { Membership, ReadPosition } from '../../connection/guards.ts'
import { isRefused, rootCause } from '../../problem.ts'
import { HEARTBEAT_MS } from '../consumer-session.ts'
import { KafkaReader, type ReaderOptions } from '../reader.ts'
import type { WatchedSubscription } from '../subscription.ts'
import { CommitTimer } from './commit-timer.ts'
import { removeDeparted } from './departed-members.ts'
import { Fence } from './fence.ts'
import { keepAlive } from './heartbeats.ts'
import { HeldPartitions } from './held-partitions.ts'
import { OwnerLoop } from './owner-loop.ts'
import { startPositions, UnusableStart } from './start-positions.ts'

export type GroupDeps = Pick<
  ReaderOptions,
  'kafka' | 'clock' | 'logger' | 'times' | 'explain' | 'ignored'
> & {
  offsets(topic: string): Promise<PartitionOffsets[]>
}

/** Resolves when the member runs; its handler is called whenever the group gives it something. */
export async function startGroup(
  options: GroupOptions,
  deps: GroupDeps,
): Promise<WatchedSubscription> {
  const member = new KafkaGroupMember(options, deps)
  await member.start()
  return member
}

class KafkaGroupMember implements WatchedSubscription {
  readonly done: Promise<void>
  readonly gone: Promise<void>
  readonly #done = Promise.withResolvers<void>()
  readonly #gone = Promise.withResolvers<void>()
  readonly #who: string
  readonly #handler: GroupOptions['handler']
  readonly #deps: GroupDeps
  readonly #reader: KafkaReader
  readonly #loop = new OwnerLoop((error) => this.#end(error))
  readonly #held = new HeldPartitions()
  readonly #fence = new Fence()
  readonly #commits: CommitTimer
  #membership: Membership | null = null
  #isMember = false
  #isClosing = false

  constructor({ group, topics, handler }: GroupOptions, deps: GroupDeps) {
    this.done = this.#done.promise
    this.gone = this.#gone.promise
    this.done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once
    this.#who = `group ${group}`
    this.#handler = handler
    this.#deps = deps
    this.#commits = new CommitTimer(deps.clock, () =>
      this.#enqueue(() => this.#commit(this.#held.positions)),
    )
    this.#reader = new KafkaReader({
      ...deps,
      who: this.#who,
      groupId: group,
      topics,
      hooks: {
        positions: null,
        isMember: () => this.#isMember,
        beforeJoin: (membership) => this.#beforeJoin(membership),
        outOfRange: (topic, partition) => this.#outOfRange(topic, partition),
      },
      joined: (consumer, assignment) => this.#joined(consumer, assignment),
      eachBatch: (payload) => this.#eachBatch(payload),
      lost: () => {
        this.#isMember = false
        this.#membership = null
      },
      failed: (error) => this.#loop.fail(error),
    })
  }

  start(): Promise<void> {
    return this.#reader.start()
  }

  reasons(): string[] {
    return this.#reader.watchdog.reasons()
  }

  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#isClosing = true
      await this.#enqueue(() => this.#giveUp())
      this.#commits.cancel()
      await this.#reader.stop()
      this.#done.resolve()
      this.#gone.resolve()
    }
    await this.done.catch(() => {}) // `done` itself carries the error to the owner
    await this.gone
  }

  get #isOpen(): boolean {
    return !this.#isClosing && !this.#loop.hasFailed
  }

  /** Resolves when the event had its turn; an error of it ends the member, and `done` carries it to the owner. */
  #enqueue(event: () => Promise<void>): Promise<void> {
    return this.#loop.run(event).catch(() => {})
  }

  #end(error: Error): void {
    this.#commits.cancel()
    this.#done.reject(error)
    void this.#reader.stop().then(() => this.#gone.resolve())
  }

  async #beforeJoin(membership: Membership): Promise<void> {
    const isNew = this.#membership === null
    this.#isMember = false
    await this.#enqueue(() => this.#giveUp())
    this.#membership = membership
    if (isNew) await removeDeparted(membership, this.#deps.logger, this.#who)
  }

  #joined(consumer: Consumer, assignment: TopicPartition[]): void {
    this.#isMember = true
    this.#fence.lower()
    consumer.pause(byTopic(assignment))
    void this.#enqueue(() => this.#take(consumer, assignment))
  }

  /** Restore, seek, and only then take batches. */
  async #take(consumer: Consumer, assignment: TopicPartition[]): Promise<void> {
    if (!this.#isOpen || assignment.length === 0) return
    const { watchdog } = this.#reader
    this.#held.take(assignment)
    // Heartbeats go on meanwhile: with everything paused kafkajs' fetch loop does nothing else.
    const starts = await watchdog.during('assigned', () => this.#handler.assigned(assignment))
    const positions = await watchdog.during('finding the start offsets', () =>
      this.#patiently(() => startPositions(assignment, starts, this.#deps.offsets)),
    )
    if (!positions || !this.#isMember) return // the next assignment is on its way, after `revoked`
    try {
      for (const { topic, partition, offset } of positions) {
        consumer.seek({ topic, partition, offset: String(offset) })
      }
      this.#held.startAt(positions)
      await this.#commit(positions)
      consumer.resume(byTopic(assignment))
    } catch (error) {
      // kafkajs refuses both only when it crashed meanwhile: the reader starts again, and everything is assigned anew.
      const text = `${this.#who}: crashed before its first fetch`
      this.#deps.logger?.debug({ error: (error as Error).message }, text)
    }
  }

  /** Asks the broker until it answers: an outage just now must not end the member. Null when it is no member any more. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        return await ask()
      } catch (thrown) {
        const error = rootCause(thrown)
        if (!this.#isMember || !this.#isOpen) return null
        if (error instanceof UnusableStart || isRefused(error)) throw error
        this.#reader.watchdog.failed(error)
        await sleep(this.#deps.clock, HEARTBEAT_MS)
      }
    }
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    if (!this.#isOpen) return
    this.#fence.check()
    try {
      await payload.heartbeat()
    } catch (error) {
      this.#fence.consider(error)
      throw error
    }
    const position = this.#held.positionOf(payload.batch)
    if (!position) return
    const end = keepAlive(this.#deps.clock, this.#fence, payload.heartbeat)
    try {
      for (const batch of this.#reader.slices(payload, position.offset)) {
        await this.#enqueue(async () => {
          if (!this.#isOpen || this.#fence.isUp) return
          const what = `the handler of ${batch.topic}/${batch.partition}`
          await this.#reader.watchdog.during(what, () => this.#handler.batch(batch))
          position.offset = batch.next
          payload.resolveOffset(String(batch.next - 1n))
        })
        if (!this.#isOpen) return
        this.#fence.check()
      }
    } finally {
      end()
    }
    if (this.#commits.isDue) await this.#commit(this.#held.positions)
    else this.#commits.schedule()
  }

  async #outOfRange(topic: string, partition: number): Promise<bigint> {
    const { earliest } = (await this.#deps.offsets(topic))[partition]
    const text = `${this.#who}: overtaken by retention, goes on at ${earliest}`
    this.#deps.logger?.warn({ topic, partition }, text)
    const position = this.#held.positionOf({ topic, partition })
    if (position) position.offset = earliest
    return earliest
  }

  /** Drain is done when this runs: checkpoint, then give up. */
  async #giveUp(): Promise<void> {
    const lost = this.#held.list
    if (lost.length === 0) return
    const end = keepAlive(this.#deps.clock, this.#fence, async () =>
      this.#membership?.heartbeat(HEARTBEAT_MS),
    )
    try {
      await this.#reader.watchdog.during('revoked', () => this.#handler.revoked(lost))
    } finally {
      end()
    }
    const { positions } = this.#held
    this.#held.clear()
    await this.#commit(positions)
  }

  async #commit(positions: ReadPosition[]): Promise<void> {
    this.#commits.restart()
    if (positions.length === 0) return
    try {
      await this.#membership?.commit(positions)
    } catch (thrown) {
      this.#fence.consider(thrown)
      const text = `${this.#who}: offsets not committed, lag looks larger`
      this.#deps.logger?.debug({ error: (thrown as Error).message }, text)
    }
  }
}

function byTopic(partitions: TopicPartition[]): { topic: string; partitions: number[] }[] {
  return [...Map.groupBy(partitions, (p) => p.topic)].map(([topic, list]) => ({
    topic,
    partitions: list.map((p) => p.partition),
  }))
}
