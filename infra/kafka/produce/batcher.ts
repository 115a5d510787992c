// Turns appends into few produce requests: at most one unacknowledged batch per topic-partition, and a retry resends the
// same records before anything newer. In: appends. Out: requests through `send`.
import type { Clock } from '../../clock.ts'
import type { NewRecord } from '../../event-log/event-log.ts'
import { recordBytes } from '../../event-log/record-bytes.ts'
import { Delivery, type DeliveryOptions, type LaneBatch } from './delivery.ts'
import { type BatchLimits, LaneQueue, type PendingAppend } from './lane-queue.ts'

export type BatcherOptions = DeliveryOptions & {
  /** How long a record waits for company; ms, default 5. */
  lingerMs?: number
  /** Records of one topic-partition in one request; default 4000. */
  maxRecords?: number
  /** Bytes of one topic-partition in one request; default 900,000, below the brokers' default limit. A larger record goes alone. */
  maxBytes?: number
  /** Appended and not acknowledged; an append that would pass it is refused. Default 64 MiB. */
  maxBacklogBytes?: number
}

export type Backlog = {
  records: number
  bytes: number
  /** Age of the oldest append that is not acknowledged; ms. */
  oldestMs: number
  /** The last failure while a retry is under way. */
  error: string | null
}

/** All topic-partitions of one request together; more would only make one slow answer hold up more of them. */
const REQUEST_BYTES = 4 * 1024 * 1024
/** A record's framing in a batch, generously. */
const RECORD_OVERHEAD = 32

export class Batcher {
  readonly #clock: Clock
  readonly #lingerMs: number
  readonly #limits: BatchLimits
  readonly #maxBacklogBytes: number
  readonly #delivery: Delivery
  readonly #lanes = new Map<string, LaneQueue>()
  readonly #ready = new Set<LaneQueue>()
  /** Appended and not acknowledged. */
  #records = 0
  #bytes = 0
  #idle: (() => void)[] = []
  #cancelLinger: (() => void) | null = null
  #isDispatching = false
  #isClosed = false

  constructor(options: BatcherOptions) {
    const { clock, lingerMs = 5, maxRecords = 4000, maxBytes = 900_000 } = options
    this.#clock = clock
    this.#lingerMs = lingerMs
    this.#limits = { maxRecords, maxBytes }
    this.#maxBacklogBytes = options.maxBacklogBytes ?? 64 * 1024 * 1024
    this.#delivery = new Delivery(options, {
      acknowledged: ({ lane, records }, base) => {
        this.#forget(lane.acknowledge(records.length, base))
        this.#schedule(lane)
        this.#settle()
      },
      lost: ({ lane }, error) => {
        this.#ready.delete(lane)
        this.#forget(lane.lose(error))
        this.#settle()
      },
    })
  }

  /** `limit`: the most bytes that the topic takes in one batch. Resolves, when acknowledged, with the first record's offset. */
  append(topic: string, partition: number, records: NewRecord[], limit: number): Promise<bigint> {
    if (this.#isClosed) return Promise.reject(new Error('append: the log is closed'))
    const bytes = records.map((record) => recordBytes(record) + RECORD_OVERHEAD)
    const total = bytes.reduce((sum, b) => sum + b, 0)
    if (this.#bytes + total > this.#maxBacklogBytes && this.#records > 0) {
      const got = `${this.#records} records (${this.#bytes} bytes) wait for the broker`
      return Promise.reject(
        new Error(
          `append to ${topic}/${partition}: ${got}, expected at most ${this.#maxBacklogBytes} bytes; append slower`,
        ),
      )
    }
    const lane = this.#laneOf(topic, partition, limit)
    return new Promise((resolve, reject) => {
      lane.push({ records, bytes, since: this.#clock.now(), resolve, reject }, total)
      this.#records += records.length
      this.#bytes += total
      this.#schedule(lane)
    })
  }

  backlog(): Backlog {
    const now = this.#clock.now()
    let oldestMs = 0
    for (const { oldestSince } of this.#lanes.values()) {
      if (oldestSince !== null) oldestMs = Math.max(oldestMs, now - oldestSince)
    }
    const error = this.#delivery.failure?.message ?? null
    return { records: this.#records, bytes: this.#bytes, oldestMs, error }
  }

  /** Resolves when everything appended so far is acknowledged or has failed; refuses what comes afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#dispatch()
    if (this.#records > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #laneOf(topic: string, partition: number, limit: number): LaneQueue {
    const key = `${topic}/${partition}`
    let lane = this.#lanes.get(key)
    if (!lane) {
      const { maxRecords, maxBytes } = this.#limits
      lane = new LaneQueue(topic, partition, { maxRecords, maxBytes: Math.min(maxBytes, limit) })
      this.#lanes.set(key, lane)
    }
    return lane
  }

  /** A full lane goes at once (after the other appends of this turn), any other waits for company. */
  #schedule(lane: LaneQueue): void {
    if (lane.isSending || lane.records === 0) return
    this.#ready.add(lane)
    if (lane.isFull) {
      if (this.#isDispatching) return
      this.#isDispatching = true
      queueMicrotask(() => this.#dispatch())
    } else this.#cancelLinger ??= this.#clock.schedule(this.#lingerMs, () => this.#dispatch())
  }

  #dispatch(): void {
    this.#isDispatching = false
    this.#cancelLinger?.()
    this.#cancelLinger = null
    while (this.#ready.size > 0) {
      const batches: LaneBatch[] = []
      let bytes = 0
      for (const lane of this.#ready) {
        if (bytes >= REQUEST_BYTES) break
        this.#ready.delete(lane)
        const before = lane.bytes
        batches.push({ ...lane.cut(), lane })
        bytes += before - lane.bytes
      }
      void this.#delivery.deliver(batches)
    }
  }

  #forget(appends: PendingAppend[]): void {
    for (const { records, bytes } of appends) {
      this.#records -= records.length
      for (const size of bytes) this.#bytes -= size
    }
  }

  #settle(): void {
    if (this.#records > 0) return
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }
}
