// Reads `2025-06-18T08:30:00.000Z` by its digits: several times faster than Date.parse, and strict.
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'

const LENGTH = 24
const ZERO = 48

let cachedDate = -1
let cachedDay = 0

/** Instant in ms of a UTC text with milliseconds, or NaN for any other text. */
export function instantOf(text: string): number {
  if (
    text.length !== LENGTH ||
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    text.charCodeAt(19) !== 46 ||
    text.charCodeAt(23) !== 90
  ) {
    return Number.NaN
  }
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  const milli = two(text, 20) * 10 + digit(text, 22)
  const date = (year * 100 + month) * 100 + day
  // NaN from a character that is no digit fails every comparison.
  if (!(hour < 24 && minute < 60 && second < 60 && milli >= 0 && date >= 0)) return Number.NaN
  if (date !== cachedDate) {
    const ms = Date.UTC(year, month - 1, day)
    const back = new Date(ms)
    const real = year >= 1970 && back.getUTCMonth() === month - 1 && back.getUTCDate() === day
    if (!real) return Number.NaN
    cachedDate = date
    cachedDay = ms
  }
  return cachedDay + hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + milli
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

function digit(text: string, at: number): number {
  const d = text.charCodeAt(at) - ZERO
  return d >= 0 && d <= 9 ? d : Number.NaN
}
