// Runs the merge where this process owns the one partition of `kpi-partial`: readings to `kpi`, alerts to `alert`.
import type { Clock } from '../../infra/clock.ts'
import type {
  Batch,
  EventLog,
  GroupHandler,
  LogRecord,
  Subscription,
} from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Metrics } from '../../infra/metrics.ts'
import { cityDate } from '../../infra/time.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { alertKey, partialKeys, readingKey } from '../contract/keys.ts'
import { createPartialReader, createTruthReader, partialFault } from '../contract/read-partial.ts'
import { type RecordFault, type RunFacts, runFacts } from '../contract/run-facts.ts'
import type { KpiReading } from '../contract/types.ts'
import { createMerge, type Merge } from '../merge/merge.ts'
import type { Outbox } from './outbox.ts'
import type { CompiledRun, Runs } from './runs.ts'

/** A process that lost the merge without noticing may have written older days since: they are told again. */
const DAYS_AGAIN_MS = 30_000

/** The run whose partials are merged. */
type Current = { epoch: number; merge: Merge; facts: RunFacts }

export type MergeRunnerOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  runs: Runs
  outbox: Outbox
  ignored: Pick<IgnoredRecords, 'report'>
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
  const { log, clock, topics, runs, outbox, ignored } = options
  const read = { partial: createPartialReader(), truth: createTruthReader() }
  let current: Current | null = null
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

  /** The merge of this epoch; null for a lower one. */
  async function mergeOf(epoch: number): Promise<Current | RecordFault | null> {
    if (current && epoch <= current.epoch) return epoch === current.epoch ? current : null
    const run = await known(epoch)
    if (!run) return { reason: 'foreign', detail: `epoch ${epoch}, expected that of a run` }
    // Another record may have come first while this one waited.
    if (!current || run.epoch > current.epoch) {
      current?.merge.rebuilt()
      flush()
      days.clear()
      current = {
        epoch: run.epoch,
        merge: createMerge(run.descriptor, run.city, run.epoch, rebuild !== null),
        facts: runFacts(run.epoch, run.descriptor, run.city),
      }
    }
    return current.epoch === epoch ? current : null
  }

  /** A run that is over may be of other seeds than those that are here: then nobody needs its readings any more. */
  async function known(epoch: number): Promise<CompiledRun | null> {
    try {
      return await runs.find(epoch)
    } catch (error) {
      if (epoch >= (runs.newest() ?? 0)) throw error
      return null
    }
  }

  async function take(side: 'partial' | 'truth', batch: Batch): Promise<void> {
    const { topic, partition, records, next, end } = batch
    for (const record of records) {
      // Most of what the topic holds tells of windows that were open then; while it is read again nobody needs them.
      if (rebuild && isProvisional(record.key)) continue
      const fault = await takeOne(side, record)
      if (fault) ignored.report({ topic, partition, offset: record.offset, ...fault })
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

  /** Why the record is no partial or truth of a run, or null. */
  async function takeOne(
    side: 'partial' | 'truth',
    record: LogRecord,
  ): Promise<RecordFault | null> {
    const got = read[side](record)
    if (got.fault) return got.fault
    const partial = got.value
    const isCurrent = current?.epoch === partial.epoch
    const target = isCurrent ? current : await mergeOf(partial.epoch)
    if (!target || 'reason' in target) return target
    const misfit = partialFault(target.facts, partial)
    if (!misfit) target.merge[side](partial)
    return misfit
  }

  /** Days go from window to window: while old windows are merged again, they are kept back. */
  function endRebuild(): void {
    if (!rebuild || position < rebuild.partials || truthPosition < rebuild.truths) return
    rebuild = null
    current?.merge.rebuilt()
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
    if (!current) return
    const { readings, alerts } = current.merge.take()
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
        current = null
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
        current = null
        await outbox.settled()
        release()
      },
    },
    pulse() {
      if (!current || !caughtUp) return
      for (const reading of current.merge.provisional()) emit(reading)
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
