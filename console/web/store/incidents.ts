// Incidents as the page knows them: which are under way, and where an incident is, in words for a person.
import type { CityView, IncidentDeclaration, IncidentRecord, RunView } from '../../messages.ts'

/** Names of the commands that start and end one (design.md §5). */
export const INCIDENT_START = 'incident.start'
export const INCIDENT_STOP = 'incident.stop'

/** Whether it goes on at sim time `now` (ms). */
export const isUnderWay = ({ until }: IncidentRecord, now: number): boolean =>
  Date.parse(until) > now

/** What its kind says about itself; undefined where this run does not know it. */
export const kindOf = (run: RunView, kind: string): IncidentDeclaration | undefined =>
  run.incidents.find((declared) => declared.kind === kind)

/** So near, an incident is at a landmark. */
const AT_LANDMARK_DEGREES = 0.02

/** The landmark that a point stands at, if there is one. */
export function landmarkAt(
  city: CityView,
  lon: number,
  lat: number,
): CityView['landmarks'][number] | null {
  const far = (mark: { lon: number; lat: number }) => Math.hypot(mark.lon - lon, mark.lat - lat)
  const nearest = city.landmarks.toSorted((a, b) => far(a) - far(b)).at(0)
  return nearest && far(nearest) < AT_LANDMARK_DEGREES ? nearest : null
}

/** Points of a proposed line: few enough to be read and moved. */
const ROUTE_POINTS = 6

/** A line that something could happen along: the longest of the greatest roads, in few points; none where there are no roads. */
export function proposedRoute({ roads, roadInfo }: CityView): [number, number][] {
  const great = roads.filter((_, i) => roadInfo[i]?.class === 'trunk')
  const [road] = (great.length > 0 ? great : roads).toSorted((a, b) => lengthOf(b) - lengthOf(a))
  if (!road) return []
  const last = road.length - 1
  const steps = Math.min(last, ROUTE_POINTS - 1)
  return Array.from({ length: steps + 1 }, (_, k) => road[Math.round((k * last) / steps)])
}

const lengthOf = (road: [number, number][]): number =>
  road.reduce((sum, [lon, lat], i) => {
    const [before] = road.slice(Math.max(0, i - 1))
    return sum + Math.hypot(lon - before[0], lat - before[1])
  }, 0)
