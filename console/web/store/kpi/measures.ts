// Reads the run's declarations and plan: which numbers lead, what a value is compared with, how sure it is.
import type { KpiReading, RunView } from '../../../messages.ts'
import { type ReportPeriod, reportPeriod } from './report-period.ts'

export type DomainDeclaration = RunView['declarations'][string]
export type DeclaredMeasure = DomainDeclaration['measures'][number]
export type PlanTarget = RunView['plan']['targets'][number]

export type DeclaredKpi = {
  id: string
  measure: DeclaredMeasure
  declaration: DomainDeclaration
  /** Official ones first. */
  targets: PlanTarget[]
}

/** A reading of a ratio over fewer events than this is shown grey with its n. */
const FEW_EVENTS = 30

/** Every declared KPI by id. */
export function kpisOf(run: RunView): Map<string, DeclaredKpi> {
  const all = new Map<string, DeclaredKpi>()
  for (const declaration of Object.values(run.declarations)) {
    for (const measure of declaration.measures) {
      const id = `${declaration.domain}.${measure.name}`
      const targets = run.plan.targets
        .filter((t) => t.kpi === id)
        .sort((a, b) => Number(b.grade === 'official') - Number(a.grade === 'official'))
      all.set(id, { id, measure, declaration, targets })
    }
  }
  return all
}

/** The declared headline numbers, first rank first. */
export function headlines(kpis: Map<string, DeclaredKpi>): DeclaredKpi[] {
  return [...kpis.values()]
    .filter((k) => k.measure.headline !== undefined)
    .sort((a, b) => a.measure.headline! - b.measure.headline!)
}

/** Numbers on the first screen, when it explains. */
const LEADING = 6

/** A few headlines by rank: those that are `wanted`, then one of each domain before a second of any. */
export function leading(
  kpis: Map<string, DeclaredKpi>,
  wanted: readonly string[] = [],
): DeclaredKpi[] {
  const all = headlines(kpis)
  const isFirst = (kpi: DeclaredKpi) => all.find((k) => k.declaration === kpi.declaration) === kpi
  const order = (kpi: DeclaredKpi) => (wanted.includes(kpi.id) ? 0 : isFirst(kpi) ? 1 : 2)
  const chosen = [...all].sort((a, b) => order(a) - order(b)).slice(0, LEADING)
  return all.filter((k) => chosen.includes(k))
}

/** Headline numbers that exist per district. */
export function districtKpis(kpis: Map<string, DeclaredKpi>): DeclaredKpi[] {
  return headlines(kpis).filter((k) => !k.declaration.cityWide)
}

/**
 * Which reading speaks for a KPI: counts, and ratios held against a plan, by the day's sum (one window is noise);
 * everything else by the newest window.
 */
export function windowKind(kpi: DeclaredKpi): 'window' | 'day' {
  const { kind } = kpi.measure
  return kind === 'count' || (kind === 'ratio' && kpi.targets.length > 0) ? 'day' : 'window'
}

/** A share whose target is a number of things is compared as that number. */
export function comparesCount(kpi: DeclaredKpi, target: PlanTarget): boolean {
  return kpi.measure.kind === 'share' && target.unit !== '1'
}

/** The value in the target's own unit; null = no data. */
export function achieved(
  kpi: DeclaredKpi,
  target: PlanTarget,
  reading: KpiReading,
  scope: string,
): number | null {
  const cell = reading.scopes[scope]
  if (!cell) return null
  if (comparesCount(kpi, target)) return cell.n === 0 ? null : cell.numerator * reading.weight
  return cell.value
}

export type Confidence = 'good' | 'few' | 'warming-up' | 'no-data'

/** How much a shown value can be trusted; never shows 0 for "not known". */
export function confidence(
  kpi: DeclaredKpi,
  reading: KpiReading | null,
  scope: string,
): Confidence {
  const cell = reading?.scopes[scope]
  if (!reading || !cell) return 'warming-up'
  if (reading.status === 'warming-up' && cell.value === null) return 'warming-up'
  if (cell.value === null) return 'no-data'
  if (cell.n === 0 && kpi.measure.kind !== 'count') return 'no-data'
  if (isFew(kpi, cell.n)) return 'few'
  return reading.status === 'warming-up' ? 'few' : 'good'
}

/** Too few events to say much: shown grey, with how many there are. */
export const isFew = ({ measure }: DeclaredKpi, n: number): boolean =>
  measure.kind === 'ratio' && n < FEW_EVENTS

/** The report that a slow indicator shows at `now`; null for what comes from the stream itself. */
export function reportOf(kpi: DeclaredKpi, now: number): ReportPeriod | null {
  const reported = kpi.targets.find((target) => target.reported)
  return reported ? reportPeriod(reported, now) : null
}

/** The time that a value shown at `now` speaks of: of a figure by years or months the end of its period. */
export const judgedAt = (target: PlanTarget, now: number): number =>
  reportPeriod(target, now)?.end ?? now

/** The target's value expected of what is shown at `now`: straight from the baseline to the due day's end (city time). */
export function expectedAt(target: PlanTarget, now: number): number {
  const from = Date.parse(`${target.baseline.date}T00:00:00+08:00`)
  const to = dueAt(target)
  const part = Math.min(1, Math.max(0, (judgedAt(target, now) - from) / (to - from)))
  return target.baseline.value + part * (target.value - target.baseline.value)
}

/** End of the due day in the city. */
export const dueAt = (target: PlanTarget): number =>
  Date.parse(`${target.due}T00:00:00+08:00`) + 86_400_000
