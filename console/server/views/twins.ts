// The city beside its twins: per KPI and scope the newest final that both have, and by how much it differs.
import type { KpiReading } from '../../../processor/contract/types.ts'
import type { TwinView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import type { ShownTwin } from '../state/twins.ts'

/** Readings have six decimals. */
const SCALE = 1e6

export const twinViews = (run: ShownRun): TwinView[] =>
  run.twins.all().map((shown) => twinView(run, shown))

function twinView(run: ShownRun, { twin, watermark, finals }: ShownTwin): TwinView {
  const kpis = finals.kpis().flatMap((kpi) => {
    for (const start of finals.starts(kpi).reverse()) {
      const live = run.history.find(kpi, start)
      const other = live && finals.find(kpi, start)
      if (other) return [compared(live, other)]
    }
    return []
  })
  return { twin, watermark, kpis }
}

function compared(live: KpiReading, twin: KpiReading): TwinView['kpis'][number] {
  const scopes = Object.entries(live.scopes).map(([code, { value }]) => {
    const other = twin.scopes[code]?.value ?? null
    return [code, { value, twin: other, difference: difference(value, other) }] as const
  })
  const { kpi, unit, window } = live
  const { start, end } = window
  return { kpi, unit, window: { start, end }, scopes: Object.fromEntries(scopes) }
}

function difference(value: number | null, twin: number | null): number | null {
  if (value === null || twin === null) return null
  return Math.round((value - twin) * SCALE) / SCALE
}
