// What an audit is given: the run, its records, what was published, and the city simulated again.
import type { LogRecord } from '../infra/event-log/event-log.ts'
import type { KpiReading, LedgerReading, ReadingEngine } from '../processor/contract/types.ts'
import type { Descriptor, Partial } from '../producers/contract/records.ts'
import type { LaneSimulation } from './resimulate/resimulate.ts'

type Batches = Iterable<LogRecord[]> | AsyncIterable<LogRecord[]>

/** What the run's other topics say; null = not at hand, so not compared. Only records of this run's epoch. */
export type PublishedRecords = {
  /** Finals in log order, window and day. */
  readings: KpiReading[] | null
  /** By `<domain>/<p>`. */
  ledgers: Map<string, LedgerReading> | null
  /** By `<domain>/<p>/<window start>`. */
  truths: Map<string, Partial> | null
  partials: Map<string, Partial> | null
  /** Reason by `<topic>/<p>/<offset>`, of `late` and `dead-letter`. */
  rejected: Map<string, string> | null
  /** Topics that retention has cut: what is absent there proves nothing. */
  trimmed: string[]
  /** Set where the readings are not those of the processor's own topic. */
  other?: OtherReadings
}

/** Readings that lie in a topic of their own. */
export type OtherReadings = {
  topic: string
  /** As their format tells; null = there is none of this run. */
  engine: ReadingEngine | null
  /** Records of other runs. */
  otherRuns: number
  /** Cells that were written again and said something else. */
  rewritten: { kpi: string; start: string; detail: string }[]
  /** Windows that lack scopes. */
  partial: KpiReading[]
}

export type AuditInput = {
  descriptor: Descriptor
  epoch: number
  /** Scope codes, the whole city first. */
  scopes: string[]
  topicOf(domain: string): string
  assetOf(domain: string, id: string): { partition: number; district: string } | undefined
  /** How many assets the domain has in this run. */
  assetsIn(domain: string): number
  /** Does the log describe this run? */
  isRun(epoch: number, run: string): boolean
  /** Sim time (ms) at which the run ended, null while it runs. */
  endedAt: number | null
  /** Windows that end by then (ms) must have been published. */
  upTo: number
  /** One topic-partition in log order; asked for a second time where something is to be named. */
  records(domain: string, partition: number): Batches
  published: PublishedRecords
  /** The same topic-partition from the same seeds; null where this build has other ones. */
  simulate: ((domain: string, partition: number, to: number) => LaneSimulation) | null
  /** Simulate every topic-partition again, also where nothing looks wrong. */
  resimulate?: boolean
  /** Copies right behind their originals fail too. */
  strict?: boolean
  /** Called after each topic-partition. */
  onProgress?(done: number, of: number): void
}
