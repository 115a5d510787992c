// What a run can have at all, for whoever reads records of it: domains, partitions, KPIs, scopes and times; and how a reader says what does not fit.
import type { IgnoredReason } from '../../infra/event-log/ignored-records.ts'
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { type TickTimes, tickTimesOf } from '../../producers/contract/ticks.ts'
import type { City, Plan, Target } from '../../seeds/contract.ts'

/** Why a record is none of the run's. */
export type RecordFault = { reason: IgnoredReason; detail: string }
export type Read<T> = { value: T; fault?: undefined } | { fault: RecordFault }

export type KpiFacts = {
  domain: string
  measure: Measure
  /** Codes, the whole city first. */
  scopes: string[]
  /** 1/scale for share, count and level of domains that are scaled, else 1. */
  weight: number
  /** Id of the plan target that it is held against. */
  target: string | null
}

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
    for (const measure of measures) {
      const kpi = `${domain}.${measure.name}`
      const weight = isScaled(measure, cityWide) ? 1 / descriptor.scale : 1
      const target = targetOf(descriptor.plan, kpi)?.id ?? null
      kpis.set(kpi, { domain, measure, scopes, weight, target })
    }
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

/** Numbers that are held against planned and official ones count for the assets that are left out, too. */
export function isScaled({ kind }: Measure, isCityWide: boolean): boolean {
  return !isCityWide && (kind === 'share' || kind === 'count' || kind === 'level')
}

/**
 * The target a KPI is held against. A plan may set several for one KPI, in stages: the one due latest counts, for the
 * line to it passes the earlier ones; equal due dates are decided by id.
 */
export function targetOf(plan: Plan, kpi: string): Target | null {
  const targets = plan.targets.filter((t) => t.kpi === kpi)
  targets.sort((a, b) => compare(b.due, a.due) || compare(a.id, b.id))
  return targets[0] ?? null
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
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
