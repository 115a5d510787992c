// Counts and offsets per topic-partition of what was recorded, and what is missing in between.
import type { LaneNote } from './manifest.ts'

type Lane = { events: number; first: bigint; last: bigint; missing: number }

export class LaneNotes {
  readonly #lanes = new Map<string, Map<number, Lane>>()

  /** Records come in the order of their offsets. */
  add(topic: string, partition: number, offset: bigint): void {
    const partitions = this.#lanes.get(topic) ?? new Map<number, Lane>()
    this.#lanes.set(topic, partitions)
    const lane = partitions.get(partition)
    if (!lane) {
      partitions.set(partition, { events: 1, first: offset, last: offset, missing: 0 })
      return
    }
    lane.events++
    if (offset > lane.last + 1n) lane.missing += Number(offset - lane.last - 1n)
    lane.last = offset
  }

  /** By topic and partition. */
  list(): LaneNote[] {
    const notes = [...this.#lanes].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { events, first, last, missing }]) => ({
        ...{ topic, partition, events, missing },
        firstOffset: String(first),
        lastOffset: String(last),
      })),
    )
    return notes.sort((a, b) =>
      a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
    )
  }
}
