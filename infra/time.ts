// Instants, durations and the city's calendar day. All instants are milliseconds since 1970 UTC.
import { Problem, problemText } from './problem.ts'

/** Asia/Shanghai has had no daylight saving since September 1991: a fixed offset is exact. */
export const CITY_OFFSET_MS = 8 * 3600_000
export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(?:Z|[+-](\d{2}):(\d{2}))$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
/** A hundred years: more than any run, and still exact in milliseconds. */
const MAX_DURATION_MS = 36_525 * DAY_MS
/** The first whole day after Asia/Shanghai's last summer time; before it a fixed offset would be wrong. */
const FIRST_DATE = '1991-09-16'
/** The zones in use lie from -12:00 to +14:00. */
const MOST_OFFSET_H = 14

/** ISO 8601 duration (weeks to milliseconds, no months or years) in ms, e.g. `PT10M`; throws a Problem naming `where`. */
export function parseDuration(text: string, where: string): number {
  const m = DURATION.exec(text)
  const ms = m
    ? (Number(m[1] ?? 0) * 7 + Number(m[2] ?? 0)) * DAY_MS +
      Number(m[3] ?? 0) * HOUR_MS +
      Number(m[4] ?? 0) * MINUTE_MS +
      Math.round(Number(m[5] ?? 0) * 1000)
    : Number.NaN
  if (!(ms > 0)) {
    throw new Problem(problemText(where, `"${text}"`, 'an ISO 8601 duration such as PT10M or P1D'))
  }
  if (ms > MAX_DURATION_MS) {
    throw new Problem(
      problemText(
        where,
        `"${text}"`,
        `at most ${formatDuration(MAX_DURATION_MS)} (a hundred years)`,
      ),
    )
  }
  return ms
}

/** Writes ms as an ISO 8601 duration: `formatDuration(600000)` is `PT10M`. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS)
  const seconds = (ms % MINUTE_MS) / 1000
  const clock = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`
  if (!days && !clock) return 'PT0S'
  return `P${days ? `${days}D` : ''}${clock ? `T${clock}` : ''}`
}

/**
 * ISO 8601 instant with a zone in ms; throws a Problem naming `where`, also for days and hours that do not exist, which
 * `Date.parse` would take for others.
 */
export function parseInstant(text: string, where: string): number {
  const [, date, ...fields] = INSTANT.exec(text) ?? []
  const [hour, minute, second, zoneHour, zoneMinute] = fields.map((field) => Number(field ?? 0))
  let expected: string | null = null
  if (date === undefined) {
    expected = 'an ISO 8601 instant with zone such as 2025-06-18T16:30:00+08:00'
  } else if (dateFault(date)) expected = dateFault(date)
  else if (hour > 23) expected = 'an hour from 00 to 23 (24:00 is 00:00 of the next day)'
  else if (minute > 59 || second > 59) expected = 'minutes and seconds from 00 to 59'
  else if (zoneMinute > 59 || zoneHour * 60 + zoneMinute > MOST_OFFSET_H * 60) {
    expected = 'a zone that is in use, such as +08:00'
  }
  const ms = expected ? Number.NaN : Date.parse(text)
  if (!expected && ms < cityMidnight(FIRST_DATE)) expected = TOO_EARLY
  if (expected) throw new Problem(problemText(where, `"${text}"`, expected))
  return ms
}

/** Start (00:00 Asia/Shanghai) of a date such as 2025-12-31 in ms; throws a Problem naming `where` for one that does not exist. */
export function parseCityDate(text: string, where: string): number {
  const expected = cityDateFault(text)
  if (expected) throw new Problem(problemText(where, `"${text}"`, expected))
  return cityMidnight(text)
}

const TOO_EARLY = `${FIRST_DATE} or later (before it Asia/Shanghai had summer time, and was not always at +08:00)`

/** As `dateFault`, of a date whose hours are counted in the city. */
export function cityDateFault(text: string): string | null {
  return dateFault(text) ?? (text < FIRST_DATE ? TOO_EARLY : null)
}

/** What was expected in place of a date that does not exist; null when it does. */
export function dateFault(text: string): string | null {
  const m = DATE.exec(text)
  if (!m) return 'a date such as 2025-12-31'
  const [year, month, day] = m.slice(1).map(Number)
  if (year < 1) return 'a year from 0001 to 9999'
  if (month < 1 || month > 12) return 'a month from 01 to 12'
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  if (day < 1 || day > days) return `a day of the calendar: ${text.slice(0, 7)} has ${days} days`
  return null
}

function cityMidnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) - CITY_OFFSET_MS
}

let cachedDay = Number.NaN
let cachedDate = ''

/** UTC text with milliseconds, `2025-06-18T08:30:00.000Z`; the date part is cached because neighbours share it. */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  if (day !== cachedDay) {
    cachedDay = day
    cachedDate = new Date(day * DAY_MS).toISOString().slice(0, 11)
  }
  const rest = ms - day * DAY_MS
  const h = (rest / HOUR_MS) | 0
  const m = ((rest / MINUTE_MS) | 0) % 60
  const s = ((rest / 1000) | 0) % 60
  const f = rest % 1000
  return `${cachedDate}${h < 10 ? '0' : ''}${h}:${m < 10 ? '0' : ''}${m}:${s < 10 ? '0' : ''}${s}.${
    f < 10 ? '00' : f < 100 ? '0' : ''
  }${f}Z`
}

/** Start (00:00 Asia/Shanghai) of the city day that contains `ms`. */
export function cityDayStart(ms: number): number {
  return Math.floor((ms + CITY_OFFSET_MS) / DAY_MS) * DAY_MS - CITY_OFFSET_MS
}

/** City date `2025-06-18` of `ms`. */
export function cityDate(ms: number): string {
  return new Date(ms + CITY_OFFSET_MS).toISOString().slice(0, 10)
}

/** Milliseconds since 00:00 Asia/Shanghai. */
export function cityTimeOfDay(ms: number): number {
  return ms - cityDayStart(ms)
}

/** Day of week in the city, 0 = Sunday. */
export function cityWeekday(ms: number): number {
  return new Date(ms + CITY_OFFSET_MS).getUTCDay()
}

export type CalendarPeriod = 'year' | 'quarter' | 'month'

const PERIOD_MONTHS: Record<CalendarPeriod, number> = { year: 12, quarter: 3, month: 1 }

/** The newest whole period of the city's calendar that has ended by `time`: its name (2024, 2024-Q3, 2024-09) and its end. */
export function lastPeriod(every: CalendarPeriod, time: number): { name: string; end: number } {
  const length = PERIOD_MONTHS[every]
  const now = new Date(time + CITY_OFFSET_MS)
  const months = now.getUTCFullYear() * 12 + now.getUTCMonth()
  const next = months - (months % length)
  const year = Math.floor((next - length) / 12)
  const part = ((next - length) % 12) / length + 1
  const names = { year: '', quarter: `-Q${part}`, month: `-${String(part).padStart(2, '0')}` }
  const end = Date.UTC(Math.floor(next / 12), next % 12, 1) - CITY_OFFSET_MS
  return { name: `${year}${names[every]}`, end }
}
