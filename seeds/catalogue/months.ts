// A growth curve month by month: through its points exactly, between them by how much is built in which month of the year.
import { CITY_OFFSET_MS } from '../../infra/time.ts'

/** A growth curve's point: so many assets by this instant. */
export type GrowthPoint = { at: number; count: number }

const YEAR_MONTHS = 12

/** The curve's points and what it reaches at the start of every month between them; `factors` from January on, 1 each if absent. */
export function monthsOf(points: GrowthPoint[], factors?: number[]): GrowthPoint[] {
  const months: GrowthPoint[] = [points[0]]
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]]
    const starts = [a.at]
    for (let next = nextMonth(a.at); next < b.at; next = nextMonth(next)) starts.push(next)
    const ends = [...starts.slice(1), b.at]
    const weights = starts.map((at, m) => (ends[m] - at) * (factors?.[monthOfYear(at)] ?? 1))
    const sum = weights.reduce((x, y) => x + y, 0)
    let reached = 0
    ends.forEach((at, m) => {
      reached += weights[m]
      const isLast = m === ends.length - 1
      months.push(isLast ? b : { at, count: a.count + ((b.count - a.count) * reached) / sum })
    })
  }
  return months
}

/** What a curve has reached at an instant, straight between its points. */
export function countAt(points: GrowthPoint[], at: number): number {
  const next = points.findIndex((point) => point.at > at)
  if (next < 0) return points[points.length - 1].count
  if (next === 0) return points[0].count
  const [a, b] = [points[next - 1], points[next]]
  return a.count + ((b.count - a.count) * (at - a.at)) / (b.at - a.at)
}

const inCity = (at: number): Date => new Date(at + CITY_OFFSET_MS)

/** 0 = January, in the city. */
const monthOfYear = (at: number): number => inCity(at).getUTCMonth()

function nextMonth(at: number): number {
  const month = inCity(at).getUTCFullYear() * YEAR_MONTHS + monthOfYear(at) + 1
  return Date.UTC(Math.floor(month / YEAR_MONTHS), month % YEAR_MONTHS, 1) - CITY_OFFSET_MS
}
