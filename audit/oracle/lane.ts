// The oracle for one topic-partition: what happens to each record, and the sums of every window that its ticks close.
// In: records in log order. Out: a verdict per record; per closed window the exact sums of every measure and scope.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import { type Decimal, scaledTo } from './decimal.ts'
import { numberIn, truthIn } from './expression.ts'
import { type LaneOfRun, type OracleEvent, type RefusedAs, recordReader } from './record.ts'
import { type SeenNumbers, seenNumbers } from './sequences.ts'
import type { OracleTick } from './ticks.ts'
import { tickLine } from './ticks.ts'

/** Whole numbers of 10^-decimals; `denominator` is 0 where the kind has none. */
export type Sum = { numerator: bigint; denominator: bigint; n: number }
/** By scope code, the districts' only; what is absent is zero. */
export type Sums = Map<string, Sum>

export type ClosedWindow = {
  start: number
  end: number
  /** Start of the day sums: 00:00 of the city's day, or the run's start. */
  dayStart: number
  /** By measure, in the declaration's order. */
  measures: Map<string, { window: Sums; day: Sums }>
}

export type Verdict =
  /** Before the run's first record here, or a marker or tick that was there before. */
  | { is: 'ignored' }
  | { is: 'run-started' }
  /** A later run begins here: this one is over. */
  | { is: 'over' }
  | { is: 'tick'; tick: OracleTick; closed: ClosedWindow[] }
  | { is: 'folded' | 'late' | 'duplicate'; event: OracleEvent }
  | { is: 'dead-letter'; reason: RefusedAs; detail: string }

/** What bears on a measure in one window, for explanations: by `subject:seq`; zeros = the latest, but it does not enter. */
export type Bearing = Map<string, { subject: string; scope: string; sum: Sum }>

export type OracleLaneOptions = LaneOfRun & {
  windowMs: number
  latenessMs: number
  partitions: number
  /** Assets of the domain in this run, and scopes of the city: they bound how large a term may be. */
  assets: number
  scopes: number
  /** Epochs of the runs that the log describes. */
  isRun(epoch: number, run: string): boolean
  /** Windows (by start) and measures whose bearing events are to be kept. */
  watch?: (windowStart: number, measure: string) => boolean
}

export interface OracleLane {
  record(record: LogRecord): Verdict
  /** Of the watched windows closed so far, by `<window start ms>|<measure>`. */
  bearings: Map<string, Bearing>
  /** By asset; only assets that were heard. */
  seen: Map<string, SeenNumbers>
}

const CITY_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

type Entry = { event: OracleEvent; terms: (Sum | null)[] }

export function createOracleLane(options: OracleLaneOptions): OracleLane {
  const { epoch, start, windowMs, watch } = options
  const { measures } = options.declaration
  const limits = measures.map((m) => largestTerm(m, options))
  const read = recordReader(options)
  const seen = new Map<string, SeenNumbers>()
  const bearings = new Map<string, Bearing>()
  /** Index of the oldest open window. */
  let next = 0
  /** Entries by the first window in which they matter. */
  const waiting = new Map<number, Entry[]>()
  /** Latest entry of each asset, per measure that looks at it. */
  const latest = measures.map(() => new Map<string, Entry>())
  let day: Sums[] = measures.map(() => new Map())
  let dayStart = cityDay(start)
  let isStarted = false
  const ticks = tickLine(options)
  /** Events that were folded or late. */
  let arrived = 0

  function record(input: LogRecord): Verdict {
    const got = read(input)
    if (got.is === 'run-started') {
      if (got.epoch === epoch && got.run === options.run) {
        const is = isStarted ? 'ignored' : 'run-started'
        isStarted = true
        return { is }
      }
      if (!isStarted) return { is: 'ignored' }
      if (got.epoch > epoch && options.isRun(got.epoch, got.run)) return { is: 'over' }
      return { is: 'dead-letter', reason: 'foreign-run', detail: `run ${got.run}` }
    }
    if (!isStarted) return { is: 'ignored' }
    if (got.is === 'refused') {
      return { is: 'dead-letter', reason: got.reason, detail: got.detail }
    }
    if (got.is === 'event') return onEvent(got.event)
    const { tick } = got
    const next = ticks.next(tick, arrived)
    if (next === 'again') return { is: 'ignored' }
    if (next === 'counts') return { is: 'tick', tick, closed: closeUpTo(tick.time) }
    return { is: 'dead-letter', reason: 'schema', detail: next.refused }
  }

  function onEvent(event: OracleEvent): Verdict {
    const terms: (Sum | null)[] = []
    for (const [i, m] of measures.entries()) {
      const sum = termsOf(m, event)
      if (sum === 'inexact' || (sum && isAbove(sum, limits[i]))) {
        const detail = `${m.name}: not exact at ${m.decimals} decimals, or above ${limits[i]}`
        return { is: 'dead-letter', reason: 'schema', detail }
      }
      terms.push(sum)
    }
    let numbers = seen.get(event.subject)
    if (!numbers) {
      numbers = seenNumbers()
      seen.set(event.subject, numbers)
    }
    if (!numbers.add(event.seq)) return { is: 'duplicate', event }
    arrived++
    // What is older than the run sets state only: it bears on the windows still open, and is never late.
    const window = event.time < start ? next : Math.floor((event.time - start) / windowMs)
    if (window < next) return { is: 'late', event }
    const list = waiting.get(window)
    if (list) list.push({ event, terms })
    else waiting.set(window, [{ event, terms }])
    return { is: 'folded', event }
  }

  function closeUpTo(watermark: number): ClosedWindow[] {
    const closed: ClosedWindow[] = []
    while (watermark >= start + (next + 1) * windowMs + options.latenessMs) closed.push(close())
    return closed
  }

  function close(): ClosedWindow {
    const from = start + next * windowMs
    const end = from + windowMs
    const entries = waiting.get(next) ?? []
    waiting.delete(next)
    next++
    // The window that ends at 00:00 belongs to the old day.
    if (cityDay(end - 1) !== dayStart) {
      dayStart = cityDay(end - 1)
      day = measures.map(() => new Map())
    }
    const out: ClosedWindow['measures'] = new Map()
    measures.forEach((m, i) => {
      const bearing: Bearing | null = watch?.(from, m.name) ? new Map() : null
      if (bearing) bearings.set(`${from}|${m.name}`, bearing)
      if (m.kind === 'ratio' || m.kind === 'count') {
        const sums = addedUp(entries, i, bearing)
        for (const [scope, sum] of sums) add(day[i], scope, sum)
        out.set(m.name, { window: sums, day: new Map(day[i]) })
      } else {
        const sums = asOf(end, entries, i, m, bearing)
        out.set(m.name, { window: sums, day: sums })
      }
    })
    return { start: from, end, dayStart: Math.max(dayStart, start), measures: out }
  }

  /** ratio, count: over the events in the window. */
  function addedUp(entries: Entry[], i: number, bearing: Bearing | null): Sums {
    const sums: Sums = new Map()
    for (const { event, terms } of entries) {
      const sum = terms[i]
      if (!sum || sum.n === 0 || event.time < start) continue
      add(sums, event.district, sum)
      bearing?.set(nameOf(event), { subject: event.subject, scope: event.district, sum })
    }
    return sums
  }

  /** share, gauge, level: over each asset's latest fresh event before the window's end. */
  function asOf(end: number, entries: Entry[], i: number, m: Measure, bearing: Bearing | null) {
    const table = latest[i]
    for (const entry of entries) {
      if (!entry.terms[i]) continue
      const { subject, time, seq } = entry.event
      const old = table.get(subject)?.event
      if (!old || time > old.time || (time === old.time && seq > old.seq)) table.set(subject, entry)
    }
    const oldest = end - (m.freshForMs ?? 0)
    const sums: Sums = new Map()
    for (const { event, terms } of table.values()) {
      const sum = event.time >= oldest ? terms[i]! : NOTHING
      if (sum.n > 0) add(sums, event.district, sum)
      bearing?.set(nameOf(event), { subject: event.subject, scope: event.district, sum })
    }
    return sums
  }

  return { record, bearings, seen }
}

