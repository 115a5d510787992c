// First pass of an audit over one topic-partition: what happened to each record, its ledger, its ticks and its chain.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { Injected } from '../../producers/contract/records.ts'
import { OracleLane, type OracleLaneOptions } from '../oracle/lane.ts'
import type { OracleTick } from '../oracle/ticks.ts'
import type { ClosedWindow } from '../oracle/windows.ts'
import { type AuditPlace, PlaceList } from '../place.ts'
import { type LaneCounts, LedgerAt } from './ledger-at.ts'
import { TickIntervals } from './tick-intervals.ts'

export type LaneAuditOptions = OracleLaneOptions & {
  topic: string
  /** Sim time (ms) at which the run ended; null while it runs. */
  endedAt: number | null
  /** Tick (ms) at which the task's ledger was published, to be compared there; null when none was. */
  ledgerAt: number | null
  onWindow(window: ClosedWindow): void
}

export type LaneReport = {
  counts: LaneCounts
  /** As of the last tick. */
  produced: number
  injected: Injected
  missing: number
  unexplained: number
  ticks: number
  chainsBroken: number
  /** Time (ms) of the last tick, null without one. */
  lastTick: number | null
  /** At the tick asked for; null when it was not there. */
  ledger: LedgerAt | null
  /** Offsets of the run here: its first record, and the one behind its last; null where it never began. */
  from: bigint | null
  until: bigint | null
  /** Offset → reason of everything that must be in `late` or `dead-letter`. */
  rejected: Map<string, string>
  places: AuditPlace[]
}

/** Places kept of one topic-partition in the first pass; the counts go on. */
const MAX_PLACES = 100

export class LaneAudit {
  readonly #options: LaneAuditOptions
  readonly #oracle: OracleLane
  readonly #places: PlaceList
  readonly #intervals: TickIntervals
  readonly #counts: LaneCounts = {
    read: 0,
    folded: 0,
    duplicate: 0,
    late: 0,
    deadLetter: 0,
    foreign: 0,
  }
  readonly #rejected = new Map<string, string>()
  #ledger: LedgerAt | null = null
  /** Offset of the first record, of this run or not. */
  #first: bigint | null = null
  #from: bigint | null = null
  #until: bigint | null = null

  constructor(options: LaneAuditOptions) {
    this.#options = options
    this.#oracle = new OracleLane(options)
    this.#places = new PlaceList(options.topic, options.partition, MAX_PLACES)
    this.#intervals = new TickIntervals(options, this.#places)
  }

  /** False once a later run has begun: nothing after it is of interest. */
  record(record: LogRecord): boolean {
    const { offset } = record
    this.#first ??= offset
    const verdict = this.#oracle.record(record)
    if (verdict.is === 'over') return false
    if (verdict.is === 'run-started') this.#from = offset
    if (this.#from !== null) this.#until = offset + 1n
    switch (verdict.is) {
      case 'ignored':
      case 'run-started':
        break
      case 'tick':
        this.#onTick(verdict.tick, offset)
        for (const window of verdict.closed) this.#options.onWindow(window)
        break
      case 'dead-letter':
        this.#counts.read++
        this.#counts.deadLetter++
        if (verdict.reason === 'foreign-run') this.#counts.foreign++
        this.#rejected.set(String(offset), verdict.reason)
        break
      default:
        this.#counts.read++
        this.#counts[verdict.is]++
        if (verdict.is === 'late') this.#rejected.set(String(offset), 'late')
        if (verdict.is !== 'duplicate') this.#intervals.event(record.value!)
    }
    return true
  }

  /** Once, when every record has been given. */
  report(): LaneReport {
    const { endedAt } = this.#options
    this.#ledger?.close(this.#counts)
    if (this.#from === null) this.#neverBegan()
    else if (endedAt !== null) this.#intervals.end(endedAt)
    const { said, missing, ticks, chainsBroken, lastTick } = this.#intervals
    const { drop, corrupt } = said.injected
    return {
      counts: this.#counts,
      ...said,
      missing,
      unexplained: missing - drop - corrupt,
      ...{ ticks, chainsBroken, lastTick },
      ledger: this.#ledger,
      from: this.#from,
      until: this.#until,
      rejected: this.#rejected,
      places: this.#places.places,
    }
  }

  /** Numbers missing in the assets' sequences, at most 100: the best name of a lost event without the seeds. */
  gaps(): AuditPlace[] {
    const { topic, partition } = this.#options
    const gaps = new PlaceList(topic, partition, MAX_PLACES)
    for (const [asset, numbers] of this.#oracle.seen) {
      const district = this.#options.assetOf(asset)?.district ?? null
      for (const [low, high] of numbers.missing()) {
        // One number far ahead leaves a gap of any length.
        for (let seq = low; seq <= high && !gaps.isFull; seq++) {
          gaps.add({
            kind: 'missing',
            district,
            asset,
            seq,
            detail: 'a gap in the asset’s sequence',
          })
        }
      }
    }
    return gaps.places
  }

  #onTick(tick: OracleTick, offset: bigint): void {
    this.#intervals.tick(tick, offset)
    this.#ledger?.close(this.#counts)
    if (tick.time !== this.#options.ledgerAt) return
    this.#ledger = new LedgerAt(this.#counts, this.#intervals.said, offset)
  }

  #neverBegan(): void {
    const offset = this.#first
    const got = offset === null ? 'nothing' : `offset ${offset} and later`
    const detail = `${got}, expected the run's first record; it is trimmed, or the run never began here`
    this.#places.add({ kind: 'no-start', offset, detail })
  }
}
