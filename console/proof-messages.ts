// Part of the contract between console/server and console/web: the proof, the engine room, lineage and the demo's injected faults.
import type {
  LedgerBreak,
  LedgerReading,
  MissingEvent,
  ReadingEngine,
  ScopeReading,
} from '../processor/contract/types.ts'
import type { Cell } from '../producers/contract/records.ts'

/** A tick interval with an unexplained loss, and the first of the missing events that has a name yet. */
export type BrokenView = {
  domain: string
  partition: number
  from: string
  to: string
  /** Events missing; negative = as many too many; 0 = none missing, but the bytes are other ones. */
  unexplained: number
  named: MissingEvent | null
}

/** GET /api/ledger: the account of each task, the processor that owns it, and when that published it (wall ms). */
export type TaskView = LedgerReading & { owner: string | null; toldAt: number }

/** GET /api/proof. */
export type ProofView = {
  /** The newest tick at which every task's chain is known. `equal` = each is what the producers published. */
  digest: { tick: string; digest: string; equal: boolean; chains: Record<string, string> } | null
  /** What recomputes it on any machine: from the seed alone, and from the broker's records where there is one. */
  commands: { digest: string | null; audit: string | null }
  /** The run's scenario where the server's machine has none that gives this run: then nothing here recomputes it. */
  unknownScenario: string | null
  /** Operators' commands that changed the city, of which the seed alone knows nothing. */
  interventions: { count: number; first: string | null }
  /** Finals against truth. `windows` = their ends; a row has one mark per window: = equal, ! differs, . not compared. */
  truth: { windows: string[]; rows: { kpi: string; marks: string }[] }
}

/** GET /api/engine: what the console sees of the pipeline that no record says. */
export type EngineView = {
  readings: ReadingsView
  topics: TopicView[]
  /** Delay of this server's event loop over the last seconds, ms. */
  loop: { p50: number; p99: number; max: number }
  memoryBytes: number
  /** Steps at which the horizon waited; null where the conductor is another process. */
  stalls: number | null
  clients: { inFlight: number; waiting: number; bufferedBytes: number }[]
  /** Topics that cannot be read right now, with the reason. */
  problems: string[]
  /** Records that were read and fit nothing, by topic and reason; of this process's readers. */
  ignored: IgnoredView[]
}

/** Where the readings come from. */
export type ReadingsView = {
  topic: string
  /** As their format tells; null = none of this run has come. */
  engine: ReadingEngine | null
  /** Events that it had not read when it said so last, a Flink job at its checkpoints; null = nobody says. */
  lag: number | null
  /** Windows that are not shown, because not all of their scopes have come. */
  waiting: number
  /** Cells that were written again and said something else. */
  rewritten: number
  /** Lines of other runs there, of which nothing is shown. */
  otherRuns: number
}

export type IgnoredView = {
  topic: string
  /** What is wrong with them, as in `huacheng_records_ignored_total`. */
  reason: string
  count: number
  /** The newest one, and when it was read (wall clock, ms). */
  last: { partition: number; offset: string; detail: string; at: number }
}

export type TopicView = {
  topic: string
  partitions: number
  /** Offsets the log holds, and all that were ever written. */
  held: number
  written: number
  /** Records per wall second; null before the second look. */
  perSecond: number | null
  /** Records that the processor has not read yet; null where it reads without a group. */
  lag: number | null
}

/** GET /api/kpis/:id/lineage: the parts a final was added up from, down to events in the log. */
export type LineageView = {
  kpi: string
  scope: string
  window: { kind: 'window' | 'day'; start: string; end: string }
  /** Sums are integers scaled by 10^decimals. */
  decimals: number
  /** One per topic-partition of which something entered, with the place of its record. */
  parts: LineagePart[]
  /** Topic-partitions whose part was found and in which nothing entered. */
  empty: number
  /** What the final itself says of the scope, to hold the sum against; null when it is not held any more. */
  total: ScopeReading | null
  /** Newest first: what the measure read in one topic-partition. */
  events: { partition: number; read: number; matched: number; list: RawEvent[] } | null
  notes: string[]
}

export type LineagePart = { partition: number; offset: string; cell: Cell }
export type RawEvent = {
  topic: string
  partition: number
  offset: string
  time: string
  /** The record's value exactly. */
  text: string
}

/** What a presenter may do to the one-process demo, and to nothing else: POST /api/demo/<capability>. */
export type Capability = 'steal' | 'kill' | 'return'

/** What a server offers besides reading and commands; `record` = POST /api/recordings. */
export type ServerOffer = Capability | 'record'

/** The event that was lost on its way from the producer to the log; count, chain and truth know of it. */
export type LostEvent = {
  topic: string
  partition: number
  asset: string
  district: string
  seq: number
  time: string
  /** Wall ms. */
  lostAt: number
}

/** A lost event and how the city's account took it: wall ms on the server's clock, null = not so far. */
export type Theft = LostEvent & {
  /** The account first missed an event in that interval. */
  missedAt: number | null
  /** It named this very one. */
  namedAt: number | null
  /** A presenter had it delivered after all, */
  returnedAt: number | null
  /** and the account had it. */
  settledAt: number | null
  /** Then: in time for its window, or as too late for it; null = not known. */
  counted: 'folded' | 'late' | null
  /** Events that the account had as too late before that. */
  lateBefore: number
}

/** Finals published since, their cells, and of the finals those that differ from the truth. */
export type Proved = { finals: number; cells: number; differ: number }

/** What is not known yet is null. */
export type Recovery = {
  /** Names of the processor that was killed and of the one that took its place. */
  victim: string
  successor: string | null
  /** Wall ms from the kill to the successor's start, and until every task had read as far as before the kill. */
  downMs: number | null
  recoveredMs: number | null
  /** Sim time (ms) up to which every task had read when it was killed; null = not known yet. */
  watermark: number | null
  /** Records that the successor read until it had recovered, or so far. */
  records: number
  /** Of windows that ended after `watermark`, as published within a minute of the recovery. */
  proved?: Proved
}

/** A fault that a presenter injected into the demo; `begun` is published at once and as it goes on, the rest when it is known. */
export type DemoHappening = {
  id: string
  kind: Capability
  /** The run that it was done to. */
  epoch: number
  /** Wall ms. */
  at: number
  /** Sim time (ms) up to which the city had been allowed to go. */
  sim: number
  phase: 'begun' | 'done' | 'failed'
  error?: string
  theft?: Theft
  recovery?: Recovery
}

/** What the demo offers; each is there or not. */
export type DemoControls = {
  steal?(): Promise<LostEvent>
  /** Delivers it after all; rejects when it is not lost, or is delivered already. */
  giveBack?(lost: LostEvent): Promise<void>
  /** `tell` = how far it is. */
  kill?(tell: (soFar: Recovery) => void): Promise<Recovery>
}

export type { LedgerBreak, LedgerReading, MissingEvent }

/** GET /api/kpis/:id/history with a scope or a twin, oldest first. */
export type HistoryPoints = {
  kpi: string
  scope: string
  twin?: string
  points: { end: string; value: number | null; n: number }[]
}

/** Events by spans of the city's time (ms), the first from `from`, as far as this server saw whole ones. */
export type EventRates = { from: number; stepMs: number; counts: number[] }
