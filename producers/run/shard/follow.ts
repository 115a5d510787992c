// Tails a topic of one partition from its beginning, and says when what was there at the start has been read.
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'

export type Followed = {
  /** Resolves once everything that was there at the start has been read. */
  caughtUp: Promise<void>
  /** Rejects when reading ended. */
  failed: Promise<never>
  /** Offset of the first record that was not there at the start. */
  from: number
  close(): Promise<void>
}

export async function follow(
  log: Pick<EventLog, 'offsets' | 'tail'>,
  topic: string,
  take: (record: LogRecord) => void,
): Promise<Followed> {
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
