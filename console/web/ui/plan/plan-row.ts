// One plan target against its day reading: value, expected, status, sample.
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
  const now = store.clock.value?.horizon ?? 0
  const known = kpi && reading && reading.status !== 'no-data' && cell
  return {
    target,
    kpi,
    reading,
    value: known ? achieved(kpi, target, reading, city) : null,
    expected: clampedExpected(target, now),
    status: reading ? (own ? reading.status : null) : 'warming-up',
    n: cell?.n ?? null,
  }
}

const clampedExpected = (target: PlanTarget, now: number): number | null =>
  now === 0 ? null : expectedAt(target, now)
