// A reader without a group: positions are its own, it commits none, and its topic-partitions are assigned locally.
import type { EachBatchPayload } from 'kafkajs'
import type { PartitionOffsets, TailOptions } from '../../event-log/event-log.ts'
import { Problem, problemText } from '../../problem.ts'
import { KafkaReader, type ReaderOptions } from './reader.ts'
import type { WatchedSubscription } from './subscription.ts'

export type TailDeps = Pick<
  ReaderOptions,
  'kafka' | 'clock' | 'logger' | 'times' | 'explain' | 'ignored'
> & {
  clientId: string
  offsets(topic: string): Promise<PartitionOffsets[]>
  /** First offset at or after a timestamp per partition; the end where everything is older. */
  offsetsAt(topic: string, timestamp: number): Promise<{ partition: number; offset: bigint }[]>
}

/** Resolves when the reader runs; its positions were taken before. */
export async function startTail(
  options: TailOptions,
  deps: TailDeps,
): Promise<WatchedSubscription> {
  const tail = new KafkaTail(options, deps, await startPositions(options, deps))
  await tail.start()
  return tail
}

class KafkaTail implements WatchedSubscription {
  readonly done: Promise<void>
  readonly gone: Promise<void>
  readonly #done = Promise.withResolvers<void>()
  readonly #gone = Promise.withResolvers<void>()
  readonly #options: TailOptions
  readonly #offsets: TailDeps['offsets']
  /** Next offset per partition. */
  readonly #positions: Map<number, bigint>
  readonly #reader: KafkaReader
  #isOver = false
  /** The handler call that runs, or the last one. */
  #running: Promise<void> = Promise.resolve()

  constructor(options: TailOptions, deps: TailDeps, positions: Map<number, bigint>) {
    const { topic } = options
    this.done = this.#done.promise
    this.gone = this.#gone.promise
    this.done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once
    this.#options = options
    this.#offsets = deps.offsets
    this.#positions = positions
    this.#reader = new KafkaReader({
      ...deps,
      who: `tail ${topic}`,
      groupId: `${deps.clientId}-tail`, // kafkajs wants a name; no broker ever hears it
      topics: [topic],
      hooks: {
        positions: () =>
          [...positions].map(([partition, offset]) => ({ topic, partition, offset })),
        beforeJoin: async () => {},
        isMember: () => true,
        outOfRange: (_, partition) => this.#outOfRange(partition),
      },
      eachBatch: (payload) => this.#eachBatch(payload),
      failed: (error) => this.#end(error),
    })
  }

  start(): Promise<void> {
    return this.#reader.start()
  }

  reasons(): string[] {
    return this.#reader.watchdog.reasons()
  }

  async close(): Promise<void> {
    this.#end(null)
    await this.#running
  }

  #end(error: Error | null): void {
    if (this.#isOver) return
    this.#isOver = true
    if (error) this.#done.reject(error)
    // Not awaited: kafkajs lets its last fetch run out, up to two seconds.
    void this.#reader.stop().then(() => this.#gone.resolve())
    if (!error) void this.#running.then(() => this.#done.resolve())
  }

  async #outOfRange(partition: number): Promise<bigint> {
    const { earliest } = (await this.#offsets(this.#options.topic))[partition]
    this.#positions.set(partition, earliest)
    if (!this.#isOver) this.#options.outOfRange?.(partition, earliest)
    return earliest
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, batch: handle } = this.#options
    const { partition } = payload.batch
    for (const batch of this.#reader.slices(payload, this.#positions.get(partition)!)) {
      if (this.#isOver) return
      try {
        const call = this.#reader.watchdog.during(`the handler of ${topic}/${partition}`, () =>
          handle(batch),
        )
        this.#running = call.then(
          () => {},
          () => {},
        )
        await call
      } catch (error) {
        this.#end(error as Error)
        return
      }
      this.#positions.set(partition, batch.next)
      payload.resolveOffset(String(batch.next - 1n))
    }
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
