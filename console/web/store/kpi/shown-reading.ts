// Which reading of a KPI speaks for it on the screen: the same one for tiles, the district table and the map.
import type { KpiReading } from '../../../messages.ts'
import { type DeclaredKpi, windowKind } from './measures.ts'
import type { KpiReadings } from './readings.ts'

type Holder = { readings: KpiReadings }

/** The reading that speaks for a KPI on the screen. */
export function shownReading(store: Holder, kpi: DeclaredKpi): KpiReading | null {
  if (windowKind(kpi) === 'day') return store.readings.latest(kpi.id, 'day').value
  return latestWindow(store, kpi)
}

/** The newest window; of what is summed over it the last closed one, because the open one holds few events yet. */
export function latestWindow({ readings }: Holder, kpi: DeclaredKpi): KpiReading | null {
  const newest = readings.latest(kpi.id, 'window').value
  const { kind } = kpi.measure
  if (newest?.final || (kind !== 'ratio' && kind !== 'count')) return newest
  return readings.finals(kpi.id).value.at(-1) ?? newest
}
