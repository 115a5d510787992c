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

type OutboxQueue = {
  topic: string
  partition: number
  queue: NewRecord[]
  sent: number
  acknowledged: number
  running: boolean
  waiters: { upTo: number; resolve(): void; reject(error: unknown): void }[]
}

export function createOutbox(log: EventLog): Outbox {
  const lanes = new Map<string, OutboxQueue>()
  let size = 0
  let failure: { error: unknown } | null = null
  let rejectFailed: (error: unknown) => void
  const failed = new Promise<never>((_, reject) => {
    rejectFailed = reject
  })
  // Its owner listens; a failure while nobody waits for an acknowledgement must not end the process by itself.
  failed.catch(() => {})

  function fail(error: unknown): void {
    failure ??= { error }
    rejectFailed(error)
    for (const lane of lanes.values()) {
      for (const waiter of lane.waiters.splice(0)) waiter.reject(error)
    }
  }

  async function run(lane: OutboxQueue): Promise<void> {
    lane.running = true
    while (lane.queue.length > 0) {
      const batch = lane.queue.splice(0, MAX_BATCH_RECORDS)
      await log.append(lane.topic, lane.partition, batch)
      size -= batch.length
      lane.acknowledged += batch.length
      while (lane.waiters.length > 0 && lane.waiters[0].upTo <= lane.acknowledged) {
        lane.waiters.shift()!.resolve()
      }
    }
    lane.running = false
  }

  return {
    failed,
    get size() {
      return size
    },
    send(topic, partition, record) {
      const key = `${topic}/${partition}`
      let lane = lanes.get(key)
      if (!lane) {
        const counts = { sent: 0, acknowledged: 0, running: false }
        lane = { topic, partition, queue: [], waiters: [], ...counts }
        lanes.set(key, lane)
      }
      lane.queue.push(record)
      lane.sent++
      size++
      if (!lane.running) run(lane).catch(fail)
    },
    // Waiters are rejected one by one: a race with `failed` would leave a reaction on it for every call, for ever.
    async settled() {
      if (failure) throw failure.error
      const waits = [...lanes.values()]
        .filter((lane) => lane.acknowledged < lane.sent)
        .map((lane) => {
          const upTo = lane.sent
          return new Promise<void>((resolve, reject) =>
            lane.waiters.push({ upTo, resolve, reject }),
          )
        })
      await Promise.all(waits)
    },
  }
}
