// One reader of one topic-partition that keeps itself alive: overtaken or failed, it goes on and says so.
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../../infra/clock.ts'
import type {
  EventLog,
  LogRecord,
  Subscription,
  TailFrom,
} from '../../../../infra/event-log/event-log.ts'
import type { ConsoleMetrics } from '../../metrics.ts'

const RETRY_MS = 500
const MAX_RETRY_MS = 15_000

export type TailContext = {
  log: EventLog
  clock: Clock
  logger: FastifyBaseLogger
  metrics: ConsoleMetrics
  /** The topic may be missing, on a log of an older city: then there is nothing to be read, and nothing wrong. */
  mayLack?: boolean
}

export type Tail = {
  /** Why it does not read right now, or null. */
  problem(): string | null
  close(): Promise<void>
}

/** Hands every record in order to `take`; `from` counts until the first record was read. */
export function openTail(
  context: TailContext,
  topic: string,
  partition: number,
  from: TailFrom,
  take: (record: LogRecord) => void,
): Tail {
  const { log, clock, logger, metrics, mayLack = false } = context
  let next: TailFrom = from
  let subscription: Subscription | null = null
  let trouble: string | null = `${topic}/${partition}: not read yet`
  let wasRead = false
  let retryMs = RETRY_MS
  let cancelRetry = () => {}
  let closed = false
  let opening: Promise<void> = Promise.resolve()

  function failed(error: unknown): void {
    if (closed) return
    trouble = `${topic}/${partition}: ${error instanceof Error ? error.message : String(error)}`
    if (wasRead || !mayLack) {
      logger.warn({ topic, partition, retryMs, err: error }, 'tail stopped, reading again')
      metrics.tailRestarts.inc({ topic })
    }
    cancelRetry = clock.schedule(retryMs, () => {
      opening = open()
    })
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)
  }

  async function open(): Promise<void> {
    try {
      await subscription?.close()
      subscription = null
      const opened = await log.tail({
        topic,
        partitions: [partition],
        from: next,
        batch(batch) {
          retryMs = RETRY_MS
          for (const record of batch.records) {
            take(record)
            next = { offset: record.offset + 1n }
          }
          next = { offset: batch.next }
        },
        outOfRange(_partition, earliest) {
          // What was missed is in newer records of the same keys: readings, ledgers and keyframes repeat.
          metrics.tailOvertaken.inc({ topic })
          logger.warn(
            { topic, partition, earliest: String(earliest) },
            'tail overtaken by retention',
          )
        },
      })
      if (closed) return opened.close()
      subscription = opened
      trouble = null
      wasRead = true
      opened.done.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  opening = open()
  return {
    problem: () => (wasRead || !mayLack ? trouble : null),
    async close() {
      closed = true
      cancelRetry()
      await opening
      await subscription?.close()
    },
  }
}
