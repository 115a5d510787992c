// Flat kilometres around a place: good for areas of the size of a city.
import type { Position } from 'geojson'

const KM_PER_DEGREE = 111.195
const RADIANS = Math.PI / 180

export type KmPlane = {
  toKm(at: Position): [east: number, north: number]
  toDegrees(east: number, north: number): Position
}

export function planeAround([lon, lat]: Position): KmPlane {
  const shrink = KM_PER_DEGREE * Math.cos(lat * RADIANS)
  return {
    toKm: ([x, y]) => [(x - lon) * shrink, (y - lat) * KM_PER_DEGREE],
    toDegrees: (east, north) => [lon + east / shrink, lat + north / KM_PER_DEGREE],
  }
}

/** Middle of some points' box. */
export function middleOf(points: Position[]): Position {
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)]
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2]
}
