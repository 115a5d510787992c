// Rates and times as people write them: `20k`, `1.5M`, `30s`, `10m`, `PT10M`.
import { Problem, problemText } from '../../infra/problem.ts'
import { parseDuration } from '../../infra/time.ts'

const RATE = /^(\d+(?:\.\d+)?)([kM]?)(?:\/s)?$/
const TIME = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/
const MOST_RATE = 10_000_000
const THOUSANDS: Record<string, number> = { '': 1, k: 1000, M: 1_000_000 }
const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Events/s; 0 is one. */
export function parseRate(text: string, where: string): number {
  const [, digits, unit] = RATE.exec(text) ?? []
  const rate = digits === undefined ? Number.NaN : Number(digits) * THOUSANDS[unit]
  if (rate <= MOST_RATE) return rate
  throw new Problem(
    problemText(where, `"${text}"`, 'events per second, such as 20000, 20k or 1.5M, at most 10M'),
  )
}

/** Ms, of `30s` and the like or of an ISO 8601 duration; more than nothing. */
export function parseTime(text: string, where: string): number {
  if (text.startsWith('P')) return parseDuration(text, where)
  const [, digits, unit] = TIME.exec(text) ?? []
  const ms = digits === undefined ? Number.NaN : Number(digits) * UNITS_MS[unit]
  if (ms > 0) return ms
  throw new Problem(problemText(where, `"${text}"`, 'a time such as 30s, 10m, 2h or PT10M'))
}
