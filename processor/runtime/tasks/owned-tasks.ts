// The topic-partitions that this process owns, each with its task and what is written of it.
import type { TopicPartition } from '../../../infra/event-log/event-log.ts'
import type { Task } from '../../task/task.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { TaskPlace, TaskPublisher } from './task-publisher.ts'

export type OwnedTask = {
  place: TaskPlace
  task: Task
  publisher: TaskPublisher
  checkpointer: Checkpointer
}

export class OwnedTasks {
  readonly #tasks = new Map<string, OwnedTask>()

  get size(): number {
    return this.#tasks.size
  }

  at(place: TopicPartition): OwnedTask | undefined {
    return this.#tasks.get(nameOf(place))
  }

  /** Takes the place of the task that was there. */
  put(owned: OwnedTask): void {
    this.release(owned.place)
    this.#tasks.set(nameOf(owned.place), owned)
  }

  release(place: TopicPartition): void {
    this.at(place)?.checkpointer.release()
    this.#tasks.delete(nameOf(place))
  }

  /** False once another task, or none, is in its place. */
  holds(owned: OwnedTask): boolean {
    return this.at(owned.place) === owned
  }

  all(): OwnedTask[] {
    return [...this.#tasks.values()]
  }

  /** Smallest watermark of the tasks of this epoch (ms); null when one has none or is of another, or there is no task. */
  watermark(epoch: number): number | null {
    let smallest = Number.POSITIVE_INFINITY
    for (const { task } of this.#tasks.values()) {
      if (task.epoch !== epoch || task.watermark === null) return null
      if (task.watermark < smallest) smallest = task.watermark
    }
    return this.#tasks.size > 0 ? smallest : null
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