export const NOTHING: Sum = { numerator: 0n, denominator: 0n, n: 0 }

/** What one event adds to a measure: null = the measure does not look at it, n 0 = it looks, but it does not enter. */
function termsOf(m: Measure, event: OracleEvent): Sum | null | 'inexact' {
  if (!m.on.includes(event.name)) return null
  if (m.asset !== undefined && m.asset !== event.subject) return null
  const scaled = (x: Decimal) => scaledTo(x, m.decimals)
  if (m.kind === 'share') {
    const one = scaled({ units: 1n, places: 0 })!
    return truthIn(m.counts!, event.data) ? { numerator: one, denominator: 0n, n: 1 } : NOTHING
  }
  if (m.kind === 'count' || m.kind === 'level') {
    const numerator = scaled(numberIn(m.value ?? 1, event.data))
    return numerator === null ? 'inexact' : { numerator, denominator: 0n, n: 1 }
  }
  const numerator = scaled(numberIn(m.used!, event.data))
  const denominator = scaled(numberIn(m.of!, event.data))
  if (numerator === null || denominator === null) return 'inexact'
  return denominator === 0n ? NOTHING : { numerator, denominator, n: 1 }
}

/**
 * A term is refused when so many of its size could leave the range in which a double counts exactly: one per asset, or
 * one per cell of a day.
 */
function largestTerm(m: Measure, { windowMs, partitions, scopes, assets }: OracleLaneOptions) {
  const isSummed = m.kind === 'ratio' || m.kind === 'count'
  const ofAssets = m.asset === undefined ? Math.max(1, assets) : 1
  const cells = (Math.ceil(DAY_MS / windowMs) + 1) * partitions * scopes
  return BigInt(Number.MAX_SAFE_INTEGER) / BigInt(isSummed ? cells : ofAssets)
}

function isAbove({ numerator, denominator }: Sum, limit: bigint): boolean {
  return [numerator, denominator].some((x) => x > limit || x < -limit)
}

export function add(sums: Sums, scope: string, sum: Sum): void {
  const old = sums.get(scope) ?? NOTHING
  sums.set(scope, {
    numerator: old.numerator + sum.numerator,
    denominator: old.denominator + sum.denominator,
    n: old.n + sum.n,
  })
}

function nameOf(event: OracleEvent): string {
  return `${event.subject}:${event.seq}`
}

/** 00:00 in Asia/Shanghai, which has had no daylight saving since 1991. */
function cityDay(ms: number): number {
  return Math.floor((ms + CITY_OFFSET_MS) / DAY_MS) * DAY_MS - CITY_OFFSET_MS
}
