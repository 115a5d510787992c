// Whom an incident can touch, by the same sums as in the kernel.
import { CityIncidents } from '../../producers/incidents/city-incidents.ts'
import type { Incident } from '../../producers/incidents/incident.ts'
import { incidentKinds } from '../../producers/incidents/kinds.ts'
import type { Catalogue, City, PlannedIncident, Scenario } from '../../seeds/contract.ts'

type CityPlace = { city: City; catalogue: Catalogue; seed: number }

/** Numbers of the assets within its place, ascending; a text says why the kernel would not take it. */
export function incidentReach(place: CityPlace, incident: Incident): Uint32Array | string {
  const incidents = new CityIncidents({ ...place, kinds: incidentKinds })
  const problem = incidents.add(incident)
  return problem ?? incidents.step(incident.from)
}

/** As the kernel takes in what a scenario plans. */
export function plannedIncident(
  { id, kind, place, severity, parameters, fromMs, forMs }: PlannedIncident,
  { start }: Pick<Scenario, 'start'>,
): Incident {
  const from = start + fromMs
  const until = from + forMs
  return {
    ...{ id, kind, place, severity, parameters },
    ...{ from, until, planned: forMs, by: 'scenario' },
  }
}
