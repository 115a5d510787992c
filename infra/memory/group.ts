// A consumer group of the memory log: which of its members has which topic-partitions, and how far the group has read.
import type { GroupLag, TopicPartition } from '../event-log/event-log.ts'
import type { Partition } from './reader.ts'

/** A member as its group sees it. */
export type GroupSeat = {
  readonly topics: ReadonlySet<string>
  /** What it has and what it should have may differ now. */
  poke(): void
}

/** Its positions outlive its members. */
export class MemoryGroup {
  readonly #name: string
  readonly #partitionsOf: (topic: string) => Partition[]
  readonly #moved: () => void
  readonly #seats: GroupSeat[] = []
  /** Who should have a topic-partition, and who has it: the first waits for the second to give it up. */
  readonly #targets = new Map<Partition, GroupSeat>()
  readonly #owners = new Map<Partition, GroupSeat>()
  /** Next offset to read per topic-partition. */
  readonly #committed = new Map<Partition, number>()

  /**
   * `partitionsOf` lists a topic's partitions; `moved` is called whenever a read position or a membership changed, so
   * that waiting appends try again.
   */
  constructor(name: string, partitionsOf: (topic: string) => Partition[], moved: () => void) {
    this.#name = name
    this.#partitionsOf = partitionsOf
    this.#moved = moved
  }

  join(seat: GroupSeat): void {
    this.#seats.push(seat)
    this.#rebalance()
  }

  /** What it still has is free at once. */
  leave(seat: GroupSeat, owned: Iterable<Partition>): void {
    this.#seats.splice(this.#seats.indexOf(seat), 1)
    this.release(owned)
    this.#rebalance()
  }

  isMeantFor(seat: GroupSeat, partition: Partition): boolean {
    return this.#targets.get(partition) === seat
  }

  /** Makes the member the owner of what it should have and nobody has any more; those topic-partitions. */
  claim(seat: GroupSeat): Partition[] {
    const gained = [...this.#targets.keys()].filter(
      (partition) => this.isMeantFor(seat, partition) && !this.#owners.has(partition),
    )
    for (const partition of gained) this.#owners.set(partition, seat)
    return gained
  }

  /** Gives ownership up; whoever should have these topic-partitions may take them now. */
  release(partitions: Iterable<Partition>): void {
    for (const partition of partitions) this.#owners.delete(partition)
    for (const seat of this.#seats) seat.poke()
  }

  commit(partition: Partition, position: number): void {
    this.#committed.set(partition, position)
    partition.holds.set(this.#name, position)
    this.#moved()
  }

  lag(): GroupLag[] {
    return [...this.#committed].map(([partition, position]) => ({
      ...identity(partition),
      committed: BigInt(Math.max(position, partition.store.start)),
      latest: BigInt(partition.store.next),
    }))
  }

  /** Deals the sorted topic-partitions out in turn, and holds each at the group's position while anybody is there. */
  #rebalance(): void {
    const topics = [...new Set(this.#seats.flatMap((seat) => [...seat.topics]))].sort()
    this.#targets.clear()
    let dealt = 0
    for (const partition of topics.flatMap(this.#partitionsOf)) {
      const eligible = this.#seats.filter((seat) => seat.topics.has(partition.topic))
      this.#targets.set(partition, eligible[dealt++ % eligible.length])
      if (!this.#committed.has(partition)) this.#committed.set(partition, partition.store.start)
      partition.holds.set(this.#name, this.#committed.get(partition)!)
    }
    for (const partition of this.#committed.keys()) {
      if (!this.#targets.has(partition)) partition.holds.delete(this.#name)
    }
    for (const seat of this.#seats) seat.poke()
    this.#moved()
  }
}

export function identity({ topic, partition }: Partition): TopicPartition {
  return { topic, partition }
}
