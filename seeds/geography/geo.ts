// Plane geometry on lon/lat: rings, containment, distances. Good to metres inside one city, not across a continent.
import type { Geometry, Position } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryObject, Topology } from 'topojson-specification'
import { cos } from '../../infra/maths.ts'

export type Point = [number, number]
/** Closed: the last point equals the first. */
export type Ring = Point[]
/** west, south, east, north. */
export type Bounds = [number, number, number, number]

export const KM_PER_DEGREE_LAT = 111.195 // mean Earth radius 6,371 km

/** Kilometres per degree of longitude at a latitude. */
export function kmPerDegreeLon(lat: number): number {
  return KM_PER_DEGREE_LAT * cos((lat * Math.PI) / 180)
}

/** Flat distance in km, exact enough below 100 km. */
export function distanceKm(a: Point, b: Point): number {
  const x = (a[0] - b[0]) * kmPerDegreeLon((a[1] + b[1]) / 2)
  const y = (a[1] - b[1]) * KM_PER_DEGREE_LAT
  return Math.sqrt(x * x + y * y)
}

/** Coordinate lists of a geometry: rings of polygons, lines of lines. */
function linesOf(geometry: Geometry): Point[][] {
  const close = (line: Position[]): Point[] => line.map(([lon, lat]) => [lon, lat])
  switch (geometry.type) {
    case 'LineString':
      return [close(geometry.coordinates)]
    case 'MultiLineString':
    case 'Polygon':
      return geometry.coordinates.map(close)
    case 'MultiPolygon':
      return geometry.coordinates.flat().map(close)
    case 'GeometryCollection':
      return geometry.geometries.flatMap(linesOf)
    default:
      return []
  }
}

export function boundsOf(geometries: Geometry[]): Bounds {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (const line of geometries.flatMap(linesOf)) {
    for (const [lon, lat] of line) {
      bounds[0] = Math.min(bounds[0], lon)
      bounds[1] = Math.min(bounds[1], lat)
      bounds[2] = Math.max(bounds[2], lon)
      bounds[3] = Math.max(bounds[3], lat)
    }
  }
  return bounds
}

/** The box around several boxes. */
export function unionOf(boxes: Bounds[]): Bounds {
  return [
    Math.min(...boxes.map((b) => b[0])),
    Math.min(...boxes.map((b) => b[1])),
    Math.max(...boxes.map((b) => b[2])),
    Math.max(...boxes.map((b) => b[3])),
  ]
}

/** Lines of every part of a topology's object with that part's `code` property (`''` without one). */
export function topologyLines(
  topology: Topology,
  name: string,
): { code: string; lines: Point[][] }[] {
  const object = topology.objects[name] as GeometryObject | undefined
  if (!object) return []
  const decoded = feature(topology, object)
  const parts = decoded.type === 'FeatureCollection' ? decoded.features : [decoded]
  return parts.map((part) => ({
    code: String((part.properties as { code?: string } | null)?.code ?? ''),
    lines: linesOf(part.geometry),
  }))
}

/** A set of lines made quick to ask: edges are filed under horizontal bands. */
export type Shape = {
  bounds: Bounds
  /** Even-odd rule, so that holes and several parts need no care; meaningless for open lines. */
  contains(lon: number, lat: number): boolean
  /** Whether any edge comes within `km` of the point. */
  isNear(lon: number, lat: number, km: number): boolean
  /** Whether a straight segment crosses any edge. */
  crosses(a: Point, b: Point): boolean
}

const BANDS_PER_DEGREE = 200 // about 550 m: a query looks at a handful of edges

/** Edges are columns x1, y1, x2, y2 with y1 <= y2. */
export function shapeOf(lines: Point[][]): Shape {
  const bounds = boundsOf([{ type: 'MultiLineString', coordinates: lines }])
  const south = bounds[1]
  const count = Math.max(1, Math.floor((bounds[3] - south) * BANDS_PER_DEGREE) + 1)
  const bands: number[][] = Array.from({ length: lines.length > 0 ? count : 0 }, () => [])
  const edges: number[] = []
  const bandOf = (lat: number) =>
    Math.min(bands.length - 1, Math.max(0, Math.floor((lat - south) * BANDS_PER_DEGREE)))
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const up = line[i - 1][1] <= line[i][1]
      const [low, high] = up ? [line[i - 1], line[i]] : [line[i], line[i - 1]]
      const from = bandOf(low[1])
      for (let band = from; band <= bandOf(high[1]); band++) bands[band].push(edges.length)
      edges.push(low[0], low[1], high[0], high[1])
    }
  }

  function contains(lon: number, lat: number): boolean {
    if (lon < bounds[0] || lon > bounds[2] || lat < south || lat > bounds[3]) return false
    let inside = false
    for (const e of bands[bandOf(lat)]) {
      const y1 = edges[e + 1]
      const y2 = edges[e + 3]
      if (y1 > lat || y2 <= lat) continue
      const x = edges[e] + ((lat - y1) / (y2 - y1)) * (edges[e + 2] - edges[e])
      if (x > lon) inside = !inside
    }
    return inside
  }

  function isNear(lon: number, lat: number, km: number): boolean {
    const kx = kmPerDegreeLon(lat)
    const dLat = km / KM_PER_DEGREE_LAT
    const dLon = km / kx
    if (lon < bounds[0] - dLon || lon > bounds[2] + dLon) return false
    if (lat < south - dLat || lat > bounds[3] + dLat) return false
    for (let band = bandOf(lat - dLat); band <= bandOf(lat + dLat); band++) {
      for (const e of bands[band]) {
        const x1 = (edges[e] - lon) * kx
        const y1 = (edges[e + 1] - lat) * KM_PER_DEGREE_LAT
        const x2 = (edges[e + 2] - lon) * kx
        const y2 = (edges[e + 3] - lat) * KM_PER_DEGREE_LAT
        if (segmentDistance2(x1, y1, x2, y2) < km * km) return true
      }
    }
    return false
  }

  function crosses(a: Point, b: Point): boolean {
    const low = Math.min(a[1], b[1])
    const high = Math.max(a[1], b[1])
    if (high < south || low > bounds[3]) return false
    for (let band = bandOf(low); band <= bandOf(high); band++) {
      for (const e of bands[band]) {
        const c: Point = [edges[e], edges[e + 1]]
        const d: Point = [edges[e + 2], edges[e + 3]]
        if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) return true
      }
    }
    return false
  }

  return { bounds, contains, isNear, crosses }
}

/** Squared distance from the origin to a segment. */
function segmentDistance2(x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1
  const dy = y2 - y1
  const length2 = dx * dx + dy * dy
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / length2))
  const x = x1 + t * dx
  const y = y1 + t * dy
  return x * x + y * y
}

/** Whether `p` lies left of the line through a and b. */
function side(a: Point, b: Point, p: Point): boolean {
  return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0
}

/** Five decimals, about a metre. */
export const roundDegrees = (degrees: number): number => Math.round(degrees * 1e5) / 1e5
