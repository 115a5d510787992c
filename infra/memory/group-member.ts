// A member of a memory log's group: one loop gives up, takes over and hands batches to the handler, never two at once.
import type { Clock } from '../clock.ts'
import type { GroupHandler, StartOffset } from '../event-log/event-log.ts'
import { type GroupSeat, identity, type MemoryGroup } from './group.ts'
import { type Cursor, MemoryReader, type MemorySubscription, type Partition } from './reader.ts'

/** It joins when it is made; its handler is first called in a later turn of the event loop. */
export class MemoryGroupMember implements GroupSeat, MemorySubscription {
  readonly topics: ReadonlySet<string>
  readonly done: Promise<void>
  readonly #group: MemoryGroup
  readonly #handler: GroupHandler
  // A group whose start offset is out of range goes on at the earliest record, as with Kafka's reset policy.
  readonly #reader: MemoryReader
  /** What it has; null until the handler has said where to start. */
  readonly #owned = new Map<Partition, Cursor | null>()
  readonly #abandoned = Promise.withResolvers<void>()
  /** There may be a rebalance step to do. */
  #isUnsettled = true
  #isClosing = false
  #isGone = false

  constructor(
    group: MemoryGroup,
    topics: string[],
    handler: GroupHandler,
    clock: Pick<Clock, 'now' | 'turn'>,
  ) {
    this.#group = group
    this.#reader = new MemoryReader(() => {}, clock)
    this.topics = new Set(topics)
    this.#handler = handler
    group.join(this)
    // The loop starts in its own turn: the caller gets the subscription before its handler is called.
    const run = Promise.resolve().then(() => this.#run())
    this.done = Promise.race([run, this.#abandoned.promise])
  }

  poke(): void {
    this.#isUnsettled = true
    this.#reader.poke()
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.poke()
    await this.done.catch(() => {}) // `done` itself carries the error to the owner
  }

  /** The member's sudden death: its handler hears nothing, and its topic-partitions are free at once. */
  abandon(): void {
    this.#vanish()
    this.#reader.poke()
    this.#abandoned.resolve()
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        if (this.#isUnsettled) {
          this.#isUnsettled = false
          if (await this.#settle()) this.poke()
          else if (this.#isClosing) return
        }
        await this.#reader.wait()
        if (this.#isGone) return
        const taken = this.#isUnsettled ? null : this.#reader.take()
        if (!taken) continue
        await this.#handler.batch(taken.batch)
        if (this.#isGone) return
        this.#group.commit(taken.cursor.partition, taken.next)
        this.#reader.advance(taken.cursor, taken.next)
      }
    } finally {
      this.#vanish()
    }
  }

  /** One rebalance step if there is one to do: giving up comes before taking. */
  async #settle(): Promise<boolean> {
    const lost = [...this.#owned.keys()].filter(
      (partition) => this.#isClosing || !this.#group.isMeantFor(this, partition),
    )
    if (lost.length > 0) {
      await this.#revoke(lost)
      return true
    }
    if (this.#isClosing) return false
    const gained = this.#group.claim(this)
    if (gained.length > 0) await this.#take(gained)
    return gained.length > 0
  }

  async #revoke(lost: Partition[]): Promise<void> {
    for (const partition of lost) this.#reader.stop(this.#owned.get(partition)!)
    await this.#handler.revoked(lost.map(identity))
    if (this.#isGone) return
    for (const partition of lost) this.#owned.delete(partition)
    this.#group.release(lost)
  }

  async #take(gained: Partition[]): Promise<void> {
    for (const partition of gained) this.#owned.set(partition, null)
    const starts = await this.#handler.assigned(gained.map(identity))
    if (this.#isGone) return
    for (const partition of gained) {
      const position = positionOf(partition, starts)
      this.#group.commit(partition, position)
      this.#owned.set(partition, this.#reader.open(partition, position))
    }
  }

  /** Nothing of the member is left in the group; a second call does nothing. */
  #vanish(): void {
    if (this.#isGone) return
    this.#isGone = true
    for (const cursor of this.#owned.values()) if (cursor) this.#reader.stop(cursor)
    this.#group.leave(this, this.#owned.keys())
  }
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
