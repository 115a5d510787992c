// A member of a consumer group: one queue owns its state, a rebalance only puts an event into it.
import type { Consumer, EachBatchPayload } from 'kafkajs'
import { sleep } from '../../clock.ts'
import type {
  GroupOptions,
  PartitionOffsets,
  StartOffset,
  TopicPartition,
} from '../../event-log/event-log.ts'
import { isGone, thisProcess } from '../../program/process-name.ts'
import { isFencing, type Membership, type Position } from '../connection/guards.ts'
import { isRefused, rootCause } from '../problem.ts'
import { createReader, HEARTBEAT_MS, type ReaderOptions } from './reader.ts'
import type { WatchedSubscription } from './tail.ts'

/** Committed offsets only tell lag: start offsets are the handler's. */
const COMMIT_EVERY_MS = 2000

export type GroupDeps = Pick<
  ReaderOptions,
  'kafka' | 'clock' | 'logger' | 'times' | 'explain' | 'ignored'
> & {
  offsets(topic: string): Promise<PartitionOffsets[]>
}

/** Resolves when the member runs; its handler is called whenever the group gives it something. */
export async function startGroup(
  { group, topics, handler }: GroupOptions,
  deps: GroupDeps,
): Promise<WatchedSubscription> {
  const { clock, logger } = deps
  const who = `group ${group}`
  const { promise: done, resolve: finish, reject } = Promise.withResolvers<void>()
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
  done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once

  /** What the handler was given and has not given up. */
  let held: TopicPartition[] = []
  /** Next offsets of what is being read: part of `held`. */
  const owned = new Map<string, Position>()
  let membership: Membership | null = null
  let isMember = false
  /** Set when the generation is over: what was fetched before must not be worked through. */
  let fence: Error | null = null
  let state: 'open' | 'closing' | 'failed' = 'open'
  let committedAt = 0
  let cancelCommit: (() => void) | null = null
  let queue: Promise<unknown> = Promise.resolve()

  /** The owner loop: one event after the other; the first error ends the member. */
  function enqueue(event: () => Promise<void>): Promise<void> {
    const turn = queue.then(() => (state === 'failed' ? undefined : event()))
    queue = turn.catch((error: Error) => fail(error))
    return turn
  }

  function fail(error: Error): void {
    if (state === 'failed') return
    state = 'failed'
    cancelCommit?.()
    reject(error)
    void reader.stop().then(leave)
  }

  async function commit(positions: Position[]): Promise<void> {
    committedAt = clock.now()
    cancelCommit?.()
    cancelCommit = null
    if (positions.length === 0) return
    try {
      await membership?.commit(positions)
    } catch (thrown) {
      const error = thrown as Error
      if (isFencing(error)) fence ??= error
      logger?.debug({ error: error.message }, `${who}: offsets not committed, lag looks larger`)
    }
  }

  /** Drain is done when this runs: checkpoint, then give up. */
  async function giveUp(): Promise<void> {
    if (held.length === 0) return
    const lost = held
    const alive = keepAlive(async () => membership?.heartbeat(HEARTBEAT_MS))
    try {
      await reader.watchdog.during('revoked', () => handler.revoked(lost))
    } finally {
      alive()
    }
    const positions = [...owned.values()]
    held = []
    owned.clear()
    await commit(positions)
  }

  /**
   * A member that was killed holds its work until its session ends. When its successor comes before that, and can see that
   * it was a process of this very machine and is no more, it takes its leave for it. A mistake would cost one rebalance.
   */
  async function removeTheGone(next: Membership): Promise<void> {
    try {
      const here = thisProcess()
      for (const { memberId, clientId } of await next.members()) {
        if (!isGone(clientId, here)) continue
        await next.remove(memberId)
        logger?.info(`${who}: ${clientId} is no more; its work is free at once`)
      }
    } catch (error) {
      logger?.debug({ error: (error as Error).message }, `${who}: dead members wait for their end`)
    }
  }

  /** Restore, seek, and only then take batches. */
  async function take(consumer: Consumer, assignment: TopicPartition[]): Promise<void> {
    if (state !== 'open' || assignment.length === 0) return
    held = assignment
    // Heartbeats go on meanwhile: with everything paused kafkajs' fetch loop does nothing else.
    const starts = await reader.watchdog.during('assigned', () => handler.assigned(assignment))
    const positions = await reader.watchdog.during('finding the start offsets', () =>
      patiently(() => startPositions(assignment, starts, deps.offsets)),
    )
    if (!positions || !isMember) return // the next assignment is on its way, after `revoked`
    try {
      for (const { topic, partition, offset } of positions) {
        consumer.seek({ topic, partition, offset: String(offset) })
      }
      for (const position of positions) owned.set(keyOf(position), position)
      await commit(positions)
      consumer.resume(byTopic(assignment))
    } catch (error) {
      // kafkajs refuses both only when it crashed meanwhile: the reader starts again, and everything is assigned anew.
      logger?.debug({ error: (error as Error).message }, `${who}: crashed before its first fetch`)
    }
  }

  /** Asks the broker until it answers: an outage just now must not end the member. Null when it is no member any more. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        return await ask()
      } catch (thrown) {
        const error = rootCause(thrown)
        if (!isMember || state !== 'open') return null
        if (error instanceof UnusableStart || isRefused(error)) throw error
        reader.watchdog.failed(error)
        await sleep(clock, HEARTBEAT_MS)
      }
    }
  }

  /** Heartbeats while a handler runs; the returned function ends them. */
  function keepAlive(heartbeat: () => Promise<void>): () => void {
    let isOver = false
    let cancel = () => {}
    const next = () => {
      cancel = clock.schedule(HEARTBEAT_MS, () => {
        heartbeat().then(
          () => isOver || next(),
          (error) => {
            if (isFencing(error)) fence ??= error
            if (!isOver) next() // a member that drains keeps its session by beating on
          },
        )
      })
    }
    next()
    return () => {
      isOver = true
      cancel()
    }
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch
    if (state !== 'open') return
    if (fence) throw fence
    try {
      await payload.heartbeat()
    } catch (error) {
      if (isFencing(error)) fence = error as Error
      throw error
    }
    const position = owned.get(keyOf({ topic, partition }))
    if (!position) return
    const alive = keepAlive(payload.heartbeat)
    try {
      for (const batch of reader.slices(payload, position.offset)) {
        await enqueue(async () => {
          if (state !== 'open' || fence) return
          const what = `the handler of ${topic}/${partition}`
          await reader.watchdog.during(what, () => handler.batch(batch))
          position.offset = batch.next
          payload.resolveOffset(String(batch.next - 1n))
        }).catch(() => {}) // the owner loop ended the member with it
        if (state !== 'open') return
        if (fence) throw fence
      }
    } finally {
      alive()
    }
    if (clock.now() - committedAt >= COMMIT_EVERY_MS) await commit([...owned.values()])
    else commitLater()
  }

  /** Where the flow stops, the last positions must be told too: lag would seem to stand. */
  function commitLater(): void {
    cancelCommit ??= clock.schedule(COMMIT_EVERY_MS, () => {
      cancelCommit = null
      void enqueue(() => commit([...owned.values()])).catch(() => {}) // the owner loop ended the member with it
    })
  }

  const reader = createReader({
    ...deps,
    who,
    groupId: group,
    topics,
    hooks: {
      positions: null,
      isMember: () => isMember,
      async beforeJoin(next) {
        const isNew = membership === null
        isMember = false
        await enqueue(giveUp).catch(() => {}) // the owner loop ended the member with it
        membership = next
        if (isNew) await removeTheGone(next)
      },
      async outOfRange(topic, partition) {
        const earliest = (await deps.offsets(topic))[partition].earliest
        logger?.warn({ topic, partition }, `${who}: overtaken by retention, goes on at ${earliest}`)
        const position = owned.get(keyOf({ topic, partition }))
        if (position) position.offset = earliest
        return earliest
      },
    },
    joined(consumer, assignment) {
      isMember = true
      fence = null
      consumer.pause(byTopic(assignment))
      void enqueue(() => take(consumer, assignment)).catch(() => {}) // the owner loop ended the member with it
    },
    eachBatch,
    lost() {
      isMember = false
      membership = null
    },
    failed: fail,
  })
  await reader.start()

  return {
    done,
    gone,
    reasons: () => reader.watchdog.reasons(),
    async close() {
      if (state === 'open') {
        state = 'closing'
        await enqueue(giveUp).catch(() => {}) // `done` carries the error to the owner
        cancelCommit?.()
        await reader.stop()
        finish()
        leave()
      }
      await done.catch(() => {}) // `done` itself carries the error to the owner
      await gone
    },
  }
}

