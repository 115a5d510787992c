// Reads one topic-partition back from its end, bounded in records and in time; look-ups go one at a time.

import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { parseBoundedJson } from '../../../infra/text/bounded-json.ts'

const RECORDS_BACK = 20_000
const DEADLINE_MS = 3_000
/** More waiting look-ups than this are refused rather than queued. */
const MAX_WAITING = 20

export type Stretch = {
  /** Offsets [from, to) that were looked at; null = nothing is there, `problem` says why. */
  range: { from: bigint; to: bigint } | null
  /** What kept the look-up from seeing all of it. */
  problem: string | null
}

export type ReverseScan = ReturnType<typeof createReverseScan>

export function createReverseScan({ log, clock }: { log: EventLog; clock: Clock }) {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  /** Hands over each record of [from, to); a text says what kept it from the end. */
  async function scan(
    topic: string,
    partition: number,
    { from, to }: { from: bigint; to: bigint },
    see: (record: LogRecord) => void,
  ): Promise<string | null> {
    const finished = Promise.withResolvers<string | null>()
    const late = `reading took longer than ${DEADLINE_MS / 1000} s`
    const cancel = clock.schedule(DEADLINE_MS, () => finished.resolve(late))
    const tail = await log.tail({
      topic,
      partitions: [partition],
      from: { offset: from },
      batch({ records, next }) {
        for (const record of records) if (record.offset < to) see(record)
        if (next >= to) finished.resolve(null)
      },
      outOfRange(_, earliest) {
        if (earliest >= to) finished.resolve(null)
      },
    })
    tail.done.catch((error: Error) => finished.resolve(`the reader stopped: ${error.message}`))
    const problem = await finished.promise
    cancel()
    await tail.close()
    return problem
  }

  return {
    /** At most 20,000 records back, oldest first. */
    async read(
      topic: string,
      partition: number,
      see: (record: LogRecord) => void,
    ): Promise<Stretch> {
      const place = `${topic}/${partition}`
      const offsets = (await log.offsets(topic)).find((o) => o.partition === partition)
      if (!offsets) return { range: null, problem: `${place}: no such partition` }
      const { earliest, latest: to } = offsets
      const back = to - BigInt(RECORDS_BACK)
      const from = back > earliest ? back : earliest
      if (from >= to) return { range: null, problem: `${place}: empty` }
      const problem = await scan(topic, partition, { from, to }, see)
      return { range: { from, to }, problem: problem === null ? null : `${place}: ${problem}` }
    },
    /** Runs `work` when those before it are done; null = too many wait already. */
    async queued<T>(work: () => Promise<T>): Promise<T | null> {
      if (waiting >= MAX_WAITING) return null
      waiting++
      const mine = last.then(work)
      last = mine.catch(() => {}) // the caller below gets the error; the queue goes on
      try {
        return await mine
      } finally {
        waiting--
      }
    },
  }
}

/** More than any event has; what is larger or nests deeper is among the dead letters. */
const MOST_BYTES = 256 * 1024

/** The object a record's value is, or null: damaged ones are among the dead letters. */
export function parsedObject(bytes: Buffer): Record<string, unknown> | null {
  const { value } = { value: null, ...parseBoundedJson(bytes, { maxBytes: MOST_BYTES }) }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
}
