// Reads from a log what an audit needs: the run, what was published of it, and its records, all as of one moment.
import type { EventLog, LogRecord } from '../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../infra/event-log/ignored-records.ts'
import { readRange } from '../infra/event-log/log-range.ts'
import { Problem, problemText } from '../infra/problem.ts'
import { createKpiReader, type KpiRecord, kpiFault } from '../processor/contract/read-kpi.ts'
import { createRejectedReader } from '../processor/contract/read-others.ts'
import {
  createPartialReader,
  createTruthReader,
  type PartialReader,
  partialFault,
} from '../processor/contract/read-partial.ts'
import { rejectedKey } from '../processor/contract/rejected.ts'
import type { Read, RecordFault, RunFacts } from '../processor/contract/run-facts.ts'
import type { KpiReading, LedgerReading } from '../processor/contract/types.ts'
import type { AcceptedCommand, Descriptor, Partial } from '../producers/contract/records.ts'
import type { Topics } from '../producers/contract/topics.ts'
import { readRuns } from '../producers/run/run-history.ts'
import type { AuditInput, PublishedRecords } from './input.ts'
import { type ReadingsTopic, readReadings } from './read-readings.ts'

export type RunOnLog = {
  epoch: number
  descriptor: Descriptor
  /** Accepted commands, in order. */
  commands: AcceptedCommand[]
  /** Sim time (ms) at which the run ended; null while it runs, and when a restart cut it off. */
  endedAt: number | null
  isRun(epoch: number, run: string): boolean
}

/** The run of `epoch`, by default the newest; a Problem when the log has none. */
export async function readRun(
  log: EventLog,
  topics: Topics,
  ignored: Pick<IgnoredRecords, 'report'>,
  epoch?: number,
): Promise<RunOnLog> {
  const runs = await readRuns(log, topics.run, ignored.report)
  const run = epoch === undefined ? runs.at(-1) : runs.find((r) => r.epoch === epoch)
  if (!run) {
    const got = epoch === undefined ? 'no run' : `no run of epoch ${epoch}`
    const known = runs.map((r) => `${r.epoch} (${r.descriptor.run})`).join(', ')
    const expected = known === '' ? 'one; start `npx huacheng produce`' : `one of ${known}`
    throw new Problem(problemText(topics.run, got, expected))
  }
  const { descriptor, commands, end } = run
  return {
    epoch: run.epoch,
    descriptor,
    commands,
    endedAt: end && end.reason !== 'restart' ? Date.parse(end.at) : null,
    isRun: (e, id) => runs.some((r) => r.epoch === e && r.descriptor.run === id),
  }
}

/**
 * Everything that was published of the run so far; what fits nothing is reported and left out. Of another engine's readings,
 * `from`, neither partials nor ledgers nor rejected records: those are the processor's and say nothing of them.
 */
export async function readPublished(
  log: EventLog,
  topics: Topics,
  facts: RunFacts,
  ignored: Pick<IgnoredRecords, 'report'>,
  from?: ReadingsTopic,
): Promise<PublishedRecords> {
  if (!from) return readOwn(log, topics, facts, ignored)
  const there = { ...topics, kpi: from.topic }
  const { readings, ledgers, other } = await readReadings(log, from, facts, ignored)
  if (other.engine === 'processor') {
    const rest = await readBeside(log, topics, facts, ignored)
    return { ...rest, readings, ledgers, trimmed: await trimmedOf(log, there), other }
  }
  const source = { log, ignored, epoch: facts.epoch }
  return {
    ...{ readings, ledgers: null, partials: null, rejected: null, other },
    truths: await readPartials(source, topics.truth, facts, createTruthReader()),
    trimmed: await trimmedOf(log, there),
  }
}

async function readOwn(
  log: EventLog,
  topics: Topics,
  facts: RunFacts,
  ignored: Pick<IgnoredRecords, 'report'>,
): Promise<PublishedRecords> {
  const readings: KpiReading[] = []
  const ledgers = new Map<string, LedgerReading>()
  const source = { log, ignored, epoch: facts.epoch }
  const kpi = { read: createKpiReader(), faultOf: (r: KpiRecord) => kpiFault(facts, r) }
  for await (const record of ofRun(source, topics.kpi, kpi)) {
    if (record.kind === 'ledger') {
      const { ledger } = record
      ledgers.set(`${ledger.domain}/${ledger.partition}`, ledger)
    } else if (record.reading.final) readings.push(record.reading)
  }
  const rest = await readBeside(log, topics, facts, ignored)
  return { readings, ledgers, ...rest, trimmed: await trimmedOf(log, topics) }
}

