// Dates and durations from people: what does not exist is refused, never taken for something else.
import { describe, expect, it } from 'vitest'
import {
  CITY_OFFSET_MS,
  DAY_MS,
  lastPeriod,
  parseCityDate,
  parseDuration,
  parseInstant,
} from '../../infra/time.ts'

const noon = (date: string) => `${date}T12:00:00+08:00`
const never = [
  '2025-02-30',
  '2025-02-29',
  '2100-02-29',
  '2025-06-31',
  '2025-04-31',
  '2025-09-31',
  '2025-11-31',
  '2025-01-32',
  '2025-13-01',
  '2025-00-10',
  '2025-01-00',
  '0000-01-01',
]

describe('an instant', () => {
  it.each(never)('of %s, which no calendar has, is refused', (date) => {
    expect(() => parseInstant(noon(date), '--start')).toThrow(
      new RegExp(`^--start: "${date}T12:00:00\\+08:00", expected a (day|month|year)`),
    )
  })

  it.each([
    ['2025-06-18T24:00:00+08:00', '00:00 of the next day'],
    ['2025-06-18T16:60:00+08:00', 'from 00 to 59'],
    ['2025-06-18T16:30:60Z', 'from 00 to 59'],
    ['2025-06-18T16:30:00+14:30', 'a zone that is in use'],
    ['2025-06-18T16:30:00+08:60', 'a zone that is in use'],
    ['2025-06-18T16:30:00', 'an ISO 8601 instant with zone'],
    ['2025-6-18T16:30:00Z', 'an ISO 8601 instant with zone'],
    ['+012025-06-18T16:30:00Z', 'an ISO 8601 instant with zone'],
    ['1986-07-01T00:00:00+08:00', 'summer time'],
    ['1991-09-14T15:59:59Z', 'summer time'],
    ['0001-01-01T00:00:00Z', 'summer time'],
  ])('%s is refused with its reason', (text, reason) => {
    expect(() => parseInstant(text, 'start')).toThrow(reason)
  })

  it.each([
    ['2024-02-29T00:00:00+08:00', Date.UTC(2024, 1, 28, 16)],
    ['2000-02-29T23:59:59.999Z', Date.UTC(2000, 1, 29, 23, 59, 59, 999)],
    ['2025-06-18T16:30+08:00', Date.UTC(2025, 5, 18, 8, 30)],
    ['1991-09-15T16:00:00Z', Date.UTC(1991, 8, 15, 16)],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('%s is taken', (text, ms) => expect(parseInstant(text, 'start')).toBe(ms))
})

describe('a city date', () => {
  it.each([...never, '1991-09-15', '2025-1-1', '2025-01-01T00:00:00Z'])('%s is refused', (date) => {
    expect(() => parseCityDate(date, 'due')).toThrow(`due: "${date}", expected `)
  })

  it('is the start of that day at +08:00, which the zone has had ever since', () => {
    expect(parseCityDate('2024-02-29', 'due')).toBe(Date.UTC(2024, 1, 28, 16))
    const zone = new Intl.DateTimeFormat('en', {
      timeZone: 'Asia/Shanghai',
      timeZoneName: 'longOffset',
    })
    const offset = (ms: number) =>
      zone.formatToParts(ms).find((p) => p.type === 'timeZoneName')?.value
    const first = parseCityDate('1991-09-16', 'due')
    expect(first + CITY_OFFSET_MS).toBe(Date.UTC(1991, 8, 16))
    for (let ms = first; ms < Date.UTC(2040, 0); ms += 7 * DAY_MS)
      expect(offset(ms)).toBe('GMT+08:00')
    expect(offset(first - 2 * DAY_MS)).toBe('GMT+09:00')
  })
})

describe('a duration', () => {
  it.each(['P36526D', `P${'9'.repeat(40)}D`, `PT${'9'.repeat(400)}S`])('%s is too long', (text) => {
    expect(() => parseDuration(text, '--for')).toThrow('expected at most P36525D (a hundred years)')
  })

  it.each(['PT0S', 'P', 'PT', '-P1D', 'P1Y', 'P1M', '10m', 'PT1.2345S', ''])(
    '%j is refused',
    (text) => {
      expect(() => parseDuration(text, '--for')).toThrow(
        `--for: "${text}", expected an ISO 8601 duration`,
      )
    },
  )
})

describe('the newest whole period', () => {
  it.each([
    ['2025-01-01T00:00:00+08:00', '2024', '2024-Q4', '2024-12'],
    ['2024-12-31T23:59:59+08:00', '2023', '2024-Q3', '2024-11'],
    ['2025-06-18T16:30:00+08:00', '2024', '2025-Q1', '2025-05'],
    ['2025-07-01T00:00:00+08:00', '2024', '2025-Q2', '2025-06'],
  ])('at %s is %s, %s, %s', (at, year, quarter, month) => {
    const time = Date.parse(at)
    const names = (['year', 'quarter', 'month'] as const).map((every) => lastPeriod(every, time))
    expect(names.map(({ name }) => name)).toEqual([year, quarter, month])
    for (const { end } of names) {
      expect(end).toBeLessThanOrEqual(time)
      expect((end + CITY_OFFSET_MS) % DAY_MS).toBe(0)
    }
  })
})
