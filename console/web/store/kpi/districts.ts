// Derives what districts show: the shading by one KPI, and the worst open alert of each.
import type { Alert, RunView } from '../../../messages.ts'
import type { ViewState } from '../../view-state.ts'
import type { PageStore } from '../store.ts'
import { type DeclaredKpi, districtKpis, windowKind } from './measures.ts'

/** Columns of the district table: the declared headline numbers that exist per district. */
const MAX_COLUMNS = 3

export function tableKpis(kpis: Map<string, DeclaredKpi>): DeclaredKpi[] {
  const candidates = districtKpis(kpis)
  // Ratios compare districts of any size; sums only say which is larger, and a share of planned assets hardly moves.
  const order = ['ratio', 'gauge', 'level', 'count', 'share']
  const place = (kpi: DeclaredKpi) =>
    order.indexOf(kpi.measure.kind) > 1 ? order.indexOf(kpi.measure.kind) : 0
  const chosen = [...candidates].sort((a, b) => place(a) - place(b)).slice(0, MAX_COLUMNS)
  return candidates.filter((k) => chosen.includes(k))
}

/** The KPI that sorts and shades districts. */
export function shadingKpi(store: PageStore, state: ViewState): DeclaredKpi | null {
  const columns = tableKpis(store.kpis.value)
  return columns.find((k) => k.id === state.metric.value) ?? columns[0] ?? null
}

export type Shades = {
  kpi: DeclaredKpi | null
  byScope: Map<string, number>
  low: number
  high: number
}

/** 0–1 per district between the lowest and highest value of the shading KPI. */
export function districtShades(store: PageStore, state: ViewState): Shades {
  const kpi = shadingKpi(store, state)
  const byScope = new Map<string, number>()
  const run = store.run.value
  if (!kpi || !run) return { kpi, byScope, low: 0, high: 0 }
  const reading = store.readings.latest(kpi.id, windowKind(kpi)).value
  const values = districtValues(run, reading?.scopes ?? {})
  const numbers = [...values.values()]
  const low = numbers.length === 0 ? 0 : Math.min(...numbers)
  const high = numbers.length === 0 ? 0 : Math.max(...numbers)
  for (const [code, value] of values)
    byScope.set(code, high > low ? (value - low) / (high - low) : 0)
  return { kpi, byScope, low, high }
}

function districtValues(run: RunView, scopes: Record<string, { value: number | null }>) {
  const values = new Map<string, number>()
  for (const { code } of run.scopes.slice(1)) {
    const value = scopes[code]?.value
    if (value !== null && value !== undefined) values.set(code, value)
  }
  return values
}

export const openAlerts = (alerts: Alert[]): Alert[] =>
  alerts
    .filter((a) => a.closedAt === null)
    .sort((a, b) => rank(b) - rank(a) || (a.openedAt < b.openedAt ? 1 : -1))

const rank = (alert: Alert): number => (alert.severity === 'critical' ? 2 : 1)

/** Worst open alert per scope: 1 warning, 2 critical. */
export function alertSeverity(alerts: Alert[]): Map<string, number> {
  const worst = new Map<string, number>()
  for (const alert of openAlerts(alerts)) {
    worst.set(alert.scope, Math.max(worst.get(alert.scope) ?? 0, rank(alert)))
  }
  return worst
}

/** The sign before a district's name, so that colour is not alone. */
export function alertMarks(alerts: Alert[]): Map<string, string> {
  return new Map([...alertSeverity(alerts)].map(([code, worst]) => [code, worst === 2 ? '▲' : '◆']))
}
