// Writes one task's checkpoints: cut at a window's close, packed and written when all outputs before it are acknowledged.
import { taskKey } from '../../contract/keys.ts'
import type { Task } from '../../task/task.ts'
import { outputRecord } from '../output-record.ts'
import type { Packing } from './packing.ts'
import type { TaskCounters } from './task-counters.ts'
import type { TaskOutputs, TaskPlace } from './task-publisher.ts'

/** Twice the least that design.md §7 allows: a restore reads little more, and packing takes half as much of a busy core. */
export const CHECKPOINT_MS = 4000

export type CheckpointerParts = {
  counters: Pick<TaskCounters, 'checkpoint'>
  packing: Pick<Packing, 'add'>
  /** Least wall ms between two cuts; 0 = at every window's close, whatever waits. */
  everyMs: number
}

export class Checkpointer {
  readonly #task: Task
  readonly #place: TaskPlace
  readonly #outputs: TaskOutputs
  readonly #parts: CheckpointerParts
  #due: number
  #isWaiting = false
  #isReleased = false
  /** A cut that waits to be packed is not written once there is a newer one. */
  #cuts = 0

  constructor(task: Task, place: TaskPlace, outputs: TaskOutputs, parts: CheckpointerParts) {
    this.#task = task
    this.#place = place
    this.#outputs = outputs
    this.#parts = parts
    this.#due = outputs.clock.now() + parts.everyMs
  }

  /** At a window's close: the cut is now, the write follows. */
  cutWhenDue(): void {
    const { clock } = this.#outputs
    if (this.#parts.everyMs === 0) {
      this.#packNow()
      return
    }
    if (this.#isWaiting || clock.now() < this.#due) return
    const pack = this.#task.cut()
    const cut = ++this.#cuts
    this.#due = clock.now() + this.#parts.everyMs
    this.#isWaiting = true
    this.#whenAcknowledged(() =>
      this.#parts.packing.add(() => {
        this.#isWaiting = false
        if (cut === this.#cuts) this.#write(pack)
      }),
    )
  }

  /** The outbox reports a failure to its owner; an unacknowledged output must leave no checkpoint. */
  #whenAcknowledged(write: () => void): void {
    const { outbox } = this.#outputs
    outbox.settled().then(write, () => {})
  }

  /** The cut is now; call what it returns when all outputs so far are acknowledged. */
  cut(): () => void {
    this.#cuts++
    const pack = this.#task.cut()
    return () => this.#write(pack)
  }

  /**
   * Nothing is written any more: the partition belongs to somebody else, or a newer run has begun in it, whose restore
   * must not find an older one's state.
   */
  release(): void {
    this.#isReleased = true
  }

  /** Events wait for it: a batch may close several windows, and each of them is to have one. What waits is packed. */
  #packNow(): void {
    const bytes = this.#packed(this.#task.cut())
    this.#whenAcknowledged(() => this.#send(bytes))
  }

  #write(pack: () => Buffer): void {
    if (!this.#isReleased) this.#send(this.#packed(pack))
  }

  #packed(pack: () => Buffer): Buffer {
    const { clock } = this.#outputs
    const since = clock.now()
    const bytes = pack()
    this.#parts.counters.checkpoint(clock.now() - since, bytes.length)
    return bytes
  }

  #send(bytes: Buffer): void {
    if (this.#isReleased) return
    const { outbox, clock, topics } = this.#outputs
    const record = outputRecord(taskKey.build(this.#place), bytes, clock.now())
    outbox.send(topics.checkpoint, this.#place.partition, record)
  }
}
