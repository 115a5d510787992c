// Reads from a log what an audit needs: the run, what was told of it, and its records, all as of one moment.
import type { EventLog } from '../infra/event-log.ts'
import type { IgnoredRecords } from '../infra/ignored-records.ts'
import { readRange } from '../infra/log-range.ts'
import { Problem, problemText } from '../infra/problem.ts'
import type { KpiReading, LedgerReading, Rejected } from '../processor/contract/types.ts'
import type { AcceptedCommand, Descriptor, Partial } from '../producers/contract/records.ts'
import type { Topics } from '../producers/contract/topics.ts'
import { readRuns } from '../producers/run-history.ts'
import type { AuditInput, Told } from './audit-input.ts'

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

/** Everything that was told of the run so far. */
export async function readTold(log: EventLog, topics: Topics, epoch: number): Promise<Told> {
  const readings: KpiReading[] = []
  const ledgers = new Map<string, LedgerReading>()
  for await (const { key, value } of all(log, topics.kpi)) {
    const [head, kind] = key.split('|')
    if (Number(head) !== epoch) continue
    const told = JSON.parse(value) as KpiReading | LedgerReading
    if (kind !== 'ledger') {
      if ((told as KpiReading).final) readings.push(told as KpiReading)
      continue
    }
    const ledger = told as LedgerReading
    ledgers.set(`${ledger.domain}/${ledger.partition}`, ledger)
  }
  const rejected = new Map<string, string>()
  for (const topic of [topics.late, topics.deadLetter]) {
    for await (const { key, value } of all(log, topic)) {
      rejected.set(key, (JSON.parse(value) as Rejected).reason)
    }
  }
  return {
    readings,
    ledgers,
    truths: await readPartials(log, topics.truth, epoch),
    partials: await readPartials(log, topics.partial, epoch),
    rejected,
    trimmed: await trimmedOf(log, topics),
  }
}

async function readPartials(log: EventLog, topic: string, epoch: number) {
  const partials = new Map<string, Partial>()
  for await (const { value } of all(log, topic)) {
    const partial = JSON.parse(value) as Partial
    if (partial.epoch !== epoch || partial.provisional) continue
    partials.set(`${partial.domain}/${partial.partition}/${partial.start}`, partial)
  }
  return partials
}

async function trimmedOf(log: EventLog, topics: Topics): Promise<string[]> {
  const names = { kpi: topics.kpi, truth: topics.truth, late: topics.late }
  const trimmed: string[] = []
  for (const [name, topic] of Object.entries({ ...names, 'dead-letter': topics.deadLetter })) {
    if ((await log.offsets(topic))[0].earliest > 0n) trimmed.push(name)
  }
  return trimmed
}

/** End (ms) of the newest window of which every domain has told its final readings; the run's start before that. */
export function toldUpTo(descriptor: Descriptor, readings: KpiReading[]): number {
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

/** Key and value of every record of a one-partition topic, tombstones left out. */
async function* all(log: EventLog, topic: string) {
  for await (const batch of readRange(log, { topic, partition: 0 })) {
    for (const { key, value, offset } of batch) {
      if (key && value) yield { key: key.toString(), value: value.toString(), offset }
    }
  }
}
