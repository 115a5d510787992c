// Instants, durations and the city's calendar day. All instants are milliseconds since 1970 UTC.
import { Problem, problemText } from './problem.ts'

/** Asia/Shanghai has had no daylight saving since 1991: a fixed offset is exact. */
export const CITY_OFFSET_MS = 8 * 3600_000
export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

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

/** ISO 8601 instant with a zone in ms; throws a Problem naming `where`. */
export function parseInstant(text: string, where: string): number {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new Problem(
      problemText(
        where,
        `"${text}"`,
        'an ISO 8601 instant with zone such as 2025-06-18T16:30:00+08:00',
      ),
    )
  }
  return ms
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
