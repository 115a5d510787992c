// Records that were read and do not fit: counted always, logged now and then, listed for whoever looks; never thrown.
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { TopicPartition } from './event-log.ts'

/** Of one topic and reason at most one line in this time, however fast they come. */
const LOG_EVERY_MS = 10_000
/** Characters of a detail that are kept: anybody may have chosen them. */
const SHOWN = 300

/**
 * `null` to `too-deep`: no JSON of ours (infra/text/bounded-json.ts) · `schema`: another shape · `key`: a key of no known
 * kind, or one that contradicts the value · `foreign`: well-formed, of a run or place that is not this one ·
 * `bounds`: well-formed, with values that this run cannot have · `encoding`: bytes that no codec reads.
 */
export type IgnoredReason =
  | 'null'
  | 'too-large'
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'schema'
  | 'key'
  | 'foreign'
  | 'bounds'
  | 'encoding'

export type IgnoredRecord = TopicPartition & {
  offset: bigint
  reason: IgnoredReason
  /** What was got and what was expected. */
  detail: string
}

export type IgnoredKind = {
  topic: string
  reason: IgnoredReason
  count: number
  /** The newest one, and the wall time (ms) at which it was read. */
  last: { partition: number; offset: string; detail: string; at: number }
}

export interface IgnoredRecords {
  report(record: IgnoredRecord): void
  /** By topic and reason, in the order in which they were first seen. */
  list(): IgnoredKind[]
}

export type IgnoredOptions = {
  clock: Clock
  logger: { warn(text: string): void }
  metrics?: Pick<Metrics, 'recordsIgnored'>
}

/** One per process: all readers report to it. */
export function createIgnoredRecords({ clock, logger, metrics }: IgnoredOptions): IgnoredRecords {
  const kinds = new Map<string, IgnoredKind & { loggedAt: number; silent: number }>()
  return {
    report({ topic, partition, offset, reason, detail }) {
      const now = clock.now()
      const name = `${topic} ${reason}`
      const kind = kinds.get(name) ?? { loggedAt: Number.NEGATIVE_INFINITY, silent: 0, count: 0 }
      const last = { partition, offset: String(offset), detail: detail.slice(0, SHOWN), at: now }
      const next = { ...kind, topic, reason, count: kind.count + 1, last }
      metrics?.recordsIgnored.inc({ topic, reason })
      if (now - kind.loggedAt >= LOG_EVERY_MS) {
        const more = kind.silent === 0 ? '' : ` (and ${kind.silent} more like it before)`
        logger.warn(`${topic}/${partition}/${offset}: ignored, ${reason}: ${last.detail}${more}`)
        next.loggedAt = now
        next.silent = 0
      } else next.silent++
      kinds.set(name, next)
    },
    list: () => [...kinds.values()].map(({ loggedAt, silent, ...kind }) => kind),
  }
}
