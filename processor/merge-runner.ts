// Runs the merge where this process owns the one partition of `kpi-partial`: readings to `kpi`, alerts to `alert`.
import type { Clock } from '../infra/clock.ts'
import type { Batch, EventLog, GroupHandler, Subscription } from '../infra/event-log.ts'
import type { Metrics } from '../infra/metrics.ts'
import { problemText } from '../infra/problem.ts'
import { cityDate } from '../infra/time.ts'
import type { Partial } from '../producers/contract/records.ts'
import type { Topics } from '../producers/contract/topics.ts'
import { alertKey, partialKeys, readingKey } from './contract/keys.ts'
import { rejected, rejectedKey } from './contract/rejected.ts'
import type { KpiReading } from './contract/types.ts'
import type { Logger } from './logger.ts'
import { createMerge, type Merge } from './merge.ts'
import type { Outbox } from './outbox.ts'
import type { Runs } from './runs.ts'
import { show } from './schema-problem.ts'

/** A process that lost the merge without noticing may have written older days since: they are told again. */
const DAYS_AGAIN_MS = 30_000

export type MergeRunnerOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  outbox: Outbox
  logger: Logger
  metrics?: Metrics
  /** The truth's reader stopped with an error. */
  onFailure(error: unknown): void
}

export interface MergeRunner {
  handler: GroupHandler
  /** Writes provisional readings that changed. */
  pulse(): void
  /** Resolves when partials up to this offset were merged, or this process does not own the merge. */
  mergedUpTo(offset: bigint): Promise<void>
  /** Final readings written since the start. */
  finals(): number
}

