// Reads a stretch of one topic-partition that is already there, and ends: for restores, resumes and audits.
import type { EventLog, LogRecord, TailFrom, TopicPartition } from './event-log.ts'

export type Range = TopicPartition & {
  /** First offset wanted; default the earliest that is there. */
  from?: bigint
  /** First offset not wanted; default the end at the time of the call. */
  to?: bigint
}

/**
 * The records of [from, to) in order, a batch at a time; the next batch is read when the caller asks for it. What
 * retention has taken, and holes that compaction left, are passed over. Rejects when the reader cannot go on.
 */
export async function* readRange(log: EventLog, range: Range): AsyncGenerator<LogRecord[]> {
  const { topic, partition } = range
  const bounds = (await log.offsets(topic)).find((o) => o.partition === partition)
  if (!bounds) return
  // Not Math.max and Math.min: offsets are bigint.
  const start = later(range.from ?? bounds.earliest, bounds.earliest)
  const end = range.to !== undefined && range.to < bounds.latest ? range.to : bounds.latest
  if (start >= end) return
  let given = Promise.withResolvers<LogRecord[] | null>()
  let asked = Promise.withResolvers<void>()
  let isOver = false
  const from: TailFrom = { offset: start }
  const tail = await log.tail({
    topic,
    partitions: [partition],
    from,
    async batch({ records }) {
      if (isOver) return
      const wanted = records.filter((r) => r.offset < end)
      if (wanted.length > 0) {
        given.resolve(wanted)
        await asked.promise
        asked = Promise.withResolvers()
      }
      // The newest record of a topic-partition is never compacted away, so the end is always met.
      if (records.at(-1)!.offset >= end - 1n) given.resolve(null)
    },
    outOfRange(_, earliest) {
      if (earliest >= end) given.resolve(null)
    },
  })
  try {
    for (;;) {
      const records = await Promise.race([given.promise, tail.done.then(() => null)])
      if (records === null) return
      given = Promise.withResolvers()
      yield records
      asked.resolve()
    }
  } finally {
    isOver = true
    asked.resolve()
    await tail.close()
  }
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
