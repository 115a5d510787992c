// A front that crosses the area of an incident: where it is at a time, as bands that are the stronger the more of them overlap.
import type { Position } from 'geojson'
import type { IncidentDeclaration, IncidentRecord } from '../../../messages.ts'
import { middleOf, planeAround } from './km-plane.ts'

/** Strength from 0 at the edge of the front to 1 in its middle: a band for each. */
const LEVELS = [0, 0.2, 0.4, 0.6, 0.8]
const RADIANS = Math.PI / 180

type Declared = NonNullable<IncidentDeclaration['front']>

/** Rings of the incident's area that lie under the front at sim time `now` (ms), by level from the edge to the middle. */
export function frontBands(
  area: Position[][],
  incident: Pick<IncidentRecord, 'from' | 'until' | 'parameters'>,
  front: Declared,
  now: number,
): Position[][][] {
  const corners = area.flat()
  const plane = planeAround(middleOf(corners))
  const radiusKm = corners.reduce((most, at) => Math.max(most, Math.hypot(...plane.toKm(at))), 0)
  const halfKm = Math.max(front.leastKm, front.perRadius * radiusKm)
  const wayKm = 2 * (radiusKm + halfKm)
  const [from, until] = [Date.parse(incident.from), Date.parse(incident.until)]
  const middleKm = wayKm * ((now - from) / (until - from) - 0.5)
  const towards = Number(incident.parameters[front.towards] ?? front.towardsDefault) * RADIANS
  const [east, north] = [Math.sin(towards), Math.cos(towards)]
  /** Km along its way, from the middle of the area. */
  const along = (at: Position) => {
    const [x, y] = plane.toKm(at)
    return x * east + y * north
  }
  return LEVELS.map((level) => {
    const reach = (1 - level) * halfKm
    return area.flatMap((ring) => {
      const ahead = clipped(ring, (at) => middleKm + reach - along(at))
      const both = clipped(ahead, (at) => along(at) - (middleKm - reach))
      return both.length > 3 ? [both] : []
    })
  })
}

/** The part of a closed ring where `side` is above 0; `side` is linear. */
function clipped(ring: Position[], side: (at: Position) => number): Position[] {
  const kept: Position[] = []
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i], ring[i + 1]]
    const [of, to] = [side(a), side(b)]
    if (of >= 0) kept.push(a)
    if (of >= 0 !== to >= 0) {
      const part = of / (of - to)
      kept.push([a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part])
    }
  }
  return kept.length > 0 ? [...kept, kept[0]] : []
}
