// What a run can have at all, for whoever reads records of it: domains, partitions, KPIs, scopes and times; and how a reader says what does not fit.
import type { IgnoredReason } from '../../infra/event-log/ignored-records.ts'
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { type TickTimes, tickTimesOf } from '../../producers/contract/ticks.ts'
import type { City } from '../../seeds/contract.ts'

/** Why a record is none of the run's. */
export type RecordFault = { reason: IgnoredReason; detail: string }
export type Read<T> = { value: T; fault?: undefined } | { fault: RecordFault }

export type KpiFacts = { domain: string; measure: Measure; scopes: string[] }

export type RunFacts = TickTimes & {
  epoch: number
  windowMs: number
  partitions: number
  /** Names of its measures by domain. */
  domains: Map<string, string[]>
  kpis: Map<string, KpiFacts>
  /** Codes, the whole city first. */
  scopes: Set<string>
  targets: Set<string>
  catalogue: string
}

export function runFacts(epoch: number, descriptor: Descriptor, city: City): RunFacts {
  const codes = city.scopes.map((s) => s.code)
  const kpis = new Map<string, KpiFacts>()
  const domains = new Map<string, string[]>()
  for (const [domain, { measures, cityWide }] of Object.entries(descriptor.declarations)) {
    domains.set(
      domain,
      measures.map((m) => m.name),
    )
    const scopes = cityWide ? codes.slice(0, 1) : codes
    for (const measure of measures)
      kpis.set(`${domain}.${measure.name}`, { domain, measure, scopes })
  }
  return {
    ...tickTimesOf(descriptor),
    epoch,
    windowMs: descriptor.window,
    partitions: descriptor.partitions,
    domains,
    kpis,
    scopes: new Set(codes),
    targets: new Set(descriptor.plan.targets.map((t) => t.id)),
    catalogue: descriptor.catalogue,
  }
}

export function outOfBounds(where: string, got: unknown, expected: string): RecordFault {
  const shown = typeof got === 'string' ? `"${got}"` : String(got)
  return { reason: 'bounds', detail: problemText(where, shown, expected) }
}

/** ms of a UTC text with milliseconds as we write it; NaN for any other, and for a day that no calendar has. */
export function exactInstant(text: string): number {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && isoTime(ms) === text ? ms : Number.NaN
}

/** A topic-partition that this run has, else what is wrong. */
export function taskFault(facts: RunFacts, domain: string, partition: number): RecordFault | null {
  if (!facts.domains.has(domain)) {
    return outOfBounds('domain', domain, [...facts.domains.keys()].join(', '))
  }
  const last = facts.partitions - 1
  const isOne = Number.isInteger(partition) && partition >= 0 && partition <= last
  return isOne ? null : outOfBounds('partition', partition, `one from 0 to ${last}`)
}

/** An instant from the run's start to its end, else what is wrong. */
export function instantFault(facts: RunFacts, where: string, text: string): RecordFault | null {
  const ms = exactInstant(text)
  if (ms >= facts.start && ms <= facts.end) return null
  return outOfBounds(
    where,
    text,
    `an instant from ${isoTime(facts.start)} to ${isoTime(facts.end)}`,
  )
}

/** The whole window [start, end) of the run; one that the run's end cuts off is never final. */
export function windowFault(
  facts: RunFacts,
  window: { start: string; end: string },
  final: boolean,
): RecordFault | null {
  const { start, end, windowMs } = facts
  const from = exactInstant(window.start)
  const isOne = from >= start && from < end && (from - start) % windowMs === 0
  if (!isOne) {
    const expected = `${isoTime(start)} plus a multiple of ${windowMs / 1000} s, before ${isoTime(end)}`
    return outOfBounds('start', window.start, expected)
  }
  const to = exactInstant(window.end)
  if (to !== from + windowMs) return outOfBounds('end', window.end, isoTime(from + windowMs))
  return final && to > end ? outOfBounds('end', window.end, `at most ${isoTime(end)}`) : null
}
