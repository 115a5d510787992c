// City-wide demand: a pure function of (scenario, time, place), computed alike in every process.
import { Problem, problemText } from '../../infra/problem.ts'
import { HOUR_MS } from '../../infra/time.ts'
import type { City, DemandCurve, Scenario } from '../../seeds/contract.ts'
import {
  type CityDay,
  type CityDays,
  cityDayOf,
  createCityDays,
  type DayKind,
  startOfCityDay,
} from './days/city-days.ts'

export type Demand = {
  dayKind(time: number): DayKind
  /** All that the calendar knows of the day that `time` lies in. */
  day(time: number): Readonly<CityDay>
  /** Multiplier of a named daily curve at `time` (mean over a workday about 1), scenario.demand applied. */
  curve(name: string, time: number): number
  /** Upper bound of `curve(name, ·)` over all times: the majorant for thinning. */
  peak(name: string): number
}

const HOURS = 24
/** Days kept laid out per curve: look-backs and look-aheads of a few days build each day once. */
const SLOTS = 8

/**
 * Demand of one scenario. Between the middles of two hours a curve runs straight, across midnight too.
 * A weekday's factor belongs to its usual kind of day: holidays and swapped days take none.
 * `curve` and `peak` throw a Problem for a name that `seeds/<city>/demand.json` lacks.
 */
export function createDemand(city: City, scenario: Scenario): Demand {
  const dayOf = createCityDays(city.calendar)
  const curves = new Map<string, Laid>()
  for (const [name, curve] of Object.entries(city.demand)) {
    curves.set(name, layOut(curve, scenario.demand[name] ?? 1, dayOf))
  }

  function find(name: string): Laid {
    const found = curves.get(name)
    if (found) return found
    const where = `seeds/${city.id}/demand.json`
    throw new Problem(
      problemText(where, `no curve "${name}"`, `one of ${[...curves.keys()].join(', ')}`, 'add it'),
    )
  }

  return {
    dayKind: (time) => dayOf(cityDayOf(time)).kind,
    day: (time) => dayOf(cityDayOf(time)),
    curve(name, time) {
      const day = cityDayOf(time)
      const values = find(name).valuesOf(day)
      const x = (time - startOfCityDay(day)) / HOUR_MS + 0.5
      const left = Math.floor(x)
      return values[left] + (values[left + 1] - values[left]) * (x - left)
    },
    peak: (name) => find(name).peak,
  }
}

type Laid = {
  peak: number
  /** The day's 24 values between its neighbours' nearest ones, so that midnight has no step. */
  valuesOf(day: number): Float64Array
}

function layOut(curve: DemandCurve, multiplier: number, dayOf: CityDays): Laid {
  const slots = Array.from({ length: SLOTS }, () => new Float64Array(HOURS + 2))
  const slotDay = new Array<number>(SLOTS).fill(Number.NaN)

  function at(day: number, hour: number): number {
    const { kind, usual, weekday } = dayOf(day)
    const factor = usual ? curve.weekdayFactors[weekday] : 1
    return curve[kind][hour] * factor * multiplier
  }

  function fill(values: Float64Array, day: number): void {
    values[0] = at(day - 1, HOURS - 1)
    for (let hour = 0; hour < HOURS; hour++) values[hour + 1] = at(day, hour)
    values[HOURS + 1] = at(day + 1, 0)
  }

  const values = [...curve.workday, ...curve.weekend, ...curve.holiday]
  return {
    peak: Math.max(...values) * Math.max(1, ...curve.weekdayFactors) * multiplier,
    valuesOf(day) {
      const slot = ((day % SLOTS) + SLOTS) % SLOTS
      if (slotDay[slot] !== day) {
        fill(slots[slot], day)
        slotDay[slot] = day
      }
      return slots[slot]
    },
  }
}
