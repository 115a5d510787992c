// The independent opinion: what every final reading of the tiny city must be, from its events alone and in the plainest way.
import { isoTime } from '../../infra/time.ts'
import type { CityEvent, Tick } from '../../producers/contract/records.ts'
import type { Scenario } from '../../seeds/contract.ts'
import { ALERT } from './city.ts'

type Cell = { numerator: number; denominator: number | null; n: number }
/** By scope code. */
export type Expected = Record<string, Cell & { value: number | null }>

type LampEvent = CityEvent<{ lit: boolean; watts: number }>
/** An event that was folded, with its instant. */
type Folded = { event: LampEvent; time: number; isStatus: boolean }

const CITY = '990000'
const DISTRICTS = ['990001', '990002']
const PLANNED: Record<string, number> = { [CITY]: 10, '990001': 5, '990002': 5 }
const FRESH_MS = 60_000
const DAY_MS = 86_400_000
const EAST_8_MS = 8 * 3_600_000
export const KPIS = ['lamp.coverage', 'lamp.flashes', 'lamp.power'] as const

/** What one topic-partition knows of each window when its tick closes it. */
type Closed = { folded: Folded[]; flashes: Folded[] }

/** Keys `kpi|window|start` and `kpi|day|end`; `lanes` are the values of each topic-partition, nothing twice. */
export function expectedFinals(lanes: string[][], scenario: Scenario): Map<string, Expected> {
  const { start, windowMs, durationMs } = scenario
  const closed = lanes.map((lane) => closedWindows(lane, scenario))
  const out = new Map<string, Expected>()
  for (let k = 0; (k + 1) * windowMs <= durationMs; k++) {
    // Allowed lateness may keep the last windows open for ever.
    if (closed.some((windows) => windows.length <= k)) break
    const end = start + (k + 1) * windowMs
    const folded = closed.flatMap((windows) => windows[k].folded)
    const day = Math.floor((end - 1 + EAST_8_MS) / DAY_MS)
    const sameDay = (j: number) =>
      Math.floor((start + (j + 1) * windowMs - 1 + EAST_8_MS) / DAY_MS) === day
    const flashes = (from: number) =>
      closed.flatMap((windows) =>
        windows.slice(from, k + 1).flatMap((w, i) => (sameDay(from + i) ? w.flashes : [])),
      )
    const coverage = sums(latest(folded, end, true), (e) => (e.data.lit ? 1 : null))
    const power = means(latest(folded, end, false), (e) => (e.data.lit ? e.data.watts : null))
    const tell = (kpi: string, window: Expected, sameForDay: Expected) => {
      out.set(`${kpi}|window|${isoTime(end - windowMs)}`, window)
      out.set(`${kpi}|day|${isoTime(end)}`, sameForDay)
    }
    const share = Object.fromEntries(
      Object.entries(coverage).map(([scope, cell]) => [
        scope,
        { ...cell, denominator: PLANNED[scope], value: quotient(cell.numerator, PLANNED[scope]) },
      ]),
    )
    const count = (from: number) => sums(flashes(from), () => 1)
    tell('lamp.coverage', share, share)
    tell('lamp.flashes', count(k), count(0))
    tell('lamp.power', power, power)
  }
  return out
}

/** Alerts of the whole city by the window's end at which they open; the value is the end at which they close, or null. */
export function expectedAlerts(
  finals: ReadonlyMap<string, Record<string, { value: number | null }>>,
  { start, windowMs, durationMs }: Scenario,
): Map<string, string | null> {
  const alerts = new Map<string, string | null>()
  let open: string | null = null
  let low = 0
  let normal = 0
  for (let at = start; at + windowMs <= start + durationMs; at += windowMs) {
    const value = finals.get(`${ALERT.kpi}|window|${isoTime(at)}`)?.[CITY].value
    if (value === null || value === undefined) continue
    const isLow = value < ALERT.below
    low = isLow ? low + 1 : 0
    normal = isLow ? 0 : normal + 1
    const end = isoTime(at + windowMs)
    if (open === null && low >= ALERT.windows) {
      open = end
      alerts.set(end, null)
    } else if (open !== null && normal >= ALERT.windows) {
      alerts.set(open, end)
      open = null
    }
  }
  return alerts
}

function closedWindows(lane: string[], { start, windowMs, allowedLatenessMs }: Scenario): Closed[] {
  const windows: Closed[] = []
  const folded: Folded[] = []
  const seen = new Set<string>()
  const endOf = () => start + (windows.length + 1) * windowMs
  for (const text of lane) {
    const value = parsed(text)
    if (value === null || value.type === 'city.run-started.v1') continue
    if (value.type === 'city.tick.v1') {
      const tick = Date.parse(value.time)
      while (tick >= endOf() + allowedLatenessMs) {
        const from = endOf() - windowMs
        const inside = (f: Folded) => !f.isStatus && f.time >= from && f.time < from + windowMs
        windows.push({ folded: [...folded], flashes: folded.filter(inside) })
      }
      continue
    }
    const event = value as LampEvent
    if (seen.has(event.id)) continue
    seen.add(event.id)
    const time = Date.parse(event.time)
    if (time >= start && time < endOf() - windowMs) continue // late
    folded.push({ event, time, isStatus: event.type === 'city.lamp.status.v1' })
  }
  return windows
}

/** Null = it is no JSON, as an event that was cut in half. */
export function parsed(text: string): LampEvent | Tick | { type: 'city.run-started.v1' } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Each lamp's last event before `end`, if it is fresh. */
function latest(folded: Folded[], end: number, statusOnly: boolean): Folded[] {
  const last = new Map<string, Folded>()
  for (const f of folded) {
    if (f.time >= end || (statusOnly && !f.isStatus)) continue
    const known = last.get(f.event.subject)
    const isNewer =
      !known || f.time > known.time || (f.time === known.time && f.event.seq > known.event.seq)
    if (isNewer) last.set(f.event.subject, f)
  }
  return [...last.values()].filter((f) => f.time >= end - FRESH_MS)
}

type TermOf = (event: LampEvent) => number | null

/** Per scope the terms that are not null, in tenths: watts have one decimal. */
function tenths(events: Folded[], termOf: TermOf): [scope: string, terms: number[]][] {
  return [CITY, ...DISTRICTS].map((scope) => {
    const inScope = events.filter(({ event }) => scope === CITY || event.district === scope)
    const terms = inScope.map(({ event }) => termOf(event)).filter((term) => term !== null)
    return [scope, terms.map((term) => Math.round(term * 10))]
  })
}

const total = (terms: number[]) => terms.reduce((sum, term) => sum + term, 0)

function sums(events: Folded[], termOf: TermOf): Expected {
  return Object.fromEntries(
    tenths(events, termOf).map(([scope, terms]) => {
      const numerator = total(terms) / 10
      return [scope, { value: numerator, numerator, denominator: null, n: terms.length }]
    }),
  )
}

function means(events: Folded[], termOf: TermOf): Expected {
  return Object.fromEntries(
    tenths(events, termOf).map(([scope, terms]) => {
      const n = terms.length
      const cell = { numerator: total(terms) / 10, denominator: n, n }
      return [scope, { ...cell, value: quotient(total(terms), 10 * n) }]
    }),
  )
}

/** Rounded to six decimals, half away from zero; null = 0/0. */
function quotient(top: number, bottom: number): number | null {
  if (bottom === 0) return null
  return Math.floor((2 * top * 1e6 + bottom) / (2 * bottom)) / 1e6
}
