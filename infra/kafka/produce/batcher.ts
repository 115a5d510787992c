// Turns appends into few produce requests: at most one unacknowledged batch per topic-partition, and a retry resends the
// same records before anything newer. In: appends. Out: requests through `send`.
import { type Clock, sleep } from '../../clock.ts'
import type { NewRecord } from '../../event-log/event-log.ts'
import { recordBytes } from '../../event-log/record-bytes.ts'

/** One topic-partition's share of a request. */
export type Part = { topic: string; partition: number; records: NewRecord[] }

export type BatcherOptions = {
  /**
   * Sends one request, tries it once, and answers for each part: its base offset, or why it was not written. Rejects when
   * nothing is known of any.
   */
  send(parts: Part[]): Promise<(bigint | Error)[]>
  clock: Clock
  /** How long a record waits for company; ms, default 5. */
  lingerMs?: number
  /** Records of one topic-partition in one request; default 500. */
  maxRecords?: number
  /** Bytes of one topic-partition in one request; default 900,000, below the brokers' default limit. A larger record goes alone. */
  maxBytes?: number
  /** Appended and not acknowledged; an append that would pass it is refused. Default 64 MiB. */
  maxBacklogBytes?: number
  /** A batch that cannot be delivered for this long fails, with everything behind it; ms, default 120,000. */
  deliveryTimeoutMs?: number
  /** May the same request succeed later? */
  isRetriable(error: Error): boolean
  /** May it be one topic-partition's answer, the others of the request being fine? */
  isOfOnePart(error: Error): boolean
  /** Told of every failed try. */
  onRetry?(error: Error, parts: Part[]): void
}

export type Backlog = {
  records: number
  bytes: number
  /** Age of the oldest append that is not acknowledged; ms. */
  oldestMs: number
  /** The last failure while a retry is under way. */
  error: string | null
}

type Append = {
  records: NewRecord[]
  bytes: number[]
  /** Records that are in a request, and records that are acknowledged. */
  sent: number
  acknowledged: number
  first: bigint
  since: number
  resolve(first: bigint): void
  reject(error: Error): void
}

type Lane = {
  topic: string
  partition: number
  maxBytes: number
  queue: Append[]
  /** Waiting, not in a request. */
  records: number
  bytes: number
  isSending: boolean
}

type Batch = Part & { lane: Lane }

/** All topic-partitions of one request together; more would only make one slow answer hold up more of them. */
const REQUEST_BYTES = 4 * 1024 * 1024
const FIRST_REST_MS = 100
const LONGEST_REST_MS = 1000
/** A record's framing in a batch, generously. */
const RECORD_OVERHEAD = 32

