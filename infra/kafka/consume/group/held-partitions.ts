// What a member's handler was given and has not given up, and how far each of it has been read.
import type { TopicPartition } from '../../../event-log/event-log.ts'
import type { ReadPosition } from '../../connection/guards.ts'

export class HeldPartitions {
  #held: TopicPartition[] = []
  /** Of what is being read: those held whose start is known. */
  readonly #positions = new Map<string, ReadPosition>()

  get list(): TopicPartition[] {
    return this.#held
  }

  get positions(): ReadPosition[] {
    return [...this.#positions.values()]
  }

  /** From here on `revoked` is owed; nothing of it is read yet. */
  take(assignment: TopicPartition[]): void {
    this.#held = assignment
  }

  startAt(positions: ReadPosition[]): void {
    for (const position of positions) this.#positions.set(keyOf(position), position)
  }

  /** To be moved on as batches are worked through; undefined = not read by this member. */
  positionOf(partition: TopicPartition): ReadPosition | undefined {
    return this.#positions.get(keyOf(partition))
  }

  clear(): void {
    this.#held = []
    this.#positions.clear()
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
