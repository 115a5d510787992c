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
  const expected = expectedOf(target, planned, time)
  const status = statusOf()
  return { target: target.id, expected, status }

  function statusOf(): string {
    const { value, n } = cell
    if (value === null || (measure.kind === 'level' && n === 0)) return 'no-data'
    if (measure.kind === 'ratio' && n < WARM) return 'warming-up'
    // A share of counted things: numerator × weight ≥ count ⇔ numerator ≥ count × scale.
    const got = decimalOf(isCounted ? cell.numerator : value)
    const scale = isCounted && kpi.isScaled ? decimalOf(descriptor.scale) : ONE
    const gap = compare(got, times(decimalOf(target!.value), scale))
    const isDown = measure.good === 'down'
    if (isDown ? gap <= 0 : gap >= 0) return 'met'
    if (time > midnight(target!.due) + DAY_MS) return 'missed'
    return besideLine(decimalOf(value), decimalOf(expected ?? 0), isDown)
  }
}

/** |value / expected − 1| ≤ 2 % without a division. */
function besideLine(value: Decimal, expected: Decimal, isDown: boolean): string {
  const off = minus(value, expected)
  const size = { ...off, units: off.units < 0n ? -off.units : off.units }
  if (compare(size, times(expected, TWO_PERCENT)) <= 0) return 'on-track'
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

function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) - CITY_OFFSET_MS
}