/** What was published beside the readings. */
async function readBeside(
  log: EventLog,
  topics: Topics,
  facts: RunFacts,
  ignored: Pick<IgnoredRecords, 'report'>,
) {
  const source = { log, ignored, epoch: facts.epoch }
  const rejected = new Map<string, string>()
  for (const name of ['late', 'dead-letter'] as const) {
    const topic = name === 'late' ? topics.late : topics.deadLetter
    for await (const r of checked(source, topic, createRejectedReader(name))) {
      rejected.set(rejectedKey(r), r.reason)
    }
  }
  return {
    truths: await readPartials(source, topics.truth, facts, createTruthReader()),
    partials: await readPartials(source, topics.partial, facts, createPartialReader()),
    rejected,
  }
}

async function readPartials(source: Source, topic: string, facts: RunFacts, read: PartialReader) {
  const found = new Map<string, Partial>()
  const faultOf = (partial: Partial) => partialFault(facts, partial)
  for await (const partial of ofRun(source, topic, { read, faultOf })) {
    if (partial.provisional) continue
    found.set(`${partial.domain}/${partial.partition}/${partial.start}`, partial)
  }
  return found
}

type Source = { log: EventLog; ignored: Pick<IgnoredRecords, 'report'>; epoch: number }

/** What a one-partition topic holds of the run; other runs' records are no errors. */
async function* ofRun<T extends { epoch: number }>(
  source: Source,
  topic: string,
  { read, faultOf }: { read(record: LogRecord): Read<T>; faultOf(value: T): RecordFault | null },
): AsyncGenerator<T> {
  const fits = (record: LogRecord): Read<T> | null => {
    const got = read(record)
    if (got.fault) return got
    if (got.value.epoch !== source.epoch) return null
    const fault = faultOf(got.value)
    return fault ? { fault } : got
  }
  yield* checked(source, topic, fits)
}

/** What was read of every record of a one-partition topic, tombstones left out; null = ignored. */
async function* checked<T>(
  { log, ignored }: Source,
  topic: string,
  read: (record: LogRecord) => Read<T> | null,
): AsyncGenerator<T> {
  for await (const batch of readRange(log, { topic, partition: 0 })) {
    for (const record of batch) {
      const got = record.value && read(record)
      if (!got) continue
      if (got.fault) ignored.report({ topic, partition: 0, offset: record.offset, ...got.fault })
      else yield got.value
    }
  }
}

async function trimmedOf(log: EventLog, topics: Topics): Promise<string[]> {
  const names = { kpi: topics.kpi, truth: topics.truth, late: topics.late }
  const trimmed: string[] = []
  for (const [name, topic] of Object.entries({ ...names, 'dead-letter': topics.deadLetter })) {
    if ((await log.offsets(topic))[0].earliest > 0n) trimmed.push(name)
  }
  return trimmed
}

/** End (ms) of the newest window of which every domain has published its final readings; the run's start before that. */
export function publishedUpTo(descriptor: Descriptor, readings: KpiReading[]): number {
  const newest = new Map<string, number>()
  for (const { kpi, window } of readings) {
    if (window.kind === 'window') {
      newest.set(kpi, Math.max(newest.get(kpi) ?? 0, Date.parse(window.end)))
    }
  }
  const start = Date.parse(descriptor.start)
  const ends = Object.entries(descriptor.declarations).flatMap(([domain, { measures }]) =>
    measures.map((m) => newest.get(`${domain}.${m.name}`) ?? start),
  )
  return Math.min(...ends)
}

/** End (ms) of the last window that a run which ended at `endedAt` can make final. */
export function lastFinalOf({ start, window, allowedLateness }: Descriptor, endedAt: number) {
  const from = Date.parse(start)
  return from + Math.max(0, Math.floor((endedAt - allowedLateness - from) / window)) * window
}

/** The records of the domain topics as they stand now; each can be read as often as wanted. */
export async function recordsNow(
  log: EventLog,
  topics: Topics,
  domains: string[],
): Promise<AuditInput['records']> {
  const ends = new Map<string, bigint>()
  for (const domain of domains) {
    for (const { partition, latest } of await log.offsets(topics.domain(domain))) {
      ends.set(`${domain}/${partition}`, latest)
    }
  }
  return (domain, partition) =>
    readRange(log, {
      topic: topics.domain(domain),
      partition,
      to: ends.get(`${domain}/${partition}`),
    })
}
