// The topics of a memory log: made once, looked up by name, each topic-partition with the storage that its topic wants.
import type { TopicSpec } from '../event-log/event-log.ts'
import { collector, Problem, type ProblemCollector, problemText } from '../problem.ts'
import type { Partition } from './reader.ts'
import { type RecordContents, RecordStore } from './records.ts'
import { type Slab, SlabBudget, type SlabContents, SlabStore } from './slabs.ts'
import type { PartitionStore } from './store.ts'

const DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024

export type MemoryTopic = { spec: TopicSpec; partitions: Partition[] }

/** By topic and partition. */
export type LogContents = Map<string, (SlabContents | RecordContents)[]>

export class MemoryTopics {
  readonly #budget: SlabBudget
  readonly #topics = new Map<string, MemoryTopic>()
  #isClosed = false

  /** `budget` is shared by all topics with `retain: 'events'`. */
  constructor(budget: SlabBudget) {
    this.#budget = budget
  }

  /** Topics of their own that hold what these do now, at the same offsets; what is held stays one memory. */
  copy(newestEventBytes = Number.POSITIVE_INFINITY): MemoryTopics {
    const budget = new SlabBudget(this.#budget.limit)
    const copy = new MemoryTopics(budget)
    const slabs = new Map<Slab, Slab>()
    for (const [name, { spec, partitions }] of this.#topics) {
      const copies = partitions.map(({ store }, p) =>
        partitionOf(spec, p, (floor) =>
          store instanceof SlabStore
            ? store.copy(budget, floor, slabs)
            : (store as RecordStore | ReturnType<RecordStore['withLent']>).copy(floor),
        ),
      )
      copy.#topics.set(name, { spec, partitions: copies })
    }
    budget.copyFrom(this.#budget, slabs)
    budget.dropTo(newestEventBytes)
    return copy
  }

  contents(names: readonly string[]): LogContents {
    const storesOf = (name: string) => this.find('contents', name).partitions
    return new Map(
      names.map((name) => [
        name,
        storesOf(name).map(({ store }) => ownStore(name, store).contents()),
      ]),
    )
  }

  fill(contents: LogContents): void {
    const slabs: Slab[] = []
    for (const [name, held] of contents) {
      const { partitions } = this.find('fill', name)
      held.forEach((of, p) => {
        const store = ownStore(name, partitions[p]?.store)
        if (store.next > 0) throw new Error(`fill: ${name}/${p} has records`)
        if (store instanceof SlabStore) slabs.push(...store.fill(of as SlabContents))
        else store.fill(of as RecordContents)
      })
    }
    this.#budget.take(slabs)
  }

  get eventBytes(): number {
    return this.#budget.used
  }

  /** Makes what is missing; a Problem lists everything that cannot be made or is there otherwise, and then nothing is made. */
  ensure(specs: TopicSpec[]): void {
    const problems = collector()
    for (const spec of specs) checkSpec(spec, this.#topics.get(spec.name)?.spec, problems)
    problems.throwIfAny('topics')
    for (const spec of specs) {
      if (this.#topics.has(spec.name)) continue
      const partitions = Array.from({ length: spec.partitions }, (_, p) =>
        createPartition(spec, p, this.#budget),
      )
      this.#topics.set(spec.name, { spec, partitions })
    }
  }

  /** `doing` says who asks. */
  find(doing: string, name: string): MemoryTopic {
    if (this.#isClosed) throw new Error(`${doing}: the log is closed`)
    const topic = this.#topics.get(name)
    if (topic) return topic
    const known = [...this.#topics.keys()].sort().join(', ') || 'none'
    throw new Problem(problemText(doing, `no topic "${name}"`, `one of: ${known}`))
  }

  partition(doing: string, name: string, number: number): Partition {
    const { partitions } = this.find(doing, name)
    if (partitions[number]) return partitions[number]
    const got = `partition ${number} of "${name}"`
    throw new Problem(problemText(doing, got, `a partition in 0..${partitions.length - 1}`))
  }

  /** Of a topic that exists. */
  partitionsOf(name: string): Partition[] {
    return this.#topics.get(name)!.partitions
  }

  /** Of a topic that exists: the most bytes of one record. */
  maxMessageBytes(name: string): number {
    return this.#topics.get(name)!.spec.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES
  }

  /** Bytes held outside the budget, index included. */
  recordBytes(): number {
    let bytes = 0
    for (const { spec, partitions } of this.#topics.values()) {
      if (spec.retain !== 'events') for (const { store } of partitions) bytes += store.bytes
    }
    return bytes
  }

  /** From now on nothing is found. */
  close(): void {
    this.#isClosed = true
  }
}

/** One whose records nobody has lent. */
function ownStore(name: string, store: PartitionStore | undefined): SlabStore | RecordStore {
  if (store instanceof SlabStore || store instanceof RecordStore) return store
  throw new Error(`${name}: a topic-partition that holds no records of its own`)
}

function createPartition(spec: TopicSpec, partition: number, budget: SlabBudget): Partition {
  const { retain = { records: Number.POSITIVE_INFINITY } } = spec
  return partitionOf(spec, partition, (floor) =>
    retain === 'events'
      ? new SlabStore(budget, floor)
      : new RecordStore(retain.records, spec.cleanup.includes('compact'), floor),
  )
}

/** `storeWith` is called with where retention must stop: at the lowest position of any group. */
function partitionOf(
  spec: TopicSpec,
  partition: number,
  storeWith: (floor: () => number) => PartitionStore,
): Partition {
  const holds = new Map<string, number>()
  const floor = () => {
    let lowest = Number.POSITIVE_INFINITY
    for (const position of holds.values()) if (position < lowest) lowest = position
    return lowest
  }
  const store = storeWith(floor)
  return { topic: spec.name, partition, store, holds, cursors: new Set() }
}

function checkSpec(
  spec: TopicSpec,
  existing: TopicSpec | undefined,
  problems: ProblemCollector,
): void {
  const where = `topic ${spec.name}`
  if (!Number.isInteger(spec.partitions) || spec.partitions < 1) {
    problems.add(where, `${spec.partitions} partitions`, 'a whole number from 1')
  }
  const retain = spec.retain ?? 'events'
  if (retain !== 'events' && !(retain.records >= 1)) {
    problems.add(where, `retain ${retain.records} records`, 'a number from 1')
  }
  if (!existing) return
  const todo = 'use the same settings, or another --prefix'
  if (existing.partitions !== spec.partitions) {
    problems.add(where, `${existing.partitions} partitions`, `${spec.partitions}`, todo)
  }
  if (existing.cleanup !== spec.cleanup) {
    problems.add(where, `cleanup ${existing.cleanup}`, spec.cleanup, todo)
  }
}
