// First pass of an audit over one topic-partition: what happened to each record, its ledger, its ticks and its chain.
import { createHash } from 'node:crypto'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { Injected, Ledger } from '../../producers/contract/records.ts'
import { type ClosedWindow, createOracleLane, type OracleLaneOptions } from '../oracle/lane.ts'
import type { OracleTick } from '../oracle/ticks.ts'
import type { Place } from '../place.ts'

export type LaneAuditOptions = OracleLaneOptions & {
  topic: string
  /** Sim time (ms) at which the run ended; null while it runs. */
  endedAt: number | null
  /** Tick (ms) at which the task's ledger was told, to be compared there; null when none was told. */
  ledgerAt: number | null
  onWindow(window: ClosedWindow): void
}

export type LaneCounts = {
  /** Records that are neither ticks nor markers. */
  read: number
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  /** Of the dead letters, those of another run. */
  foreign: number
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
  /** At the tick asked for: exact; duplicates and dead letters there and at the tick after it (or the end). */
  ledger: { at: Ledger; until: LaneCounts } | null
  /** Offsets of the run here: its first record, and the one behind its last; null where it never began. */
  from: bigint | null
  until: bigint | null
  /** Offset of the tick asked for. */
  ledgerOffset: bigint | null
  /** Offset → reason of everything that must be in `late` or `dead-letter`. */
  rejected: Map<string, string>
  places: Place[]
}

const NONE: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
/** Places kept of one topic-partition in the first pass; the counts go on. */
const MAX_PLACES = 100
const NEWLINE = Buffer.from('\n')

export interface LaneAudit {
  /** False once a later run has begun: nothing after it is of interest. */
  record(record: LogRecord): boolean
  report(): LaneReport
  /** Numbers missing in the assets' sequences, at most 100: the best name of a lost event without the seeds. */
  gaps(): Place[]
}

