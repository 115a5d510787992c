// Runs a scenario and keeps its alerts and what really happened.
import type { Alert } from '../../processor/contract/types.ts'
import type { IncidentRecord } from '../../producers/contract/records.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import { incidentReach } from '../scenarios/incident-reach.ts'
import { computeRun } from '../wiring/computed-run.ts'
import type { World } from '../wiring/world.ts'
import type { ScoredRun, TrueIncident } from './score.ts'

/** Alerts in the order in which they opened; each once, with the value that opened it. Incidents that had not begun by then are not among them. */
export function detect(world: World): ScoredRun {
  const alerts = new Map<string, Alert>()
  const incidents = new Map<string, IncidentRecord>()
  computeRun(world, {
    alert: (alert) => {
      const { closedAt } = alert
      alerts.set(alert.id, { ...(alerts.get(alert.id) ?? alert), closedAt })
    },
    incident: (incident) => incidents.set(incident.id, incident),
  })
  return {
    alerts: [...alerts.values()],
    incidents: [...incidents.values()].map((incident) => trueIncident(world, incident)),
    lengthMs: world.scenario.durationMs,
  }
}

function trueIncident({ city, catalogue, scenario }: World, record: IncidentRecord): TrueIncident {
  const { id, kind, severity, place, parameters, by } = record
  const [from, until] = [Date.parse(record.from), Date.parse(record.until)]
  const incident = { id, kind, severity, place, parameters, by, from, until, planned: until - from }
  const reach = incidentReach({ city, catalogue, seed: scenario.seed }, incident)
  if (typeof reach === 'string') throw new Error(`incident ${id} of this run: ${reach}`)
  const scopes = new Set<string>()
  for (const n of reach) scopes.add(city.scopes[catalogue.district[n]].code)
  // Whatever moves a district moves the city that it is part of.
  if (scopes.size > 0) scopes.add(city.code)
  const { aftermathMs } = incidentKinds.find((k) => k.kind === kind)!
  return { id, kind, from, until, aftermathMs, scopes }
}
