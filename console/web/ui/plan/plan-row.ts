// One plan target against its day reading: value, expected, gap, status, sample; and what all of them come to in a sentence.
import type { KpiReading } from '../../../messages.ts'
import {
  achieved,
  type DeclaredKpi,
  expectedAt,
  type PlanTarget,
} from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'

export type PlanRow = {
  target: PlanTarget
  kpi: DeclaredKpi | null
  reading: KpiReading | null
  value: number | null
  /** In the target's unit. */
  expected: number | null
  /** What is missing to the target, in its unit; 0 where it is reached, null where nothing is known. */
  gap: number | null
  status: KpiReading['status']
  n: number | null
}

/** The status is the processor's and belongs to the reading's own target; another target of the KPI shows none. */
export function planRow(store: PageStore, target: PlanTarget): PlanRow {
  const kpi = store.kpis.value.get(target.kpi) ?? null
  const reading = store.readings.latest(target.kpi, 'day').value
  const city = store.run.value?.scopes[0].code ?? ''
  const cell = reading?.scopes[city]
  const own = reading?.target === target.id
  const now = store.hour.value
  const known = kpi && reading && reading.status !== 'no-data' && cell
  const value = known ? achieved(kpi, target, reading, city) : null
  return {
    ...{ target, kpi, reading, value },
    expected: now === 0 ? null : expectedAt(target, now),
    gap: value === null ? null : gapTo(target, value),
    status: reading ? (own ? reading.status : null) : 'warming-up',
    n: cell?.n ?? null,
  }
}

/** What is missing: a target may also be something that should become less. */
export function gapTo({ value: goal, baseline }: PlanTarget, value: number): number {
  const missing = goal < baseline.value ? value - goal : goal - value
  return Math.max(0, missing)
}

export type PlanOrder = 'document' | 'gap' | 'due' | 'status'

const STATUSES = ['missed', 'behind', 'on-track', 'ahead', 'met', 'no-data', 'warming-up']

/** The furthest from its target first, the earliest due first, the worst status first; what is not known last. */
export function sorted(rows: PlanRow[], order: PlanOrder): PlanRow[] {
  if (order === 'document') return rows
  const key: (row: PlanRow) => number =
    order === 'gap'
      ? (row) => -(relativeGap(row) ?? -1)
      : order === 'due'
        ? (row) => Date.parse(row.target.due)
        : (row) => (row.status === null ? STATUSES.length : STATUSES.indexOf(row.status))
  return [...rows].sort((a, b) => key(a) - key(b))
}

/** Of the target's value: gaps of different units can be compared. */
const relativeGap = ({ gap, target }: PlanRow): number | null =>
  gap === null || target.value === 0 ? null : gap / Math.abs(target.value)

export type PlanTally = {
  reached: number
  onTrack: number
  behind: number
  unknown: number
  /** The row that is relatively furthest from its target; null where all are reached or nothing is known. */
  furthest: PlanRow | null
}

export function tally(rows: PlanRow[]): PlanTally {
  const count = (...of: (PlanRow['status'] | undefined)[]) =>
    rows.filter(({ status }) => of.includes(status)).length
  const [furthest] = sorted(rows, 'gap')
  return {
    reached: count('met', 'ahead'),
    onTrack: count('on-track'),
    behind: count('behind', 'missed'),
    unknown: count('no-data', 'warming-up', null),
    furthest: furthest && (relativeGap(furthest) ?? 0) > 0 ? furthest : null,
  }
}
