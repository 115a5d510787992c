// What the calendar says of a day: its kind, school, wages, the eve of a holiday.
import { expect, it } from 'vitest'
import { cityDayOf, createCityDays } from '../../../../producers/simulation/days/city-days.ts'

const dayOf = createCityDays({
  holidays: ['2025-10-01', '2025-10-02', '2025-11-14'],
  workdays: ['2025-09-28'],
  schoolHolidays: [['2025-07-05', '2025-08-31']],
  payDays: [15],
})
const on = (date: string) => dayOf(cityDayOf(Date.parse(`${date}T12:00:00+08:00`)))

it('knows kinds, weekdays and months in the city, at any hour of the day', () => {
  expect(on('2025-06-20')).toMatchObject({ kind: 'workday', weekday: 5, month: 5, usual: true })
  expect(on('2025-06-21')).toMatchObject({ kind: 'weekend', weekday: 6, usual: true })
  expect(on('2025-10-01')).toMatchObject({ kind: 'holiday', usual: false })
  expect(on('2025-09-28')).toMatchObject({ kind: 'workday', weekday: 0, usual: false })
  const [early, late] = ['T00:00:00', 'T23:59:59.999'].map((t) => `2025-06-21${t}+08:00`)
  expect(cityDayOf(Date.parse(early))).toBe(cityDayOf(Date.parse(late)))
})

it('calls the last day before a holiday its eve, and no other', () => {
  const eves = ['2025-09-29', '2025-09-30', '2025-10-01', '2025-10-02', '2025-11-13']
  expect(eves.map((date) => on(date).eve)).toEqual([false, true, false, false, true])
})

it('has school on workdays of the term', () => {
  const dates = ['2025-07-04', '2025-07-07', '2025-08-29', '2025-09-01', '2025-09-06', '2025-09-28']
  expect(dates.map((date) => on(date).schoolDay)).toEqual([true, false, false, true, false, true])
})

it('pays wages on the 15th, or on the last workday before it', () => {
  // The 15th: a Monday in September; a Saturday after a Friday that is a holiday in November.
  const dates = ['2025-09-15', '2025-09-12', '2025-11-15', '2025-11-14', '2025-11-13', '2025-11-12']
  const expected = [true, false, false, false, true, false]
  expect(dates.map((date) => on(date).payDay)).toEqual(expected)
})