export function createBatcher(options: BatcherOptions) {
  const { clock, isRetriable, lingerMs = 5, maxRecords = 500, maxBytes = 900_000 } = options
  const { maxBacklogBytes = 64 * 1024 * 1024, deliveryTimeoutMs = 120_000 } = options
  const lanes = new Map<string, Lane>()
  const ready = new Set<Lane>()
  const backlog = { records: 0, bytes: 0 }
  const failing = new Map<Lane, Error>()
  let idle: (() => void)[] = []
  let cancelLinger: (() => void) | null = null
  let isDispatching = false
  let closed = false

  function laneOf(topic: string, partition: number, limit: number): Lane {
    const key = `${topic}/${partition}`
    let lane = lanes.get(key)
    if (!lane) {
      const max = Math.min(maxBytes, limit)
      lane = { topic, partition, maxBytes: max, queue: [], records: 0, bytes: 0, isSending: false }
      lanes.set(key, lane)
    }
    return lane
  }

  /** A full lane goes at once (after this turn's other appends), any other waits for company. */
  function schedule(lane: Lane): void {
    if (lane.isSending || lane.records === 0) return
    ready.add(lane)
    if (lane.records >= maxRecords || lane.bytes >= lane.maxBytes) {
      if (isDispatching) return
      isDispatching = true
      queueMicrotask(dispatch)
    } else cancelLinger ??= clock.schedule(lingerMs, dispatch)
  }

  function dispatch(): void {
    isDispatching = false
    cancelLinger?.()
    cancelLinger = null
    while (ready.size > 0) {
      const batches: Batch[] = []
      let bytes = 0
      for (const lane of ready) {
        if (bytes >= REQUEST_BYTES) break
        ready.delete(lane)
        const before = lane.bytes
        batches.push(cut(lane))
        bytes += before - lane.bytes
      }
      void deliver(batches, clock.now())
    }
  }

  /** Takes the lane's next batch off its queue; the appends stay there until they are acknowledged. */
  function cut(lane: Lane): Batch {
    const records: NewRecord[] = []
    let bytes = 0
    full: for (const append of lane.queue) {
      while (append.sent < append.records.length) {
        const size = append.bytes[append.sent]
        if (records.length > 0 && (records.length >= maxRecords || bytes + size > lane.maxBytes))
          break full
        records.push(append.records[append.sent++])
        bytes += size
      }
    }
    lane.records -= records.length
    lane.bytes -= bytes
    lane.isSending = true
    return { topic: lane.topic, partition: lane.partition, records, lane }
  }

  async function deliver(
    batches: Batch[],
    since: number,
    rest = FIRST_REST_MS,
    failure: Error | null = null,
  ): Promise<void> {
    if (failure) {
      if (!isRetriable(failure) || clock.now() - since >= deliveryTimeoutMs) {
        for (const { lane } of batches) fail(lane, failure)
        return
      }
      options.onRetry?.(failure, batches)
      for (const { lane } of batches) failing.set(lane, failure)
      await sleep(clock, rest)
    }
    const next = failure ? Math.min(2 * rest, LONGEST_REST_MS) : rest
    try {
      const outcomes = await options.send(batches)
      const again = batches.flatMap((batch, i) => {
        const outcome = outcomes[i]
        if (outcome instanceof Error) return [{ batch, outcome }]
        acknowledge(batch, outcome)
        return []
      })
      // Each on its own: one topic-partition's trouble must not hold up or fail the others.
      await Promise.all(again.map(({ batch, outcome }) => deliver([batch], since, next, outcome)))
    } catch (thrown) {
      const error = thrown as Error
      if (batches.length > 1 && options.isOfOnePart(error)) {
        // Nobody can tell which of them; what was written is written again.
        await Promise.all(batches.map((batch) => deliver([batch], since)))
      } else await deliver(batches, since, next, error)
    }
  }

  function acknowledge({ lane, records }: Batch, base: bigint): void {
    let left = records.length
    let next = base
    while (left > 0) {
      const append = lane.queue[0]
      if (append.acknowledged === 0) append.first = next
      const count = Math.min(left, append.sent - append.acknowledged)
      append.acknowledged += count
      left -= count
      next += BigInt(count)
      if (append.acknowledged < append.records.length) break
      lane.queue.shift()
      forget(append)
      append.resolve(append.first)
    }
    lane.isSending = false
    failing.delete(lane)
    schedule(lane)
    settle()
  }

  /** Nothing behind a lost batch may be written: its readers would see a hole. */
  function fail(lane: Lane, error: Error): void {
    const lost = lane.queue
    lane.queue = []
    lane.records = 0
    lane.bytes = 0
    lane.isSending = false
    ready.delete(lane)
    failing.delete(lane)
    for (const append of lost) {
      forget(append)
      append.reject(error)
    }
    settle()
  }

  function forget(append: Append): void {
    backlog.records -= append.records.length
    for (const bytes of append.bytes) backlog.bytes -= bytes
  }

  function settle(): void {
    if (backlog.records > 0) return
    const waiting = idle
    idle = []
    for (const resolve of waiting) resolve()
  }

  return {
    /** `limit`: the most bytes that the topic takes in one batch. Resolves, when acknowledged, with the first record's offset. */
    append(topic: string, partition: number, records: NewRecord[], limit: number): Promise<bigint> {
      if (closed) return Promise.reject(new Error('append: the log is closed'))
      const bytes = records.map((record) => recordBytes(record) + RECORD_OVERHEAD)
      const total = bytes.reduce((sum, b) => sum + b, 0)
      if (backlog.bytes + total > maxBacklogBytes && backlog.records > 0) {
        const got = `${backlog.records} records (${backlog.bytes} bytes) wait for the broker`
        return Promise.reject(
          new Error(
            `append to ${topic}/${partition}: ${got}, expected at most ${maxBacklogBytes} bytes; append slower`,
          ),
        )
      }
      const lane = laneOf(topic, partition, limit)
      return new Promise((resolve, reject) => {
        const since = clock.now()
        const counts = { sent: 0, acknowledged: 0, first: 0n }
        lane.queue.push({ records, bytes, ...counts, since, resolve, reject })
        lane.records += records.length
        lane.bytes += total
        backlog.records += records.length
        backlog.bytes += total
        schedule(lane)
      })
    },
    backlog(): Backlog {
      const now = clock.now()
      let oldestMs = 0
      for (const { queue } of lanes.values()) {
        if (queue.length > 0) oldestMs = Math.max(oldestMs, now - queue[0].since)
      }
      const [error] = failing.values()
      return { ...backlog, oldestMs, error: error?.message ?? null }
    },
    /** Resolves when everything appended so far is acknowledged or has failed; refuses what comes afterwards. */
    async close(): Promise<void> {
      closed = true
      dispatch()
      if (backlog.records > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
