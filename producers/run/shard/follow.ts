// Tails a topic of one partition from its beginning, and says when what was there at the start has been read.
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'

/** `caughtUp` resolves once everything that was there at the start has been read; `failed` rejects when reading ended. */
export async function follow(log: EventLog, topic: string, take: (record: LogRecord) => void) {
  const [{ earliest, latest }] = await log.offsets(topic)
  const { promise: caughtUp, resolve } = Promise.withResolvers<void>()
  if (latest === earliest) resolve()
  const tail = await log.tail({
    topic,
    from: 'earliest',
    // Retention took the rest of what was there.
    outOfRange: (_, start) => {
      if (start >= latest) resolve()
    },
    batch({ records, next }) {
      for (const record of records) take(record)
      if (next >= latest) resolve()
    },
  })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  tail.done.catch(reject)
  failed.catch(() => {}) // whoever follows listens later
  return { caughtUp, failed, from: Number(latest), close: () => tail.close() }
}
