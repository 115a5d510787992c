// Alerts against incidents: which alert belongs to which incident, how long each took to be noticed, what was false.
import { DAY_MS } from '../../infra/time.ts'
import type { Alert } from '../../processor/contract/types.ts'

/** What really happened, as far as an alert can be held against it. */
export type TrueIncident = {
  id: string
  kind: string
  from: number
  until: number
  /** So long after its end what it left behind may still raise alerts, ms. */
  aftermathMs: number
  /** Codes of the districts with assets in its area, and the whole city's. */
  scopes: ReadonlySet<string>
}

export type ScoredIncident = {
  id: string
  kind: string
  from: number
  until: number
  /** Alerts that belong to it. */
  alerts: number
  /** Of the first of them; null = missed. */
  detectMs: number | null
  first: Alert | null
}

export type AlertScore = {
  incidents: number
  detected: number
  missed: number
  /** Median over the incidents that were detected, ms; null when none was. */
  detectMs: number | null
  alerts: number
  groups: number
  /** They belong to no incident. */
  false: number
  falsePerDay: number
}

/** Its place is a district that the incident touches (or the city), and it opened while that went on or had left something behind. */
export function belongsTo(alert: Alert, incident: TrueIncident): boolean {
  const opened = Date.parse(alert.openedAt)
  const { from, until, aftermathMs, scopes } = incident
  return scopes.has(alert.scope) && opened >= from && opened <= until + aftermathMs
}

/** `alerts`: each once, in whatever state. Where incidents overlap an alert may belong to several. */
export function scoreIncident(alerts: Alert[], incident: TrueIncident): ScoredIncident {
  const { id, kind, from, until } = incident
  const own = alerts
    .filter((alert) => belongsTo(alert, incident))
    .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt))
  const first = own.at(0) ?? null
  const detectMs = first && Date.parse(first.openedAt) - from
  return { id, kind, from, until, alerts: own.length, detectMs, first }
}

export type ScoredRun = {
  alerts: Alert[]
  /** By alert: the id of the first of its group. */
  groups: ReadonlyMap<string, string>
  incidents: TrueIncident[]
  lengthMs: number
}

/** Over all runs together. */
export function scoreRuns(runs: ScoredRun[]): AlertScore {
  const scored = runs.flatMap((run) => run.incidents.map((i) => scoreIncident(run.alerts, i)))
  const times = scored.flatMap(({ detectMs }) => (detectMs === null ? [] : [detectMs]))
  const falseAlerts = runs.flatMap(({ alerts, incidents }) =>
    alerts.filter((alert) => !incidents.some((incident) => belongsTo(alert, incident))),
  ).length
  const days = runs.reduce((sum, { lengthMs }) => sum + lengthMs, 0) / DAY_MS
  return {
    incidents: scored.length,
    detected: times.length,
    missed: scored.length - times.length,
    detectMs: median(times),
    alerts: runs.reduce((sum, { alerts }) => sum + alerts.length, 0),
    groups: runs.reduce((sum, { groups }) => sum + new Set(groups.values()).size, 0),
    false: falseAlerts,
    falsePerDay: days === 0 ? 0 : falseAlerts / days,
  }
}

/** Of an even number the lower of the middle two: a time that was. */
function median(values: number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null
}
