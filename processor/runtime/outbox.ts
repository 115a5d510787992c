// Outputs on their way to the log: per topic-partition in order and one unacknowledged append at a time.
import type { EventLog, NewRecord } from '../../infra/event-log/event-log.ts'

const MAX_BATCH_RECORDS = 500

export interface Outbox {
  send(topic: string, partition: number, record: NewRecord): void
  /** Resolves when everything sent before this call is acknowledged; rejects when an append failed. */
  settled(): Promise<void>
  /** Records that wait for an acknowledgement. */
  readonly size: number
  /** Rejects when an append failed; never resolves. */
  readonly failed: Promise<never>
}

export function createOutbox(log: Pick<EventLog, 'append'>): Outbox {
  return new LogOutbox(log)
}

class LogOutbox implements Outbox {
  readonly failed: Promise<never>
  readonly #log: Pick<EventLog, 'append'>
  readonly #queues = new Map<string, OutboxQueue>()
  readonly #rejectFailed: (error: unknown) => void
  #size = 0
  #failure: { error: unknown } | null = null

  constructor(log: Pick<EventLog, 'append'>) {
    this.#log = log
    const { promise, reject } = Promise.withResolvers<never>()
    this.failed = promise
    this.#rejectFailed = reject
    // Its owner listens; a failure while nobody waits for an acknowledgement must not end the process by itself.
    promise.catch(() => {})
  }

  get size(): number {
    return this.#size
  }

  send(topic: string, partition: number, record: NewRecord): void {
    const name = `${topic}/${partition}`
    let queue = this.#queues.get(name)
    if (!queue) {
      queue = new OutboxQueue(async (records) => {
        await this.#log.append(topic, partition, records)
        this.#size -= records.length
      })
      this.#queues.set(name, queue)
    }
    this.#size++
    queue.add(record)
    if (!queue.isRunning) queue.run().catch((error) => this.#fail(error))
  }

  // Waiters are rejected one by one: a race with `failed` would leave a reaction on it for every call, for ever.
  async settled(): Promise<void> {
    if (this.#failure) throw this.#failure.error
    await Promise.all([...this.#queues.values()].flatMap((queue) => queue.settled() ?? []))
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#rejectFailed(error)
    for (const queue of this.#queues.values()) queue.reject(error)
  }
}

/** Of one topic-partition. */
class OutboxQueue {
  readonly #append: (records: NewRecord[]) => Promise<void>
  readonly #waiting: NewRecord[] = []
  #sent = 0
  #acknowledged = 0
  #isRunning = false
  readonly #waiters: { upTo: number; resolve(): void; reject(error: unknown): void }[] = []

  constructor(append: (records: NewRecord[]) => Promise<void>) {
    this.#append = append
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  add(record: NewRecord): void {
    this.#waiting.push(record)
    this.#sent++
  }

  /** Appends what waits, until nothing does or an append fails: then it stays running, and nothing follows. */
  async run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH_RECORDS)
      await this.#append(batch)
      this.#acknowledged += batch.length
      while (this.#waiters.length > 0 && this.#waiters[0].upTo <= this.#acknowledged) {
        this.#waiters.shift()!.resolve()
      }
    }
    this.#isRunning = false
  }

  /** Null when everything is acknowledged. */
  settled(): Promise<void> | null {
    if (this.#acknowledged === this.#sent) return null
    const upTo = this.#sent
    return new Promise((resolve, reject) => this.#waiters.push({ upTo, resolve, reject }))
  }

  reject(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }
}
