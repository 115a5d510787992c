// Appends to one topic-partition in their order, from their arrival to their acknowledgement, cut into batches.
import type { NewRecord } from '../../event-log/event-log.ts'

/** One topic-partition's share of a request. */
export type ProducePart = { topic: string; partition: number; records: NewRecord[] }

/** Of one batch; a larger record goes alone. */
export type BatchLimits = { maxRecords: number; maxBytes: number }

export type PendingAppend = {
  records: NewRecord[]
  /** Size of each record in a batch. */
  bytes: number[]
  /** Wall time at which it came. */
  since: number
  resolve(first: bigint): void
  reject(error: Error): void
}

/** Records that are in a request, and records that are acknowledged. */
type AppendProgress = { append: PendingAppend; sent: number; acknowledged: number; first: bigint }

export class LaneQueue {
  readonly topic: string
  readonly partition: number
  readonly #limits: BatchLimits
  #appends: AppendProgress[] = []
  #records = 0
  #bytes = 0
  #isSending = false

  constructor(topic: string, partition: number, limits: BatchLimits) {
    this.topic = topic
    this.partition = partition
    this.#limits = limits
  }

  /** Records that wait, those in a request left out; and their bytes. */
  get records(): number {
    return this.#records
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A batch was cut and is neither acknowledged nor lost. */
  get isSending(): boolean {
    return this.#isSending
  }

  get isFull(): boolean {
    return this.#records >= this.#limits.maxRecords || this.#bytes >= this.#limits.maxBytes
  }

  /** Wall time at which the oldest append came that is not acknowledged; null when there is none. */
  get oldestSince(): number | null {
    return this.#appends[0]?.append.since ?? null
  }

  push(append: PendingAppend, bytes: number): void {
    this.#appends.push({ append, sent: 0, acknowledged: 0, first: 0n })
    this.#records += append.records.length
    this.#bytes += bytes
  }

  /** The next batch; its appends stay in the queue until they are acknowledged. */
  cut(): ProducePart {
    const { maxRecords, maxBytes } = this.#limits
    const records: NewRecord[] = []
    let bytes = 0
    full: for (const progress of this.#appends) {
      const { append } = progress
      while (progress.sent < append.records.length) {
        const size = append.bytes[progress.sent]
        if (records.length > 0 && (records.length >= maxRecords || bytes + size > maxBytes))
          break full
        records.push(append.records[progress.sent++])
        bytes += size
      }
    }
    this.#records -= records.length
    this.#bytes -= bytes
    this.#isSending = true
    return { topic: this.topic, partition: this.partition, records }
  }

  /** The batch of `count` records was written from `base` on: the appends that this completes, resolved. */
  acknowledge(count: number, base: bigint): PendingAppend[] {
    const done: PendingAppend[] = []
    let left = count
    let next = base
    while (left > 0) {
      const progress = this.#appends[0]
      const { append } = progress
      if (progress.acknowledged === 0) progress.first = next
      const taken = Math.min(left, progress.sent - progress.acknowledged)
      progress.acknowledged += taken
      left -= taken
      next += BigInt(taken)
      if (progress.acknowledged < append.records.length) break
      this.#appends.shift()
      done.push(append)
      append.resolve(progress.first)
    }
    this.#isSending = false
    return done
  }

  /** The batch is lost, and everything behind it: its readers would see a hole. Those appends, rejected. */
  lose(error: Error): PendingAppend[] {
    const lost = this.#appends.map(({ append }) => append)
    this.#appends = []
    this.#records = 0
    this.#bytes = 0
    this.#isSending = false
    for (const append of lost) append.reject(error)
    return lost
  }
}
