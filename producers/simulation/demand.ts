// City-wide demand: a pure function of (scenario, time, place), computed alike in every process.
import { Problem, problemText } from '../../infra/problem.ts'
import { CITY_OFFSET_MS, cityDate, cityWeekday, DAY_MS, HOUR_MS } from '../../infra/time.ts'
import type { Calendar, City, DemandCurve, Scenario } from '../../seeds/contract.ts'

export type DayKind = 'workday' | 'weekend' | 'holiday'

export type Demand = {
  dayKind(time: number): DayKind
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
  const kindOf = cityDayKinds(city.calendar)
  const curves = new Map<string, Laid>()
  for (const [name, curve] of Object.entries(city.demand)) {
    curves.set(name, layOut(curve, scenario.demand[name] ?? 1, kindOf))
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
    dayKind: (time) => kindOf(dayOf(time)),
    curve(name, time) {
      const day = dayOf(time)
      const values = find(name).valuesOf(day)
      const x = (time + CITY_OFFSET_MS - day * DAY_MS) / HOUR_MS + 0.5
      const left = Math.floor(x)
      return values[left] + (values[left + 1] - values[left]) * (x - left)
    },
    peak: (name) => find(name).peak,
  }
}

/** Number of a city day: 1970-01-01 in Asia/Shanghai is 0. */
function dayOf(time: number): number {
  return Math.floor((time + CITY_OFFSET_MS) / DAY_MS)
}

const startOf = (day: number): number => day * DAY_MS - CITY_OFFSET_MS

function isWeekend(day: number): boolean {
  const weekday = cityWeekday(startOf(day))
  return weekday === 0 || weekday === 6
}

function cityDayKinds(calendar: Calendar): (day: number) => DayKind {
  const holidays = new Set(calendar.holidays)
  const workdays = new Set(calendar.workdays)
  const known = new Map<number, DayKind>()
  return (day) => {
    const seen = known.get(day)
    if (seen) return seen
    const date = cityDate(startOf(day))
    const usual: DayKind = isWeekend(day) ? 'weekend' : 'workday'
    const kind = holidays.has(date) ? 'holiday' : workdays.has(date) ? 'workday' : usual
    known.set(day, kind)
    return kind
  }
}

type Laid = {
  peak: number
  /** The day's 24 values between its neighbours' nearest ones, so that midnight has no step. */
  valuesOf(day: number): Float64Array
}

function layOut(curve: DemandCurve, multiplier: number, kindOf: (day: number) => DayKind): Laid {
  const slots = Array.from({ length: SLOTS }, () => new Float64Array(HOURS + 2))
  const slotDay = new Array<number>(SLOTS).fill(Number.NaN)

  function at(day: number, hour: number): number {
    const kind = kindOf(day)
    const usual = kind === (isWeekend(day) ? 'weekend' : 'workday')
    const factor = usual ? curve.weekdayFactors[cityWeekday(startOf(day))] : 1
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
