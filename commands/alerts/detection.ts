// Runs a scenario, its twin beside it, and keeps its alerts and what really happened.
import { groupAlerts } from '../../processor/contract/alert-groups.ts'
import { type Alert, type KpiReading, USUAL } from '../../processor/contract/types.ts'
import { UsualAlerts } from '../../processor/merge/usual-alerts.ts'
import type { IncidentRecord } from '../../producers/contract/records.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import { differs } from '../../twin/left-out.ts'
import { TwinCity } from '../../twin/twin-city.ts'
import { incidentReach } from '../scenarios/incident-reach.ts'
import { computeRun } from '../wiring/computed-run.ts'
import { OFFLINE_EPOCH, type World } from '../wiring/world.ts'
import type { ScoredRun, TrueIncident } from './score.ts'

/** Alerts in the order in which they opened; each once, with the value that opened it. Incidents that had not begun by then are not among them. */
export function detect(world: World): ScoredRun {
  const alerts = new Map<string, Alert>()
  const incidents = new Map<string, IncidentRecord>()
  const alert = (alert: Alert) => {
    const { closedAt } = alert
    alerts.set(alert.id, { ...(alerts.get(alert.id) ?? alert), closedAt })
  }
  const usual = differs(USUAL, world.scenario, []) ? new BesideUsual(world, alert) : null
  computeRun(world, {
    alert,
    reading: (reading) => usual?.take(reading),
    incident: (incident) => incidents.set(incident.id, incident),
  })
  const opened = [...alerts.values()].sort(byOpening)
  return {
    alerts: opened,
    groups: groupAlerts(opened, world.city),
    incidents: [...incidents.values()].map((incident) => trueIncident(world, incident)),
    lengthMs: world.scenario.durationMs,
  }
}

const byOpening = (a: Alert, b: Alert) => Date.parse(a.openedAt) - Date.parse(b.openedAt)

/** The city in which nothing happens, kept so far as the run's own readings have come. A quiet run needs none: it is that city. */
class BesideUsual {
  readonly #alerts: UsualAlerts
  readonly #twin: TwinCity
  /** So far past a window's end it has become final, ms. */
  readonly #ahead: number
  readonly #alert: (alert: Alert) => void

  constructor(world: World, alert: (alert: Alert) => void) {
    const { descriptor, city, domains } = world
    this.#alerts = new UsualAlerts(descriptor, city, OFFLINE_EPOCH)
    this.#twin = new TwinCity({ twin: USUAL, epoch: OFFLINE_EPOCH, descriptor, world, domains })
    this.#ahead = descriptor.allowedLateness + descriptor.window
    this.#alert = alert
  }

  take(reading: KpiReading): void {
    if (!this.#alerts.isWatched(reading.kpi)) return
    for (const alert of this.#alerts.take('live', reading)) this.#alert(alert)
    const to = Date.parse(reading.window.end) + this.#ahead
    if (to <= this.#twin.reached) return
    while (this.#twin.step(to));
    for (const usual of this.#twin.takeFinals()) {
      for (const alert of this.#alerts.take('usual', usual)) this.#alert(alert)
    }
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
