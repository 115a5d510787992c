// The area of an incident: what lies in it, and how far along it.
import { cos } from '../../infra/maths.ts'
import type { IncidentPlace } from '../../seeds/contract.ts'

const KM_PER_DEGREE = 111.195
const RADIANS = Math.PI / 180

type Corner = readonly [lon: number, lat: number]

export type Area = {
  /** `scope` is the index of the place's district in the city's scopes. */
  contains(lon: number, lat: number, scope: number): boolean
  /** Km east and north of the area's middle. */
  offset(lon: number, lat: number): { east: number; north: number }
  /** Km from the middle to the furthest corner; of a district what its assets span. */
  radiusKm: number
  /** Km to the route's nearest point, and along the route to it; 0 where the area has no route. */
  onRoute(lon: number, lat: number): { km: number; alongKm: number }
  routeKm: number
}

/** `corners`: what a district spans, asked for only where the place is one. */
export function areaOf(
  place: IncidentPlace,
  scopeOf: (code: string) => number,
  corners: (scope: number) => readonly Corner[],
): Area {
  if ('district' in place) return districtArea(scopeOf(place.district), corners)
  if ('polygon' in place) {
    const { polygon } = place
    return { ...frame(polygon), ...noRoute, contains: (lon, lat) => isInside(polygon, lon, lat) }
  }
  const line = 'route' in place ? place.route : [[place.lon, place.lat] as const]
  const { km } = place
  const path = new Path(line)
  const { offset, radiusKm } = frame(line)
  return {
    offset,
    radiusKm: radiusKm + km,
    contains: (lon, lat) => path.nearest(lon, lat).km <= km,
    onRoute: (lon, lat) => path.nearest(lon, lat),
    routeKm: path.lengthKm,
  }
}

const noRoute = { onRoute: () => ({ km: 0, alongKm: 0 }), routeKm: 0 }

/** Scope 0 is the whole city. */
function districtArea(scope: number, corners: (scope: number) => readonly Corner[]): Area {
  return {
    ...frame(corners(scope)),
    ...noRoute,
    contains: (_lon, _lat, of) => scope === 0 || of === scope,
  }
}

/** Km from the middle of some points' box. */
function frame(points: readonly Corner[]): Pick<Area, 'offset' | 'radiusKm'> {
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const lon = (Math.min(...lons) + Math.max(...lons)) / 2
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2
  const shrink = KM_PER_DEGREE * cos(lat * RADIANS)
  const offset = (x: number, y: number) => ({
    east: (x - lon) * shrink,
    north: (y - lat) * KM_PER_DEGREE,
  })
  const radiusKm = points.reduce((most, [x, y]) => {
    const { east, north } = offset(x, y)
    return Math.max(most, Math.sqrt(east * east + north * north))
  }, 0)
  return { offset, radiusKm }
}

class Path {
  readonly lengthKm: number
  readonly #points: readonly Corner[]
  /** Km from the first corner to each. */
  readonly #upTo: number[] = [0]

  constructor(points: readonly Corner[]) {
    this.#points = points
    for (let k = 1; k < points.length; k++) {
      const [x, y] = kmBetween(points[k - 1], points[k])
      this.#upTo.push(this.#upTo[k - 1] + Math.sqrt(x * x + y * y))
    }
    this.lengthKm = this.#upTo[points.length - 1]
  }

  /** Distance to the line, and how far along it the nearest point lies. */
  nearest(lon: number, lat: number): { km: number; alongKm: number } {
    const points = this.#points
    const [x0, y0] = kmBetween(points[0], [lon, lat])
    let best = { km: Math.sqrt(x0 * x0 + y0 * y0), alongKm: 0 }
    for (let k = 1; k < points.length; k++) {
      const [dx, dy] = kmBetween(points[k - 1], points[k])
      const [px, py] = kmBetween(points[k - 1], [lon, lat])
      const length = dx * dx + dy * dy
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length))
      const x = px - t * dx
      const y = py - t * dy
      const km = Math.sqrt(x * x + y * y)
      if (km < best.km) best = { km, alongKm: this.#upTo[k - 1] + t * Math.sqrt(length) }
    }
    return best
  }
}

function kmBetween(a: Corner, b: Corner): [number, number] {
  const shrink = cos(((a[1] + b[1]) / 2) * RADIANS)
  return [(b[0] - a[0]) * KM_PER_DEGREE * shrink, (b[1] - a[1]) * KM_PER_DEGREE]
}

/** Even-odd rule; the last corner joins the first. */
function isInside(polygon: readonly Corner[], lon: number, lat: number): boolean {
  let inside = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]
    const [xj, yj] = polygon[j]
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}