export function createMergeRunner(options: MergeRunnerOptions): MergeRunner {
  const { log, clock, topics, runs, outbox, logger } = options
  let merge: Merge | null = null
  let truths: Subscription | null = null
  let position = 0n
  let caughtUp = false
  /** What the topics held when this process took the merge over; null once that was read. */
  let rebuild: { partials: bigint; truths: bigint } | null = null
  let truthPosition = 0n
  /** Newest final day reading by KPI. */
  const days = new Map<string, KpiReading>()
  let daysDue = 0
  let finals = 0
  let waiters: { offset: bigint; resolve(): void }[] = []
  const warned = new Set<number>()

  /** The merge of this epoch; null for a lower one or a run nobody described. */
  async function mergeOf(epoch: number): Promise<Merge | null> {
    if (merge && epoch <= merge.epoch) return epoch === merge.epoch ? merge : null
    const run = await runs.find(epoch)
    if (!run) {
      if (!warned.has(epoch)) logger.warn(`merge: no descriptor of epoch ${epoch} in ${topics.run}`)
      warned.add(epoch)
      return null
    }
    // Another record may have come first while this one waited.
    if (!merge || run.epoch > merge.epoch) {
      merge?.rebuilt()
      flush()
      days.clear()
      merge = createMerge(run.descriptor, run.city, run.epoch, rebuild !== null)
    }
    return merge.epoch === epoch ? merge : null
  }

  async function take(
    side: 'partial' | 'truth',
    { topic, partition, records, next, end }: Batch,
  ): Promise<void> {
    for (const record of records) {
      // Most of what the topic holds tells of windows that were open then; while it is read again nobody needs them.
      if (rebuild && isProvisional(record.key)) continue
      const problem = await takeOne(side, record.value)
      if (!problem) continue
      const letter = rejected(topic, partition, record, record.value ? 'schema' : 'null', problem)
      send(topics.deadLetter, rejectedKey(letter), letter)
    }
    flush()
    if (side === 'truth') truthPosition = next
    else {
      position = next
      caughtUp = next >= end
    }
    endRebuild()
    release()
  }

  /** Why the value is no partial of a run, or null. */
  async function takeOne(side: 'partial' | 'truth', value: Buffer | null): Promise<string | null> {
    const partial = parsePartial(value)
    if (typeof partial === 'string') return partial
    const target = merge?.epoch === partial.epoch ? merge : await mergeOf(partial.epoch)
    return target?.[side](partial) ?? null
  }

  /** Days go from window to window: while old windows are merged again, they are kept back. */
  function endRebuild(): void {
    if (!rebuild || position < rebuild.partials || truthPosition < rebuild.truths) return
    rebuild = null
    merge?.rebuilt()
    flush()
    tellDays()
  }

  function tellDays(): void {
    daysDue = clock.now() + DAYS_AGAIN_MS
    for (const reading of days.values()) emit(reading)
  }

  function takeFinal(reading: KpiReading): void {
    if (reading.window.kind === 'day') {
      const before = days.get(reading.kpi)
      // An old day is told again only as of its end: what is left of its windows may be less than was told before.
      if (rebuild && before && endsItsDay(before)) emit(before)
      days.set(reading.kpi, reading)
      if (rebuild) return
    }
    emit(reading)
  }

  function flush(): void {
    if (!merge) return
    const { readings, alerts } = merge.take()
    for (const reading of readings) {
      options.metrics?.finalReadings.inc({ truth: reading.truth ?? 'none' })
      takeFinal(reading)
    }
    finals += readings.length
    for (const alert of alerts) {
      send(topics.alert, alertKey.build(alert), alert)
    }
  }

  function emit(reading: KpiReading): void {
    send(topics.kpi, readingKey(reading), reading)
  }

  function send(topic: string, key: string, value: object): void {
    const bytes = Buffer.from(JSON.stringify(value))
    outbox.send(topic, 0, { key: Buffer.from(key), value: bytes, timestamp: clock.now() })
  }

  function release(): void {
    for (const w of waiters) if (!truths || position >= w.offset) w.resolve()
    waiters = waiters.filter((w) => truths && position < w.offset)
  }

  return {
    handler: {
      async assigned(partitions) {
        merge = null
        caughtUp = false
        days.clear()
        const [[partial], [truth]] = await Promise.all([
          log.offsets(topics.partial),
          log.offsets(topics.truth),
        ])
        position = partial.earliest
        truthPosition = truth.earliest
        rebuild = { partials: partial.latest, truths: truth.latest }
        endRebuild()
        truths = await log.tail({
          topic: topics.truth,
          from: 'earliest',
          batch: (batch) => take('truth', batch),
          outOfRange(_, earliest) {
            truthPosition = earliest
            endRebuild()
          },
        })
        truths.done.catch(options.onFailure)
        // The merge has no memory of its own: it is rebuilt from what the compacted topics hold.
        return partitions.map((p) => ({ ...p, offset: 'earliest' as const }))
      },
      batch: (batch) => take('partial', batch),
      async revoked() {
        await truths?.close()
        truths = null
        merge = null
        await outbox.settled()
        release()
      },
    },
    pulse() {
      if (!merge || !caughtUp) return
      for (const reading of merge.provisional()) emit(reading)
      if (!rebuild && clock.now() >= daysDue) tellDays()
    },
    mergedUpTo: (offset) =>
      new Promise((resolve) => {
        waiters.push({ offset, resolve })
        release()
      }),
    finals: () => finals,
  }
}

function endsItsDay({ window }: KpiReading): boolean {
  const end = Date.parse(window.end)
  return cityDate(end) !== cityDate(end - 1)
}

function isProvisional(key: Buffer | null): boolean {
  return key !== null && partialKeys.parse(key.toString())?.kind === 'provisional'
}

/** A text says what is wrong: only our own tasks and producers should write here. */
function parsePartial(value: Buffer | null): Partial | string {
  const expected = 'a partial {epoch, domain, partition, start, end, measures}'
  let partial: Partial | null = null
  try {
    partial = value && (JSON.parse(value.toString()) as Partial)
  } catch {
    return problemText('value', 'no JSON', expected)
  }
  const right =
    Number.isInteger(partial?.epoch) &&
    typeof partial?.domain === 'string' &&
    Number.isInteger(partial.partition) &&
    Date.parse(partial.start) < Date.parse(partial.end) &&
    typeof partial.measures === 'object' &&
    partial.measures !== null
  return right ? partial! : problemText('value', show(partial), expected)
}
