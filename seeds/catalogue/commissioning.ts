// When assets were commissioned: one date for all, or in batches of a district and month along a growth curve.
import { Problem, problemText } from '../../infra/problem.ts'
import { below, type StreamWords, stream, uniform } from '../../infra/random.ts'
import {
  cityDate,
  cityDayStart,
  cityWeekday,
  DAY_MS,
  HOUR_MS,
  isoTime,
  MINUTE_MS,
  parseInstant,
} from '../../infra/time.ts'
import { type Calendar, type City, placesOf } from '../contract.ts'
import type { GrowthRule, SpreadSection } from '../load/catalogue-section.ts'
import { countAt, type GrowthPoint, monthsOf } from './months.ts'

/** Sites go live in working hours. */
const OPENS_MS = 9 * HOUR_MS
const WORKING_MINUTES = 9 * 60
/** A district's month has two to four batches. */
const FEWEST_BATCHES = 2
const BATCH_SPREAD = 3
const WORKDAYS = 5
const WEEKEND = [0, 6]
/** Fractional part of the golden ratio: its multiples fill [0, 1) evenly however many are taken. */
const GOLDEN = 0.6180339887498949

/** Commissioning instant (ms) of the `k`-th asset, from 0, of a district. */
export type Commissioning = (k: number, scope: number) => number

/**
 * The rule of a domain. Along a growth curve the first n assets of any district follow the curve for every n, so that
 * a scaled city grows like the full one; at the end of a month the whole city's count is the curve's within a few.
 */
export function commissioningOf(city: City, section: SpreadSection, domain: string): Commissioning {
  const where = `${domain}.json catalogue.commissioned`
  const rule = section.commissioned
  if (typeof rule === 'string') {
    const at = parseInstant(rule, where)
    return () => at
  }
  const curves = curvesOf(city, rule, where)
  const known = new Map<number, SiteBatch[]>()

  function batchesOf(scope: number, month: number): SiteBatch[] {
    const key = (month << 16) | scope
    let batches = known.get(key)
    if (!batches) {
      const [from, to] = [curves[scope][month].at, curves[scope][month + 1].at]
      const id = `${domain} ${city.scopes[scope].code} ${from}`
      batches = drawBatches(stream(placesOf(city).catalogueSeed, id, 'batches'), from, to, city)
      known.set(key, batches)
    }
    return batches
  }

  return (k, scope) => {
    const months = curves[scope]
    const count = ((k * GOLDEN + scope * GOLDEN * GOLDEN) % 1) * months[months.length - 1].count
    const month = monthAt(months, count)
    const from = months[month].count
    const part = (count - from) / (months[month + 1].count - from)
    const batch = batchesOf(scope, month).find(({ until }) => part < until)
    if (!batch) throw new Error(`${where}: no batch for ${part}`) // the last one reaches to 1
    const minute = Math.floor(((k * GOLDEN * 7) % 1) * WORKING_MINUTES)
    return batch.day + OPENS_MS + minute * MINUTE_MS
  }
}

/** By scope, month by month: a district's own curve, or what those leave of the city's for all others. */
function curvesOf(city: City, rule: GrowthRule, where: string): GrowthPoint[][] {
  const pointsOf = (growth: GrowthRule['growth']) =>
    growth.map(([at, count]) => ({ at: parseInstant(at, where), count }))
  const own = Object.entries(rule.districts ?? {}).map(([code, growth]) => ({
    code,
    months: monthsOf(pointsOf(growth), rule.months),
  }))
  const others = monthsOf(pointsOf(rule.growth), rule.months).map(({ at, count }) => ({
    at,
    count: count - own.reduce((sum, { months }) => sum + countAt(months, at), 0),
  }))
  others.forEach(({ at, count }, i) => {
    if (i === 0 || count > others[i - 1].count) return
    const got = `${Math.round(count)} by ${isoTime(at)} besides those of \`districts\``
    throw new Problem(
      problemText(where, got, `more than the ${Math.round(others[i - 1].count)} before`),
    )
  })
  return city.scopes.map(({ code }) => own.find((of) => of.code === code)?.months ?? others)
}

/** Everything of a month's growth up to the part `until` that no earlier batch has, on one day. */
type SiteBatch = { until: number; day: number }

/** Each batch comes on a workday about when the curve passes its last asset, and in its month. */
function drawBatches(
  words: StreamWords,
  from: number,
  to: number,
  { calendar }: City,
): SiteBatch[] {
  const count = FEWEST_BATCHES + below(words, 0, BATCH_SPREAD)
  const sizes = Array.from({ length: count }, () => 0.5 + uniform(words, 0))
  const sum = sizes.reduce((a, b) => a + b, 0)
  const back = () => DAY_MS * (1 + below(words, 0, WORKDAYS))
  let reached = 0
  return sizes.map((size, i) => {
    reached += size
    const until = i === count - 1 ? 1 : reached / sum
    let day = cityDayStart(from + until * (to - from) - 1)
    // Not always the Friday before a weekend.
    while (day >= from && !isWorked(day, calendar)) day -= back()
    if (day < from) day = cityDayStart(from)
    while (day < to - DAY_MS && !isWorked(day, calendar)) day += DAY_MS
    return { until, day }
  })
}

function isWorked(day: number, { holidays, workdays }: Calendar): boolean {
  const date = cityDate(day)
  if (holidays.includes(date)) return false
  return workdays.includes(date) || !WEEKEND.includes(cityWeekday(day))
}

/** The month in which a curve reaches `count`. */
function monthAt(months: { count: number }[], count: number): number {
  let low = 0
  let high = months.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (months[middle].count <= count) low = middle
    else high = middle - 1
  }
  return low
}
