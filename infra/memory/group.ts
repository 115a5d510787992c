// Consumer groups of the memory log: members share the topic-partitions; joins and leaves move them.
import type { GroupHandler, GroupLag, StartOffset } from '../event-log/event-log.ts'
import { type Cursor, createReader, type MemorySubscription, type Partition } from './reader.ts'

type Member = {
  topics: Set<string>
  target: Set<Partition>
  owned: Map<Partition, Cursor | null>
  poke(): void
}

export type Group = {
  /** `abandon` is a member's sudden death: its handler hears nothing, and its partitions are free at once. */
  join(topics: string[], handler: GroupHandler): MemorySubscription
  lag(): GroupLag[]
}

/**
 * `partitionsOf` lists a topic's partitions; `moved` is told whenever a read position or a membership changed, so
 * that waiting appends try again.
 */
export function createGroup(
  name: string,
  partitionsOf: (topic: string) => Partition[],
  moved: () => void,
): Group {
  const members: Member[] = []
  const owners = new Map<Partition, Member>()
  /** Next offset to read per topic-partition; outlives the members. */
  const committed = new Map<Partition, number>()

  function commit(partition: Partition, position: number): void {
    committed.set(partition, position)
    partition.holds.set(name, position)
    moved()
  }

  /** Deals the sorted topic-partitions out in turn, and holds each at the group's position while anybody is there. */
  function rebalance(): void {
    const topics = [...new Set(members.flatMap((m) => [...m.topics]))].sort()
    for (const member of members) member.target = new Set()
    let turn = 0
    const wanted = new Set<Partition>()
    for (const partition of topics.flatMap(partitionsOf)) {
      const eligible = members.filter((m) => m.topics.has(partition.topic))
      eligible[turn++ % eligible.length].target.add(partition)
      wanted.add(partition)
      if (!committed.has(partition)) committed.set(partition, partition.store.start)
      partition.holds.set(name, committed.get(partition)!)
    }
    for (const partition of committed.keys()) {
      if (!wanted.has(partition)) partition.holds.delete(name)
    }
    for (const member of members) member.poke()
    moved()
  }

  /** Gives ownership up; whoever should have these partitions may take them now. */
  function release(member: Member, partitions: Partition[]): void {
    for (const partition of partitions) {
      member.owned.delete(partition)
      owners.delete(partition)
    }
    for (const other of members) other.poke()
  }

  function leave(member: Member): void {
    members.splice(members.indexOf(member), 1)
    release(member, [...member.owned.keys()])
    rebalance()
  }

  return {
    join(topics, handler) {
      // A group whose start offset is out of range goes on at the earliest record, as with Kafka's reset policy.
      const reader = createReader(() => {})
      const member: Member = {
        topics: new Set(topics),
        target: new Set(),
        owned: new Map(),
        poke: () => {
          unsettled = true
          reader.poke()
        },
      }
      const gone = Promise.withResolvers<void>()
      let closing = false
      let isGone = false
      let unsettled = true // true = there may be a rebalance step to do

      async function revoke(lost: Partition[]): Promise<void> {
        for (const partition of lost) reader.stop(member.owned.get(partition)!)
        await handler.revoked(lost.map(identity))
        if (!isGone) release(member, lost)
      }

      async function take(gained: Partition[]): Promise<void> {
        for (const partition of gained) {
          owners.set(partition, member)
          member.owned.set(partition, null)
        }
        const starts = await handler.assigned(gained.map(identity))
        if (isGone) return
        for (const partition of gained) {
          const position = positionOf(partition, starts)
          commit(partition, position)
          member.owned.set(partition, reader.open(partition, position))
        }
      }

      /** One rebalance step if there is one to do: giving up comes before taking. */
      async function settle(): Promise<boolean> {
        const lost = [...member.owned.keys()].filter((p) => closing || !member.target.has(p))
        if (lost.length > 0) {
          await revoke(lost)
          return true
        }
        if (closing) return false
        const gained = [...member.target].filter((p) => !owners.has(p))
        if (gained.length > 0) await take(gained)
        return gained.length > 0
      }

      async function run(): Promise<void> {
        try {
          for (;;) {
            if (unsettled) {
              unsettled = false
              if (await settle()) member.poke()
              else if (closing) return
            }
            await reader.wait()
            if (isGone) return
            const turn = unsettled ? null : reader.take()
            if (!turn) continue
            await handler.batch(turn.batch)
            if (isGone) return
            commit(turn.cursor.partition, turn.next)
            reader.advance(turn.cursor, turn.next)
          }
        } finally {
          vanish()
        }
      }

      /** Nothing of the member is left in the group; a second call does nothing. */
      function vanish(): void {
        if (isGone) return
        isGone = true
        for (const cursor of member.owned.values()) if (cursor) reader.stop(cursor)
        leave(member)
      }

      members.push(member)
      rebalance()
      // The loop starts in its own turn: the caller gets the subscription before its handler is called.
      const done = Promise.race([Promise.resolve().then(run), gone.promise])
      return {
        done,
        async close() {
          closing = true
          member.poke()
          await done.catch(() => {}) // `done` itself carries the error to the owner
        },
        abandon() {
          vanish()
          reader.poke()
          gone.resolve()
        },
      }
    },
    lag: () =>
      [...committed].map(([partition, position]) => ({
        ...identity(partition),
        committed: BigInt(Math.max(position, partition.store.start)),
        latest: BigInt(partition.store.next),
      })),
  }
}

function identity({ topic, partition }: Partition) {
  return { topic, partition }
}

/** Start position that the handler asked for; an offset outside the log means the earliest record. */
function positionOf(partition: Partition, starts: StartOffset[]): number {
  const { topic, partition: number, store } = partition
  const start = starts.find((s) => s.topic === topic && s.partition === number)
  if (!start) {
    throw new Error(`group handler: assigned() gave no start offset for ${topic}/${number}`)
  }
  if (start.offset === 'earliest') return store.start
  if (start.offset === 'latest') return store.next
  const offset = Number(start.offset)
  return offset < store.start || offset > store.next ? store.start : offset
}
