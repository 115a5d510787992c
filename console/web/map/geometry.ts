// Turns the city's topology into what a map draws: district shapes with names, label points, water, rivers, areas, roads.
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryObject, Topology } from 'topojson-specification'
import type { CityView } from '../../messages.ts'
import { roadFeatures } from './road-layers.ts'

export type Scope = { code: string; name: { zh: string; en: string } }
export type DistrictShape = Feature<Polygon | MultiPolygon, { code: string }>
export type CityShapes = {
  districts: DistrictShape[]
  water: Feature[]
  /** Centrelines, each with its `widthM` where the city gives one. */
  rivers: Feature[]
  /** Where nothing stands, by `kind`. */
  areas: Feature[]
  roads: Feature[]
  /** Where a district's name stands, by code. */
  labels: Map<string, [number, number]>
  bounds: [number, number, number, number]
}

export function cityShapes(city: CityView): CityShapes {
  const topology = city.topology as Topology
  const districts = featuresOf(topology, 'districts') as DistrictShape[]
  return {
    districts,
    water: featuresOf(topology, 'water'),
    rivers: featuresOf(topology, 'rivers'),
    areas: featuresOf(topology, 'areas'),
    roads: roadFeatures(city),
    labels: new Map(districts.map((d) => [d.properties.code, labelPoint(d)])),
    bounds: city.bounds,
  }
}

function featuresOf(topology: Topology, name: string): Feature[] {
  const object = topology.objects[name] as GeometryObject | undefined
  if (!object) return []
  const made = feature(topology, object) as Feature | FeatureCollection
  return made.type === 'FeatureCollection' ? made.features : [made]
}

/** Outer rings of a district. */
export function rings(shape: DistrictShape): Position[][] {
  const { geometry } = shape
  return geometry.type === 'Polygon'
    ? [geometry.coordinates[0]]
    : geometry.coordinates.map((polygon) => polygon[0])
}

/** Rings of an area, holes included. */
export function allRings({ geometry }: DistrictShape): Position[][] {
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
}

/** Box [west, south, east, north] of a district. */
export function boundsOf(shape: DistrictShape): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of rings(shape).flat()) {
    box[0] = Math.min(box[0], lon)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lon)
    box[3] = Math.max(box[3], lat)
  }
  return box
}

const GRID = 24
const CORNERS = 150

/** The inner grid point farthest from the border: a name stands well there even in a bent district. */
export function labelPoint(shape: DistrictShape): [number, number] {
  const whole = rings(shape).reduce((a, b) => (b.length > a.length ? b : a))
  // A border's bends between two of so many corners move no name.
  const step = Math.ceil(whole.length / CORNERS)
  const ring = whole.filter((_, i) => i % step === 0)
  const [west, south, east, north] = boundsOf(shape)
  // One degree of longitude is shorter than one of latitude.
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  let best: [number, number] = [(west + east) / 2, (south + north) / 2]
  let bestDistance = -1
  for (let r = 1; r < GRID; r++) {
    const y = south + ((north - south) * r) / GRID
    const isInside = insideAlong(ring, y)
    for (let c = 1; c < GRID; c++) {
      const x = west + ((east - west) * c) / GRID
      if (!isInside(x)) continue
      const distance = distanceToRing(ring, { x, y, squeeze, enough: bestDistance })
      if (distance > bestDistance) {
        bestDistance = distance
        best = [x, y]
      }
    }
  }
  return best
}

/** Which points of a row lie in a ring, by the even-odd rule: the row meets the ring once for all of them. */
export function insideAlong(ring: Position[], y: number): (x: number) => boolean {
  const crossings: number[] = []
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]
    const [xj, yj] = ring[j]
    if (yi > y !== yj > y) crossings.push(((xj - xi) * (y - yi)) / (yj - yi) + xi)
  }
  return (x) => crossings.filter((at) => x < at).length % 2 === 1
}

/** Once it is no more than `enough`, how near it is does not matter. */
type LabelSpot = { x: number; y: number; squeeze: number; enough: number }

function distanceToRing(ring: Position[], { x, y, squeeze, enough }: LabelSpot): number {
  let least = Infinity
  for (let i = 0, j = ring.length - 1; i < ring.length && least > enough; j = i++) {
    const ax = (ring[j][0] - x) * squeeze
    const ay = ring[j][1] - y
    const dx = (ring[i][0] - x) * squeeze - ax
    const dy = ring[i][1] - y - ay
    const part = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)))
    least = Math.min(least, Math.hypot(ax + part * dx, ay + part * dy))
  }
  return least
}
