// The windows of one topic-partition: which event belongs to which, and the sums of those that are over.
// In: events with their terms. Out: per closed window the exact sums of every measure and scope.
import type { Measure } from '../../producers/contract/measures.ts'
import type { OracleEvent } from './record.ts'
import { addTo, NOTHING, type Sum, type Sums } from './sums.ts'
import { isSummed, type Term } from './terms.ts'

export type ClosedWindow = {
  start: number
  end: number
  /** Start of the day sums: 00:00 of the city's day, or the run's start. */
  dayStart: number
  /** By measure, in the declaration's order. */
  measures: Map<string, { window: Sums; day: Sums }>
}

/** What bears on a measure in one window, for explanations: by `subject:seq`; zeros = the latest, but it does not enter. */
export type Bearing = Map<string, { subject: string; scope: string; sum: Sum }>

export type WindowOptions = {
  /** Of the run, ms. */
  start: number
  windowMs: number
  latenessMs: number
  measures: readonly Measure[]
  /** Windows (by start) and measures whose bearing events are to be kept. */
  watch?: (windowStart: number, measure: string) => boolean
}

type WaitingEvent = { event: OracleEvent; terms: Term[] }

const CITY_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

export class OracleWindows {
  /** Of the watched windows closed so far, by `<window start ms>|<measure>`. */
  readonly bearings = new Map<string, Bearing>()
  readonly #options: WindowOptions
  /** By the first window in which they matter. */
  readonly #waiting = new Map<number, WaitingEvent[]>()
  readonly #sums: MeasureSums[]
  /** Index of the oldest open window. */
  #next = 0
  #dayStart: number

  constructor(options: WindowOptions) {
    this.#options = options
    this.#sums = options.measures.map((m, i) =>
      isSummed(m) ? new EventSums(i, options.start) : new LatestSums(i, m.freshForMs ?? 0),
    )
    this.#dayStart = cityDay(options.start)
  }

  /** False = too late, its window is closed. */
  take(event: OracleEvent, terms: Term[]): boolean {
    const { start, windowMs } = this.#options
    // What is older than the run sets state only: it bears on the windows still open, and is never late.
    const window = event.time < start ? this.#next : Math.floor((event.time - start) / windowMs)
    if (window < this.#next) return false
    const list = this.#waiting.get(window)
    if (list) list.push({ event, terms })
    else this.#waiting.set(window, [{ event, terms }])
    return true
  }

  /** Closes what ends at or before `watermark`, in order. */
  closeUpTo(watermark: number): ClosedWindow[] {
    const { start, windowMs, latenessMs } = this.#options
    const closed: ClosedWindow[] = []
    while (watermark >= start + (this.#next + 1) * windowMs + latenessMs) closed.push(this.#close())
    return closed
  }

  #close(): ClosedWindow {
    const { measures, start: runStart, windowMs, watch } = this.#options
    const start = runStart + this.#next * windowMs
    const end = start + windowMs
    const events = this.#waiting.get(this.#next) ?? []
    this.#waiting.delete(this.#next)
    this.#next++
    // The window that ends at 00:00 belongs to the old day.
    const isNewDay = cityDay(end - 1) !== this.#dayStart
    this.#dayStart = cityDay(end - 1)
    const out: ClosedWindow['measures'] = new Map()
    for (const [i, { name }] of measures.entries()) {
      const bearing: Bearing | null = watch?.(start, name) ? new Map() : null
      if (bearing) this.bearings.set(`${start}|${name}`, bearing)
      out.set(name, this.#sums[i].close(events, end, isNewDay, bearing))
    }
    return { start, end, dayStart: Math.max(this.#dayStart, runStart), measures: out }
  }
}

interface MeasureSums {
  close(
    events: WaitingEvent[],
    end: number,
    isNewDay: boolean,
    bearing: Bearing | null,
  ): { window: Sums; day: Sums }
}

/** ratio, count: over the events in the window. */
class EventSums implements MeasureSums {
  readonly #measure: number
  readonly #runStart: number
  #day: Sums = new Map()

  constructor(measure: number, runStart: number) {
    this.#measure = measure
    this.#runStart = runStart
  }

  close(events: WaitingEvent[], _end: number, isNewDay: boolean, bearing: Bearing | null) {
    if (isNewDay) this.#day = new Map()
    const window: Sums = new Map()
    for (const { event, terms } of events) {
      const sum = terms[this.#measure]
      if (!sum || sum.n === 0 || event.time < this.#runStart) continue
      addTo(window, event.district, sum)
      bear(bearing, event, sum)
    }
    for (const [scope, sum] of window) addTo(this.#day, scope, sum)
    return { window, day: new Map(this.#day) }
  }
}

/** share, gauge, level: over each asset's latest fresh event before the window's end. */
class LatestSums implements MeasureSums {
  readonly #measure: number
  readonly #freshForMs: number
  readonly #latest = new Map<string, WaitingEvent>()

  constructor(measure: number, freshForMs: number) {
    this.#measure = measure
    this.#freshForMs = freshForMs
  }

  close(events: WaitingEvent[], end: number, _isNewDay: boolean, bearing: Bearing | null) {
    for (const waiting of events) this.#look(waiting)
    const oldest = end - this.#freshForMs
    const sums: Sums = new Map()
    for (const { event, terms } of this.#latest.values()) {
      const sum = event.time >= oldest ? terms[this.#measure]! : NOTHING
      if (sum.n > 0) addTo(sums, event.district, sum)
      bear(bearing, event, sum)
    }
    return { window: sums, day: sums }
  }

  #look(waiting: WaitingEvent): void {
    if (!waiting.terms[this.#measure]) return
    const { subject, time, seq } = waiting.event
    const old = this.#latest.get(subject)?.event
    const isNewer = !old || time > old.time || (time === old.time && seq > old.seq)
    if (isNewer) this.#latest.set(subject, waiting)
  }
}

function bear(bearing: Bearing | null, event: OracleEvent, sum: Sum): void {
  const { subject, seq, district: scope } = event
  bearing?.set(`${subject}:${seq}`, { subject, scope, sum })
}

/** 00:00 in Asia/Shanghai, which has had no daylight saving since 1991. */
function cityDay(ms: number): number {
  return Math.floor((ms + CITY_OFFSET_MS) / DAY_MS) * DAY_MS - CITY_OFFSET_MS
}
