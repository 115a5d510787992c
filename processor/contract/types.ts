// What the processor hands downstream: readings, alerts, map frames.
import type { Ledger } from '../../producers/contract/records.ts'

export type Status = 'met' | 'ahead' | 'on-track' | 'behind' | 'missed' | 'no-data' | 'warming-up'

export type ScopeReading = {
  /** numerator × weight / denominator, 6 decimals; null = 0/0. */
  value: number | null
  /** Plain decimals before weight. */
  numerator: number
  denominator: number | null
  n: number
}

/** A record of `city.kpi`: all scopes of one KPI and window; keys in this order on the wire. */
export type KpiReading = {
  epoch: number
  kpi: string
  window: { kind: 'window' | 'day'; start: string; end: string }
  final: boolean
  watermark: string
  weight: number
  unit: string
  target: string | null
  expected: number | null
  status: Status | null
  truth: 'equal' | 'differs' | 'pending' | null
  scopes: Record<string, ScopeReading>
  /** Of a provisional: a task lacks records that retention took before it read them; no final will follow. */
  incomplete?: true
}

/** Who computed readings, as their format tells: this processor, or the job that is generated for Flink SQL. */
export type ReadingEngine = 'processor' | 'flink-sql'

/** The twin of the city in which nobody acts and nothing happens; the others are named by the command they leave out. */
export const USUAL = 'usual'

/** A record of `city.kpi-twin`: what the reading would be in a twin of the city. */
export type TwinReading = KpiReading & { twin: string }

/** One event that the producers count and that never arrived, as its neighbours in the asset's numbering show it. */
export type MissingEvent = {
  asset: string
  district: string
  seq: number
  /** Times of the asset's last event before it (null = it had none) and of the one that gave it away. */
  after: string | null
  before: string
}

/** A tick interval [from, to) that does not add up. */
export type LedgerBreak = {
  from: string
  to: string
  /** Events that the tick counts in it, and those that arrived in it. */
  expected: number
  got: number
  /** Of expected − got, what no injected fault explains; negative where earlier missing ones came in it. */
  unexplained: number
  /** Nothing is missing and no fault was injected, yet the bytes or their order are not those that were hashed. */
  altered: boolean
  /** Of the missing ones, how many came in a later interval after all. */
  returned: number
  /**
   * Missing events by name, at most 20, sought only where something is unexplained. An asset is known as soon as it
   * reports again; until then expected − got − returned is larger than this list.
   */
  missing: MissingEvent[]
}

/** Record header of a ledger: which processor owns the task. Not in the value, which is the same whoever writes it. */
export const OWNER_HEADER = 'owner'

/** A record of `city.kpi` under `epoch|ledger|domain|p`. */
export type LedgerReading = Ledger & {
  epoch: number
  domain: string
  partition: number
  watermark: string
  /** Chain of the last tick that was read, recomputed from the events: equal, or where it broke. */
  chain: string
  chainEqual: boolean
  /** Newest last, at most 20; those that injected faults explain go first when there are more. */
  breaks: LedgerBreak[]
  /** Records were gone before the task could read them: a task that began late counts from its first tick. */
  incomplete?: true
}

export type Alert = {
  epoch: number
  id: string
  kpi: string
  scope: string
  severity: 'warning' | 'critical'
  openedAt: string
  closedAt: string | null
  value: number | null
  /** Of the value, or of its difference from usual. */
  threshold: number
  windows: number
  /** Of an alert that was judged against usual. */
  against?: AgainstUsual
}

/** What the twin had read in that window, and how far off that the value is. */
export type AgainstUsual = {
  usual: number | null
  difference: number | null
  /** What 1 of the difference is: one of the KPI's unit, or all of usual's reading. */
  unit: 'kpi' | 'reading'
}

export type DeadLetterReason =
  | 'null'
  | 'not-json'
  | 'schema'
  | 'unknown-asset'
  | 'too-large'
  | 'foreign-run'
  | 'encoding'

/** A record of `city.late` and `city.dead-letter`. */
export type Rejected = {
  topic: string
  partition: number
  offset: string
  reason: DeadLetterReason | 'late'
  detail: string
  key: string | null
  value: string | null
  sha256: string | null
  bytes: number
}