export function createLaneAudit(options: LaneAuditOptions): LaneAudit {
  const { topic, partition, tickMs } = options
  const oracle = createOracleLane(options)
  const counts: LaneCounts = {
    read: 0,
    folded: 0,
    duplicate: 0,
    late: 0,
    deadLetter: 0,
    foreign: 0,
  }
  const rejected = new Map<string, string>()
  const places: Place[] = []
  let first: bigint | null = null
  let from: bigint | null = null
  let until: bigint | null = null
  let ledgerOffset: bigint | null = null
  let last: { tick: OracleTick; accepted: number } | null = null
  let nextTick = options.start
  let ticks = 0
  let chainsBroken = 0
  let hash = createHash('sha256').update(Buffer.alloc(32))
  let ledger: LaneReport['ledger'] = null
  let isLedgerOpen = false

  function place(p: Omit<Place, 'topic' | 'partition'>): void {
    if (places.length < MAX_PLACES) places.push({ topic, partition, ...p })
  }

  function record(input: LogRecord): boolean {
    first ??= input.offset
    const verdict = oracle.record(input)
    if (verdict.is === 'run-started') from = input.offset
    if (from !== null && verdict.is !== 'over') until = input.offset + 1n
    switch (verdict.is) {
      case 'ignored':
      case 'run-started':
        return true
      case 'over':
        return false
      case 'tick':
        onTick(verdict.tick, input.offset)
        for (const window of verdict.closed) options.onWindow(window)
        return true
      case 'dead-letter':
        counts.read++
        counts.deadLetter++
        if (verdict.reason === 'foreign-run') counts.foreign++
        rejected.set(String(input.offset), verdict.reason)
        return true
      default:
        counts.read++
        counts[verdict.is]++
        if (verdict.is === 'late') rejected.set(String(input.offset), 'late')
        if (verdict.is !== 'duplicate') hash.update(input.value!).update(NEWLINE)
        return true
    }
  }

  function onTick(tick: OracleTick, offset: bigint): void {
    ticks++
    expectTick(tick.time, offset)
    const digest = hash.digest('hex')
    // From the tick's own chain on, so that a break stays in one interval.
    hash = createHash('sha256').update(Buffer.from(tick.chain, 'hex'))
    const before = last?.tick ?? { time: null, count: 0, injected: NONE }
    const accepted = counts.folded + counts.late
    const got = accepted - (last?.accepted ?? 0)
    const expected = tick.count - before.count
    const interval = `between the ticks ${before.time === null ? 'run-started' : isoTime(before.time)} and ${isoTime(tick.time)}`
    const at = { offset, district: null, time: tick.time, asset: null, seq: null }
    const moved = changes(before.injected, tick.injected)
    const short = expected - got - moved.held - moved.drop - moved.corrupt
    if (short !== 0) {
      const detail = `${got} events, expected ${expected - moved.held - moved.drop - moved.corrupt}, ${interval}`
      place({ kind: 'count', ...at, detail })
    }
    if (digest !== tick.chain) {
      chainsBroken++
      const released = moved.late - moved.held
      // Dropped, cut, held back or released here: then the bytes of the interval cannot be those that were hashed.
      const isTold = moved.drop + moved.corrupt + moved.late + released > 0
      if (!isTold) {
        place({ kind: 'chain', ...at, detail: `${digest}, expected ${tick.chain}, ${interval}` })
      }
    }
    if (isLedgerOpen && ledger) {
      ledger.until = { ...counts }
      isLedgerOpen = false
    }
    last = { tick, accepted }
    if (tick.time === options.ledgerAt) {
      ledger = { at: ledgerAt(), until: { ...counts } }
      isLedgerOpen = true
      ledgerOffset = offset
    }
  }

  function expectTick(time: number, offset: bigint): void {
    const at = { offset, district: null, asset: null, seq: null }
    while (nextTick < time) {
      place({ kind: 'tick-missing', ...at, time: nextTick, detail: `tick ${isoTime(nextTick)}` })
      nextTick = following(nextTick)
    }
    if (nextTick === time) nextTick = following(nextTick)
    else place({ kind: 'tick', ...at, time, detail: `tick ${isoTime(time)} is none of the run's` })
  }

  /** Every tick's time is start + k × tick; the last one is the run's end. */
  function following(time: number): number {
    if (time >= options.end) return Number.POSITIVE_INFINITY
    return Math.min(time + tickMs, options.end)
  }

  function ledgerAt(): Ledger {
    const tick = last?.tick ?? { count: 0, injected: NONE }
    const { drop, duplicate, late, corrupt, held } = tick.injected
    const lost = tick.count - counts.folded - counts.late - held
    return {
      read: counts.read,
      folded: counts.folded,
      duplicate: counts.duplicate,
      late: counts.late,
      deadLetter: counts.deadLetter,
      produced: tick.count,
      injected: { drop, duplicate, late, corrupt, held },
      unexplained: lost - drop - corrupt,
    }
  }

  function report(): LaneReport {
    if (isLedgerOpen && ledger) ledger.until = { ...counts }
    if (from === null) {
      const got = first === null ? 'nothing' : `offset ${first} and later`
      const detail = `${got}, expected the run's first record; it is trimmed, or the run never began here`
      place({
        kind: 'no-start',
        offset: first,
        district: null,
        time: null,
        asset: null,
        seq: null,
        detail,
      })
    }
    const endedAt = options.endedAt ?? Number.NEGATIVE_INFINITY
    while (from !== null && nextTick <= endedAt) {
      const at = { offset: null, district: null, asset: null, seq: null }
      place({ kind: 'tick-missing', ...at, time: nextTick, detail: `tick ${isoTime(nextTick)}` })
      nextTick = following(nextTick)
    }
    const tick = last?.tick ?? { time: null, count: 0, injected: NONE }
    const { drop, corrupt, held } = tick.injected
    const missing = tick.count - (last?.accepted ?? 0) - held
    return {
      counts,
      produced: tick.count,
      injected: tick.injected,
      missing,
      unexplained: missing - drop - corrupt,
      ticks,
      chainsBroken,
      lastTick: tick.time,
      ledger,
      from,
      until,
      ledgerOffset,
      rejected,
      places,
    }
  }

  function gaps(): Place[] {
    const out: Place[] = []
    for (const [asset, numbers] of oracle.seen) {
      for (const [low, high] of numbers.missing()) {
        for (let seq = low; seq <= high; seq++) {
          if (out.length >= MAX_PLACES) return out
          const district = options.assetOf(asset)?.district ?? null
          const at = { topic, partition, offset: null, district, time: null, asset, seq }
          out.push({ ...at, kind: 'missing', detail: 'a gap in the asset’s sequence' })
        }
      }
    }
    return out
  }

  return { record, report, gaps }
}

function changes(a: Injected, b: Injected): Injected {
  return {
    drop: b.drop - a.drop,
    duplicate: b.duplicate - a.duplicate,
    late: b.late - a.late,
    corrupt: b.corrupt - a.corrupt,
    held: b.held - a.held,
  }
}