/** The handler's fault: asking again would not help. */
class UnusableStart extends Error {}

/** The handler's start offsets as numbers; one outside the log means the earliest record. */
async function startPositions(
  assignment: TopicPartition[],
  starts: StartOffset[],
  offsets: GroupDeps['offsets'],
): Promise<Position[]> {
  const topics = [...new Set(assignment.map((a) => a.topic))]
  const bounds = new Map(await Promise.all(topics.map(async (t) => [t, await offsets(t)] as const)))
  return assignment.map(({ topic, partition }) => {
    const start = starts.find((s) => s.topic === topic && s.partition === partition)
    if (!start) {
      throw new UnusableStart(
        `group handler: assigned() gave no start offset for ${topic}/${partition}`,
      )
    }
    const { earliest, latest } = bounds.get(topic)!.find((b) => b.partition === partition)!
    if (start.offset === 'earliest') return { topic, partition, offset: earliest }
    if (start.offset === 'latest') return { topic, partition, offset: latest }
    const isInside = start.offset >= earliest && start.offset <= latest
    return { topic, partition, offset: isInside ? start.offset : earliest }
  })
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

function byTopic(partitions: TopicPartition[]): { topic: string; partitions: number[] }[] {
  return [...Map.groupBy(partitions, (p) => p.topic)].map(([topic, list]) => ({
    topic,
    partitions: list.map((p) => p.partition),
  }))
}
