// When assets were commissioned: one date for all, or dates spread along a growth curve.
import { cityDayStart, DAY_MS, HOUR_MS, MINUTE_MS, parseInstant } from '../../infra/time.ts'
import type { SpreadSection } from '../load/catalogue-section.ts'

/** Sites go live in working hours; the day stays the curve's. */
const OPENS_MS = 9 * HOUR_MS
const WORKING_MS = 9 * HOUR_MS
/** Fractional part of the golden ratio: its multiples fill [0, 1) evenly however many are taken. */
const GOLDEN = 0.6180339887498949

/** Commissioning instant (ms) of the `k`-th asset, from 0, of a district. */
export type Commissioning = (k: number, scope: number) => number

/**
 * The rule of a domain. Along a growth curve the first n assets of any district follow the curve for every n, so that
 * a scaled city grows like the full one; the whole city's count on a date is the curve's within a few.
 */
export function commissioningOf(section: SpreadSection, domain: string): Commissioning {
  const where = `${domain}.json catalogue.commissioned`
  const rule = section.commissioned
  if (typeof rule === 'string') {
    const at = parseInstant(rule, where)
    return () => at
  }
  const points = rule.growth.map(([at, count]) => ({ at: parseInstant(at, where), count }))
  const total = points[points.length - 1].count
  return (k, scope) => {
    const u = (k * GOLDEN + scope * GOLDEN * GOLDEN) % 1
    return workingHours(timeAt(points, u * total))
  }
}

/** Instant at which the curve reaches `count`, straight between its points. */
function timeAt(points: { at: number; count: number }[], count: number): number {
  const right = Math.max(
    1,
    points.findIndex((p) => p.count > count),
  )
  const a = points[right - 1]
  const b = points[right]
  return a.at + ((count - a.count) / (b.count - a.count)) * (b.at - a.at)
}

function workingHours(at: number): number {
  const day = cityDayStart(at)
  const minute = Math.floor((((at - day) / DAY_MS) * WORKING_MS) / MINUTE_MS)
  return day + OPENS_MS + minute * MINUTE_MS
}
