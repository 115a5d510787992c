// What is expected of a curve on each day: its values for that kind of day, times what weekday, season and calendar do to them.

import { HOUR_MS } from '../../../infra/time.ts'
import type { CurveEffects, DemandCurve } from '../../../seeds/contract.ts'
import { type CityDay, type CityDays, cityDayOf, startOfCityDay } from './city-days.ts'
import { BEYOND, fillSlopes, smoothAt } from './smooth.ts'

const HOURS = 24
/** Days kept laid out per curve: look-backs and look-aheads of a few days build each day once. */
const SLOTS = 8
const MORNING = { from: 5, until: 12 }
const EVENING = { from: 15, until: 24 }
/** How much of the effect of a holiday's eve each hour has: people leave from noon on, most of them from 16 to 20 h. */
const LEAVING = [
  ...new Array<number>(12).fill(0),
  ...[0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2],
]

export type ExpectedLevels = {
  /** Smooth over time, midnights included. */
  at(time: number): number
  /** Upper bound over all times. */
  peak: number
}

/** A weekday's factors belong to its usual kind of day: holidays and swapped days take none. */
export function createExpectedLevels(
  curve: DemandCurve,
  multiplier: number,
  dayOf: CityDays,
): ExpectedLevels {
  const values = Array.from({ length: SLOTS }, () => new Float64Array(HOURS + 2 * BEYOND))
  const slopes = values.map((of) => new Float64Array(of.length))
  // Not saved: pure in the day; laid out again.
  const slotDay = new Float64Array(SLOTS).fill(Number.NaN)
  const ofDay = createDayFactors(curve)

  function fill(slot: number, day: number): void {
    const into = values[slot]
    for (let k = 0; k < into.length; k++) {
      const hour = k - BEYOND
      const of = hour < 0 ? day - 1 : hour < HOURS ? day : day + 1
      const hourOfDay = (hour + HOURS) % HOURS
      const known = dayOf(of)
      into[k] = curve[known.kind][hourOfDay] * ofDay(known, hourOfDay) * multiplier
    }
    fillSlopes(into, slopes[slot])
    slotDay[slot] = day
  }

  return {
    peak: multiplier * peakOf(curve),
    at(time) {
      const day = cityDayOf(time)
      const slot = ((day % SLOTS) + SLOTS) % SLOTS
      if (slotDay[slot] !== day) fill(slot, day)
      // Values belong to the middles of hours.
      const x = (time - startOfCityDay(day)) / HOUR_MS - 0.5 + BEYOND
      return smoothAt(values[slot], slopes[slot], x)
    },
  }
}

type DayFactors = (day: CityDay, hour: number) => number

function createDayFactors(curve: DemandCurve): DayFactors {
  const effects = curve.effects ?? {}
  const { eve = 0, schoolBreak = 0, payDay = 0 } = effects
  const ofMonth = monthFactors(effects)
  return (day, hour) => {
    let factor = ofMonth[day.month]
    if (day.usual) factor *= weekdayFactor(curve, day.weekday, hour)
    if (day.eve) factor *= 1 + eve * LEAVING[hour]
    if (day.kind === 'workday' && !day.schoolDay) factor *= 1 + schoolBreak
    if (day.payDay) factor *= 1 + payDay
    return factor
  }
}

/** Twelve factors whose mean is 1. */
function monthFactors({ months }: CurveEffects): number[] {
  if (!months) return new Array<number>(12).fill(1)
  const mean = months.reduce((a, b) => a + b, 0) / months.length
  return months.map((value) => value / mean)
}

function weekdayFactor(curve: DemandCurve, weekday: number, hour: number): number {
  const { mornings, evenings } = curve.effects ?? {}
  const factor = curve.weekdayFactors[weekday]
  if (mornings && hour >= MORNING.from && hour < MORNING.until) return factor * mornings[weekday]
  if (evenings && hour >= EVENING.from && hour < EVENING.until) return factor * evenings[weekday]
  return factor
}

/** The highest value that any day may have. */
function peakOf(curve: DemandCurve): number {
  const { eve = 0, schoolBreak = 0, payDay = 0 } = curve.effects ?? {}
  const ofWorkday = Math.max(1, 1 + schoolBreak) * Math.max(1, 1 + payDay)
  let peak = 0
  for (let hour = 0; hour < HOURS; hour++) {
    const ofEve = Math.max(1, 1 + eve * LEAVING[hour])
    peak = Math.max(peak, curve.holiday[hour])
    for (let weekday = 0; weekday < 7; weekday++) {
      const usual = Math.max(1, weekdayFactor(curve, weekday, hour))
      peak = Math.max(peak, curve.workday[hour] * usual * ofEve * ofWorkday)
      peak = Math.max(peak, curve.weekend[hour] * usual * ofEve)
    }
  }
  return peak * Math.max(...monthFactors(curve.effects ?? {}))
}
