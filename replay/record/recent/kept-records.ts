// What a log forgets although the events that it belongs to are still there: checkpoints between the newest ones, and what a
// newer record of the same key has replaced.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { taskKey } from '../../../processor/contract/keys.ts'
import { checkpointPosition } from '../../../processor/task/checkpoint.ts'

/** Sim time between checkpoints of a task that are kept; the newest one always is. */
const SPACING_MS = 60_000
/** Of a task: half an hour of them, longer than a log holds what else belongs to them. */
const MOST_CHECKPOINTS = 32
/** Of topics that say something twice under one key, such as when it begins and when it ends. */
const MOST_SAID = 10_000

export type KeptCheckpoint = {
  partition: number
  record: LogRecord
  /** Offset of the first event behind it. */
  next: bigint
  /** Sim ms, when it came. */
  cameAt: number
}

export class KeptRecords {
  /** By key of the task, oldest first. */
  readonly #checkpoints = new Map<string, KeptCheckpoint[]>()
  readonly #said = new Map<string, LogRecord[]>()
  /** Of the newest run that has checkpoints. */
  #epoch = -1

  /** `now` = sim ms. */
  addCheckpoint(partition: number, record: LogRecord, now: number): void {
    const { key, value } = record
    const task = key && taskKey.parse(key.toString())
    if (!task || value === null) return
    const position = checkpointPosition(value)
    if (typeof position === 'string' || position.epoch < this.#epoch) return
    if (position.epoch > this.#epoch) {
      this.#epoch = position.epoch
      this.#checkpoints.clear()
    }
    const name = taskKey.build(task)
    const list = this.#checkpoints.get(name) ?? []
    this.#checkpoints.set(name, list)
    const before = list.at(-2)
    if (before && now - before.cameAt < SPACING_MS) list.pop()
    const kept = { partition, record: ownRecord(record), next: BigInt(position.nextOffset) }
    list.push({ ...kept, cameAt: now })
    if (list.length > MOST_CHECKPOINTS) list.shift()
  }

  /** Of a topic with one partition. */
  addSaid(topic: string, records: readonly LogRecord[]): void {
    const list = this.#said.get(topic) ?? []
    list.push(...records.map(ownRecord))
    this.#said.set(topic, list.length > MOST_SAID ? list.slice(-MOST_SAID) : list)
  }

  /** Of a task, oldest first; those that begin before `earliest` are of no use any more and are forgotten. */
  checkpointsOf(epoch: number, task: string, earliest: bigint): readonly KeptCheckpoint[] {
    const list = epoch === this.#epoch ? (this.#checkpoints.get(task) ?? []) : []
    while (list.length > 0 && list[0].next <= earliest) list.shift()
    return list
  }

  /** Of a task, from this one on; all where it begins with none. */
  checkpointsFrom(
    task: { domain: string; partition: number },
    first: KeptCheckpoint | null,
  ): readonly KeptCheckpoint[] {
    const list = this.#checkpoints.get(taskKey.build(task)) ?? []
    return first ? list.slice(Math.max(0, list.indexOf(first))) : list
  }

  said(topic: string): readonly LogRecord[] | undefined {
    return this.#said.get(topic)
  }
}

/** Delivered records are views of the log's memory. */
function ownRecord(record: LogRecord): LogRecord {
  const { key, value } = record
  return { ...record, key: key && Buffer.from(key), value: value && Buffer.from(value) }
}
