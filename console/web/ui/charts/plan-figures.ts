// A plan target over the years: the way to it with what is due each year, what was read, and when that was published.
import { dueAt, expectedAt, type PlanTarget } from '../../store/kpi/measures.ts'
import { reportPeriod } from '../../store/kpi/report-period.ts'
import type { TimeMark } from '../timeline/marks.ts'
import { type ChartPoint, withGaps } from './chart-model.ts'

const DAY_MS = 86_400_000
/** The city's time is so far ahead. */
const ZONE_MS = 8 * 3_600_000
/** On track is whoever is at most so far from the line, or as far as "about" allows (docs/contracts.md, section 7). */
const ON_TRACK = 0.02

/** `name` and `published` of a figure that comes by years, quarters or months. */
export type PlanFigure = {
  at: number
  value: number
  name: string | null
  published: string | null
}

export const baselineAt = ({ baseline }: PlanTarget): number =>
  Date.parse(`${baseline.date}T00:00:00+08:00`)

/** Ends of the years between, in the city. */
function yearEnds(from: number, to: number): number[] {
  const ends: number[] = []
  for (let year = new Date(from + ZONE_MS).getUTCFullYear() + 1; ; year++) {
    const at = Date.UTC(year, 0) - ZONE_MS
    if (at >= to) return ends
    if (at > from) ends.push(at)
  }
}

/** Where each year begins, as it is written at an axis. */
export const yearMarks = (from: number, to: number): TimeMark[] =>
  yearEnds(from, to).map((at) => ({
    at,
    text: String(new Date(at + ZONE_MS).getUTCFullYear()),
    isDay: true,
  }))

/** What the plan expects at a time, whatever figures are out by then. */
export const lineAt = ({ reported: _, ...target }: PlanTarget, at: number): number =>
  expectedAt(target, at)

/** The straight way from the baseline to the target, by years; level from there on. */
export function pathPoints(target: PlanTarget, to: number): ChartPoint[] {
  const [from, due] = [baselineAt(target), dueAt(target)]
  const times = [from, ...yearEnds(from, due), due, ...(to > due ? [to] : [])]
  return times.map((at) => ({ at, value: lineAt(target, at) }))
}

/** Upper and lower edge of what is on track. */
export function onTrackEdges(target: PlanTarget): [ChartPoint[], ChartPoint[]] {
  const by = Math.max(ON_TRACK, target.about ?? 0)
  const edge = (factor: number) =>
    [baselineAt(target), dueAt(target)].map((at) => ({ at, value: lineAt(target, at) * factor }))
  return [edge(1 + by), edge(1 - by)]
}

/** What the server remembers, as figures: of each period that was reported the last that was said, else one a day. */
export function figuresOf(target: PlanTarget, past: ChartPoint[]): PlanFigure[] {
  const figures = new Map<number, PlanFigure>()
  for (const { at, value } of past) {
    if (value === null) continue
    // A window ends before what comes out at its end.
    const period = reportPeriod(target, at - 1)
    if (target.reported && !period) continue
    const of = period?.end ?? dayEnd(at)
    const { name = null, published = null } = period ?? {}
    figures.set(of, { at: period?.end ?? at, value, name, published })
  }
  return [...figures.values()].sort((a, b) => a.at - b.at)
}

const dayEnd = (at: number) => Math.ceil((at + ZONE_MS) / DAY_MS) * DAY_MS

/** Figures of days as a line with its gaps; those of periods stand each for itself. */
export const dailyPoints = (figures: PlanFigure[]): ChartPoint[] =>
  withGaps(
    figures.map(({ at, value }) => ({ at, value })),
    DAY_MS,
  )

/** KPIs that are counted by two rules, the wider one first: one measure is named after the other. */
export function byRules(targets: PlanTarget[]): PlanTarget[][] {
  const isPart = (target: PlanTarget) => targets.some((whole) => isPartOf(target, whole))
  return targets
    .filter((target) => !isPart(target))
    .map((target) => [target, ...targets.filter((other) => isPartOf(other, target))])
}

const isPartOf = (part: PlanTarget, whole: PlanTarget): boolean =>
  part.kpi.startsWith(`${whole.kpi}-`) && part.unit === whole.unit
