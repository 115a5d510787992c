// Which figure a slow indicator shows at a time: the newest year, quarter or month that is out, and since when.

const CITY_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const MONTHS = { year: 12, quarter: 3, month: 1 }

export type ReportPeriod = {
  /** 2024, 2024-Q3 or 2024-09. */
  name: string
  /** End of the period (ms), and the city date on which its figure came out. */
  end: number
  published: string
}

type Reported = { reported?: { every: 'year' | 'quarter' | 'month'; lagDays: number } }

/** Null for a target whose figures do not come by periods. */
export function reportPeriod({ reported }: Reported, now: number): ReportPeriod | null {
  if (!reported) return null
  const lagMs = reported.lagDays * DAY_MS
  const out = new Date(now - lagMs + CITY_OFFSET_MS)
  const length = MONTHS[reported.every]
  const month = out.getUTCFullYear() * 12 + out.getUTCMonth()
  const next = month - (month % length)
  const first = next - length
  const part = (first % 12) / length + 1
  const suffix = { year: '', quarter: `-Q${part}`, month: `-${String(part).padStart(2, '0')}` }
  const end = Date.UTC(Math.floor(next / 12), next % 12, 1) - CITY_OFFSET_MS
  return {
    name: `${Math.floor(first / 12)}${suffix[reported.every]}`,
    end,
    published: new Date(end + lagMs + CITY_OFFSET_MS).toISOString().slice(0, 10),
  }
}
