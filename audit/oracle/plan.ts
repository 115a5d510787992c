// The oracle's opinion of a day reading's standing against its plan target: the line's value, and the status (design.md §6).
import type { Descriptor } from '../../producers/contract/records.ts'
import type { Target } from '../../seeds/contract.ts'
import { compare, type Decimal, decimalOf, minus, plus, times } from './decimal.ts'
import { divided, type OracleCell, type OracleKpi } from './reading.ts'

export type OracleStanding = {
  target: string | null
  expected: number | null
  status: string | null
}

const DAY_MS = 86_400_000
const CITY_OFFSET_MS = 8 * 3_600_000
const TWO_PERCENT = { units: 2n, places: 2 }
const ONE = decimalOf(1)
/** A ratio of fewer events says little. */
const WARM = 1000

/** `cell` is the whole city's, `time` (ms) the reading's watermark. */
export function standingOf(
  descriptor: Descriptor,
  kpi: OracleKpi,
  kind: 'window' | 'day',
  cell: OracleCell,
  time: number,
): OracleStanding {
  const target = targetOf(descriptor, kpi.kpi)
  if (!target) return { target: null, expected: null, status: null }
  if (kind === 'window') return { target: target.id, expected: null, status: null }
  const { measure } = kpi
  const isCounted = measure.kind === 'share' && target.unit !== '1'
  const planned = isCounted ? decimalOf(cell.denominator!) : ONE
  const judged = reportedUntil(target, time)
  const expected = expectedOf(target, planned, judged)
  const status = statusOf()
  return { target: target.id, expected, status }

  function statusOf(): string {
    const { value, n } = cell
    if (value === null || (measure.kind === 'level' && n === 0)) return 'no-data'
    if (measure.kind === 'ratio' && n < WARM) return 'warming-up'
    // A share of counted things: numerator × weight ≥ count ⇔ numerator ≥ count × scale.
    const got = decimalOf(isCounted ? cell.numerator : value)
    const scale = isCounted && kpi.isScaled ? decimalOf(descriptor.scale) : ONE
    const isDown = measure.good === 'down'
    const about = decimalOf(target!.about ?? 0)
    const part = isDown ? plus(ONE, about) : minus(ONE, about)
    const gap = compare(got, times(times(decimalOf(target!.value), part), scale))
    if (isDown ? gap <= 0 : gap >= 0) return 'met'
    const late = judged - (midnight(target!.due) + DAY_MS)
    if (target!.reported ? late >= 0 : late > 0) return 'missed'
    const band = compare(about, TWO_PERCENT) > 0 ? about : TWO_PERCENT
    return besideLine(decimalOf(value), decimalOf(expected ?? 0), isDown, band)
  }
}

/** |value / expected − 1| ≤ band without a division. */
function besideLine(value: Decimal, expected: Decimal, isDown: boolean, band: Decimal): string {
  const off = minus(value, expected)
  const size = { ...off, units: off.units < 0n ? -off.units : off.units }
  if (compare(size, times(expected, band)) <= 0) return 'on-track'
  return off.units > 0n !== isDown ? 'ahead' : 'behind'
}

/** The target due latest; equal due dates are decided by id. */
function targetOf(descriptor: Descriptor, kpi: string): Target | null {
  let found: Target | null = null
  for (const target of descriptor.plan.targets) {
    if (target.kpi !== kpi) continue
    const isLater = !found || target.due > found.due
    if (isLater || (target.due === found!.due && target.id < found!.id)) found = target
  }
  return found
}

/** The straight line from the baseline to the end of the due date, at `time`, per planned thing. */
function expectedOf(target: Target, planned: Decimal, time: number): number | null {
  const from = midnight(target.baseline.date)
  const to = midnight(target.due) + DAY_MS
  const length = Math.max(to - from, 1)
  const passed = to > from ? Math.min(Math.max(time - from, 0), length) : length
  const base = decimalOf(target.baseline.value)
  const rise = times(minus(decimalOf(target.value), base), decimalOf(passed))
  const onLine = plus(times(base, decimalOf(length)), rise)
  return divided(onLine, times(decimalOf(length), planned))
}

/** The end of the newest period whose figure was out at `time`; `time` itself where figures do not come by periods. */
function reportedUntil({ reported }: Target, time: number): number {
  if (!reported) return time
  // What comes out at the watermark itself is not in the reading yet.
  const out = time - 1 - reported.lagDays * DAY_MS
  const [year, month] = new Date(out + CITY_OFFSET_MS).toISOString().split('-').map(Number)
  if (reported.every === 'year') return midnight(`${year}-01-01`)
  const first = reported.every === 'month' ? month : month - ((month - 1) % 3)
  return midnight(`${year}-${String(first).padStart(2, '0')}-01`)
}

function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) - CITY_OFFSET_MS
}
