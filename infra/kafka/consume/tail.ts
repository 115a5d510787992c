// A reader without a group: positions are its own, it tells nobody, and its topic-partitions are assigned locally.
import type { EachBatchPayload } from 'kafkajs'
import type { PartitionOffsets, Subscription, TailOptions } from '../../event-log/event-log.ts'
import { Problem, problemText } from '../../problem.ts'
import { createReader, type ReaderOptions } from './reader.ts'

export type TailDeps = Pick<
  ReaderOptions,
  'kafka' | 'clock' | 'logger' | 'times' | 'explain' | 'ignored'
> & {
  clientId: string
  offsets(topic: string): Promise<PartitionOffsets[]>
  /** First offset at or after a timestamp per partition; the end where everything is older. */
  offsetsAt(topic: string, timestamp: number): Promise<{ partition: number; offset: bigint }[]>
}

export type WatchedSubscription = Subscription & {
  /** Why it is not ready; empty = it is. */
  reasons(): string[]
  /** Resolves when its connections are closed; `close` does not wait for that. */
  gone: Promise<void>
}

/** Resolves when the reader runs; its positions were taken before. */
export async function startTail(
  options: TailOptions,
  deps: TailDeps,
): Promise<WatchedSubscription> {
  const { topic, batch: handle } = options
  const positions = await startPositions(options, deps)
  const { promise: done, resolve: finish, reject } = Promise.withResolvers<void>()
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
  done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once
  let isOver = false
  let running: Promise<void> = Promise.resolve()

  function end(error: Error | null): void {
    if (isOver) return
    isOver = true
    if (error) reject(error)
    // Not awaited: kafkajs lets its last fetch run out, up to two seconds.
    void reader.stop().then(leave)
    if (!error) void running.then(finish)
  }

  const reader = createReader({
    ...deps,
    who: `tail ${topic}`,
    groupId: `${deps.clientId}-tail`, // kafkajs wants a name; no broker ever hears it
    topics: [topic],
    hooks: {
      positions: () => [...positions].map(([partition, offset]) => ({ topic, partition, offset })),
      beforeJoin: async () => {},
      isMember: () => true,
      async outOfRange(_, partition) {
        const earliest = (await deps.offsets(topic))[partition].earliest
        positions.set(partition, earliest)
        if (!isOver) options.outOfRange?.(partition, earliest)
        return earliest
      },
    },
    async eachBatch(payload: EachBatchPayload) {
      const { partition } = payload.batch
      for (const batch of reader.slices(payload, positions.get(partition)!)) {
        if (isOver) return
        try {
          const call = reader.watchdog.during(`the handler of ${topic}/${partition}`, () =>
            handle(batch),
          )
          running = call.then(
            () => {},
            () => {},
          )
          await call
        } catch (error) {
          end(error as Error)
          return
        }
        positions.set(partition, batch.next)
        payload.resolveOffset(String(batch.next - 1n))
      }
    },
    failed: (error) => end(error),
  })
  await reader.start()

  return {
    done,
    gone,
    reasons: () => reader.watchdog.reasons(),
    async close() {
      end(null)
      await running
    },
  }
}

async function startPositions(
  { topic, partitions, from, outOfRange }: TailOptions,
  deps: TailDeps,
): Promise<Map<number, bigint>> {
  const bounds = await deps.offsets(topic)
  const chosen = partitions ?? bounds.map((b) => b.partition)
  const at =
    typeof from === 'object' && 'timestamp' in from
      ? await deps.offsetsAt(topic, from.timestamp)
      : []
  const positions = new Map<number, bigint>()
  for (const partition of chosen) {
    const bound = bounds.find((b) => b.partition === partition)
    if (!bound) {
      const got = `partition ${partition} of "${topic}"`
      throw new Problem(problemText('tail', got, `a partition in 0..${bounds.length - 1}`))
    }
    if (from === 'earliest' || from === 'latest') positions.set(partition, bound[from])
    else if ('timestamp' in from) {
      positions.set(partition, at.find((a) => a.partition === partition)?.offset ?? bound.latest)
    } else if (from.offset < bound.earliest || from.offset > bound.latest) {
      outOfRange?.(partition, bound.earliest)
      positions.set(partition, bound.earliest)
    } else positions.set(partition, from.offset)
  }
  return positions
}
