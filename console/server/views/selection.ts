// Which readings a request asks for: names are checked against the run, so that a misspelt one never answers "nothing".
import { problemText } from '../../../infra/problem.ts'
import type { KpiReading } from '../../../processor/contract/types.ts'
import { httpError } from '../errors.ts'
import type { ShownKpi, ShownRun } from '../state/run.ts'

export type Selection = {
  kpi?: string
  scope?: string
  window?: KpiReading['window']['kind']
  /** Latest finals only. */
  final?: boolean
}

/** Throws a 400 that names the scopes of this city. */
export function checkScope({ city }: ShownRun, scope: string): void {
  if (city.scopes.some((s) => s.code === scope)) return
  const known = city.scopes.map((s) => `${s.code} ${s.name.en}`).join(', ')
  throw httpError(400, 'bad-request', problemText('scope', `"${scope}"`, `one of ${known}`))
}

/** Throws a 404 that names the KPIs of this run. */
export function kpiOf({ kpis }: ShownRun, id: string): ShownKpi {
  const kpi = kpis.get(id)
  if (kpi) return kpi
  const known = [...kpis.keys()].join(', ')
  throw httpError(404, 'not-found', problemText('kpi', `"${id}"`, `one of ${known}`))
}

/** As `kpiOf`, and content with a KPI that is read though not declared. */
export function checkKpi(run: ShownRun, kpi: string): void {
  if (!run.readings.has(kpi)) kpiOf(run, kpi)
}

/** City-wide KPIs have no districts: their scopes are empty then. */
function onlyScope(reading: KpiReading, scope: string): KpiReading {
  const one = reading.scopes[scope]
  return { ...reading, scopes: one ? { [scope]: one } : {} }
}

/** The newest readings that fit, in KPI order. */
export function select(run: ShownRun, { kpi, scope, window, final }: Selection): KpiReading[] {
  if (kpi !== undefined) checkKpi(run, kpi)
  if (scope !== undefined) checkScope(run, scope)
  const entries = final ? run.readings.finals() : run.readings.latest()
  return entries
    .map(({ reading }) => reading)
    .filter((r) => kpi === undefined || r.kpi === kpi)
    .filter((r) => window === undefined || r.window.kind === window)
    .map((r) => (scope === undefined ? r : onlyScope(r, scope)))
}
