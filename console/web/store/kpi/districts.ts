// Derives what districts show: the shading by one KPI, and the worst open alert of each.
import type { Alert } from '../../../messages.ts'
import type { ViewState } from '../../view-state.ts'
import type { PageStore } from '../store.ts'
import { type DeclaredKpi, districtKpis } from './measures.ts'
import { shownReading } from './shown-reading.ts'
import { SCALE_STEPS, type ShadeBasis, USUAL_STEPS } from './steady-shades.ts'

/** Columns of the district table: the declared headline numbers that exist per district. */
const MAX_COLUMNS = 3

/** Asked for by everything that is drawn by districts; a run's declarations stay what they are. */
const columnsOf = new WeakMap<Map<string, DeclaredKpi>, DeclaredKpi[]>()

export function tableKpis(kpis: Map<string, DeclaredKpi>): DeclaredKpi[] {
  const known = columnsOf.get(kpis)
  if (known) return known
  const columns = chosenColumns(kpis)
  columnsOf.set(kpis, columns)
  return columns
}

function chosenColumns(kpis: Map<string, DeclaredKpi>): DeclaredKpi[] {
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
  basis: ShadeBasis
  /** What each district reads, as the table says it. */
  values: Map<string, number>
  /** How far each is from usual, in the KPI's unit; empty without a twin that says what is usual. */
  differences: Map<string, number>
  /** The values at the palest and the strongest shade; null = the KPI declares none. */
  range: { from: number; to: number } | null
  /** −1 to 1 per district: of a scale 0 to 1; beside usual worse is above 0, 0 = as usual. */
  byScope: Map<string, number>
  /** When what changed meanwhile may be shown (ms of `now`); null = everything is. */
  dueAt: number | null
}

/** By what is far from usual, where a twin says what is; else by the KPI's own fixed range. `now`: performance.now(). */
export function districtShades(
  store: PageStore,
  state: ViewState,
  now: number = performance.now(),
): Shades {
  const kpi = shadingKpi(store, state)
  const run = store.run.value
  const none = new Map<string, number>()
  const empty = { byScope: none, values: none, differences: none, range: null, dueAt: null }
  if (!kpi || !run) return { ...empty, kpi, basis: 'scale' }
  const codes = run.scopes.slice(1).map(({ code }) => code)
  const reading = shownReading(store, kpi)
  const values = numbersOf(codes, (code) => reading?.scopes[code]?.value)
  const compared = store.usual.view.value?.kpis.find((of) => of.kpi === kpi.id)
  const differences = numbersOf(codes, (code) => compared?.scopes[code]?.difference)
  const range = shadingRange(kpi)
  const basis = differences.size > 0 ? 'usual' : 'scale'
  const shaded =
    basis === 'scale'
      ? partsOf(values, range)
      : numbersOf(codes, (code) => worse(kpi, differences.get(code), compared?.scopes[code]?.twin))
  const key = `${run.epoch} ${kpi.id} ${basis}`
  const { steps, dueAt } = store.shades.update({ key, basis, values: shaded }, now)
  const most = basis === 'scale' ? SCALE_STEPS : USUAL_STEPS
  const byScope = new Map([...steps].map(([code, step]) => [code, step / most]))
  return { kpi, basis, values, differences, range, byScope, dueAt }
}

/** A fraction spans 0 to 1 where nothing is declared; what is no fraction has no range of its own. */
function shadingRange({ measure }: DeclaredKpi): Shades['range'] {
  return measure.shading ?? (measure.unit === '1' ? { from: 0, to: 1 } : null)
}

function partsOf(values: Map<string, number>, range: Shades['range']): Map<string, number> {
  if (!range) return new Map()
  const span = range.to - range.from
  return new Map([...values].map(([code, value]) => [code, (value - range.from) / span]))
}

/** How much worse than usual, as a part of it; of a fraction as a part of the range that is shaded. */
function worse(kpi: DeclaredKpi, difference?: number, usual?: number | null): number | null {
  if (difference === undefined || !usual) return null
  const range = shadingRange(kpi)
  const whole = kpi.measure.unit === '1' && range ? Math.abs(range.to - range.from) : usual
  const part = difference / Math.abs(whole)
  return kpi.measure.good === 'up' ? -part : part
}

function numbersOf(
  codes: string[],
  numberOf: (code: string) => number | null | undefined,
): Map<string, number> {
  return new Map(
    codes.flatMap((code) => {
      const value = numberOf(code)
      return value === null || value === undefined ? [] : [[code, value]]
    }),
  )
}

export const openAlerts = <A extends Alert>(alerts: A[]): A[] =>
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

/** The sign before a district's name, so that colour is not alone; with their number where several are open. */
export function alertMarks(alerts: Alert[]): Map<string, string> {
  const open = openAlerts(alerts)
  return new Map(
    [...alertSeverity(alerts)].map(([code, worst]) => {
      const count = open.filter(({ scope }) => scope === code).length
      return [code, `${worst === 2 ? '▲' : '◆'}${count > 1 ? count : ''}`]
    }),
  )
}
