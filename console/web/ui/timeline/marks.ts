// Where the timeline writes what: days at their midnights, hours between, months and years where a run takes years.

import { date, hourMinute, weekday } from '../../i18n/format.ts'
import type { Lang } from '../../i18n/i18n.ts'

/** The city's time is so far ahead. */
const ZONE_MS = 8 * 3_600_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const STEPS_MS = [5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE_MS)
/** Labels that stand side by side without touching on a laptop. */
const MOST = 12
/** Nobody sees the sun at these hours of the city's day. */
const NIGHT = { from: 19, to: 6 }
/** From so many days on a night is thinner than a line. */
const MOST_NIGHTS = 12

export type TimeMark = { at: number; text: string; isDay: boolean }

/** In order; the first says which day it is, where days are written at all. */
export function timeMarks(start: number, end: number, lang: Lang): TimeMark[] {
  const span = end - start
  const step = STEPS_MS.find((ms) => span / ms <= MOST)
  if (step) return hourMarks(start, end, step, lang)
  if (span / DAY_MS <= MOST) return dayMarks(start, end, 1, lang)
  return calendarMarks(start, end)
}

function hourMarks(start: number, end: number, step: number, lang: Lang): TimeMark[] {
  const marks: TimeMark[] = [{ at: start, text: dayText(start, lang), isDay: true }]
  // Multiples of the step in the city's time.
  for (
    let local = Math.ceil((start + ZONE_MS) / step) * step;
    local <= end + ZONE_MS;
    local += step
  ) {
    const at = local - ZONE_MS
    const isDay = local % DAY_MS === 0
    marks.push({ at, text: isDay ? dayText(at, lang) : hourMinute(at), isDay })
  }
  return marks
}

function dayMarks(start: number, end: number, days: number, lang: Lang): TimeMark[] {
  const marks: TimeMark[] = []
  const step = days * DAY_MS
  for (
    let local = Math.ceil((start + ZONE_MS) / step) * step;
    local <= end + ZONE_MS;
    local += step
  ) {
    marks.push({ at: local - ZONE_MS, text: dayText(local - ZONE_MS, lang), isDay: true })
  }
  return marks
}

/** Months, quarters or years: the finest of them that leaves room. */
function calendarMarks(start: number, end: number): TimeMark[] {
  const from = new Date(start + ZONE_MS)
  const months = (end - start) / (30.4 * DAY_MS)
  const step = [1, 3, 6, 12, 24].find((of) => months / of <= MOST) ?? 60
  const marks: TimeMark[] = []
  const first = Math.ceil((from.getUTCMonth() + 12 * from.getUTCFullYear()) / step) * step
  for (let month = first; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12) - ZONE_MS
    if (at > end) return marks
    if (at < start) continue
    const year = String(Math.floor(month / 12))
    const isDay = month % 12 === 0
    const number = String((month % 12) + 1).padStart(2, '0')
    marks.push({ at, text: isDay ? year : `${year}-${number}`, isDay })
  }
}

const dayText = (at: number, lang: Lang) => `${date(at).slice(5)} ${weekday(at, lang)}`

/** The nights between `start` and `end`; none where they would only be hatching. */
export function nights(start: number, end: number): { from: number; to: number }[] {
  if ((end - start) / DAY_MS > MOST_NIGHTS) return []
  const found: { from: number; to: number }[] = []
  const firstDay = Math.floor((start + ZONE_MS) / DAY_MS) - 1
  for (let day = firstDay; day * DAY_MS - ZONE_MS < end; day++) {
    const midnight = day * DAY_MS - ZONE_MS
    const from = Math.max(start, midnight + NIGHT.from * HOUR_MS)
    const to = Math.min(end, midnight + (24 + NIGHT.to) * HOUR_MS)
    if (to > from) found.push({ from, to })
  }
  return found
}
