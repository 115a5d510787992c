// What kind of day it is in the city: working or not, school or not, and what it stands before; from the city's calendar.
import { CITY_OFFSET_MS, cityDate, cityWeekday, DAY_MS } from '../../../infra/time.ts'
import type { Calendar } from '../../../seeds/contract.ts'

export type DayKind = 'workday' | 'weekend' | 'holiday'

export type CityDay = {
  kind: DayKind
  /** 0 = Sunday. */
  weekday: number
  /** 0 = January. */
  month: number
  /** A workday within the school term. */
  schoolDay: boolean
  /** The day on which wages come: a date of the calendar's list, or the last workday before it. */
  payDay: boolean
  /** The last day before a public holiday, when people leave the city. */
  eve: boolean
  /** Its kind is that of its weekday: neither a holiday nor a worked weekend. */
  usual: boolean
}

/** Days by number: 1970-01-01 in Asia/Shanghai is 0. */
export type CityDays = (day: number) => Readonly<CityDay>

export const cityDayOf = (time: number): number => Math.floor((time + CITY_OFFSET_MS) / DAY_MS)
export const startOfCityDay = (day: number): number => day * DAY_MS - CITY_OFFSET_MS

export function createCityDays(calendar: Calendar): CityDays {
  const holidays = new Set(calendar.holidays)
  const workdays = new Set(calendar.workdays)
  const breaks = calendar.schoolHolidays ?? []
  const payDates = new Set(calendar.payDays)
  // Not saved: the calendar's; found again.
  const known = new Map<number, Readonly<CityDay>>()

  const dateOf = (day: number) => cityDate(startOfCityDay(day))
  const usualKind = (day: number): DayKind =>
    cityWeekday(startOfCityDay(day)) % 6 === 0 ? 'weekend' : 'workday'
  function kindOf(day: number): DayKind {
    const date = dateOf(day)
    if (holidays.has(date)) return 'holiday'
    return workdays.has(date) ? 'workday' : usualKind(day)
  }

  /** Wages of a date that is no workday come on the last workday before it. */
  function isPayDay(day: number): boolean {
    if (kindOf(day) !== 'workday') return false
    let last = day
    while (kindOf(last + 1) !== 'workday' && last < day + 14) last++
    for (let date = day; date <= last; date++) {
      if (payDates.has(Number(dateOf(date).slice(8)))) return true
    }
    return false
  }

  function describe(day: number): CityDay {
    const date = dateOf(day)
    const kind = kindOf(day)
    return {
      kind,
      weekday: cityWeekday(startOfCityDay(day)),
      month: Number(date.slice(5, 7)) - 1,
      schoolDay: kind === 'workday' && !breaks.some(([from, to]) => from <= date && date <= to),
      payDay: isPayDay(day),
      eve: kind !== 'holiday' && kindOf(day + 1) === 'holiday',
      usual: kind === usualKind(day),
    }
  }

  return (day) => {
    let found = known.get(day)
    if (!found) {
      found = Object.freeze(describe(day))
      known.set(day, found)
    }
    return found
  }
}
