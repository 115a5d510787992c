// Outlines of areas drawn by hand, and which area a point lies in.
import { cos, sin } from '../../infra/maths.ts'
import type { DrawnArea, GroundData } from '../load/ground.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Ring, roundDegrees, shapeOf } from './geo.ts'
import { fractalNoise } from './noise.ts'

type Outlined = DrawnArea | GroundData['uses'][number]

/** Corners of an ellipse's outline, and how far its edge swings around the ellipse, in parts of its radius. */
const CORNERS = 40
const UNEVEN = 0.28

/** The closed outline: as drawn, or an ellipse with an uneven edge, so that no area is a disc. */
export function outlineOf(area: Outlined): Ring {
  if ('ring' in area) return [...area.ring, area.ring[0]] as Ring
  const { lon, lat, radiiKm, turn } = area
  const kx = kmPerDegreeLon(lat)
  const tilt = (turn * Math.PI) / 180
  const seed = Math.round(lon * 1e4) + Math.round(lat * 1e4) * 7
  const ring: Ring = []
  for (let k = 0; k < CORNERS; k++) {
    const angle = (2 * Math.PI * k) / CORNERS
    const [c, s] = [cos(angle), sin(angle)]
    const part = 1 + UNEVEN * fractalNoise(seed, 20 + 1.6 * c, 20 + 1.6 * s, 1, 3)
    const x = radiiKm[0] * part * c
    const y = radiiKm[1] * part * s
    ring.push([
      roundDegrees(lon + (x * cos(tilt) - y * sin(tilt)) / kx),
      roundDegrees(lat + (x * sin(tilt) + y * cos(tilt)) / KM_PER_DEGREE_LAT),
    ])
  }
  ring.push(ring[0])
  return ring
}

/** Tiles per degree of the finder's register: about 2 km, so that most places have no area to look at. */
const TILES_PER_DEGREE = 50

/** Answers which of the areas holds a point: the first one in the list, or undefined. */
export function areaFinder<A extends Outlined>(
  areas: readonly A[],
): (lon: number, lat: number) => A | undefined {
  const shapes = areas.map((area) => shapeOf([outlineOf(area)]))
  const register = new Map<number, number[]>()
  shapes.forEach(({ bounds: [west, south, east, north] }, i) => {
    for (let x = tileOf(west); x <= tileOf(east); x++) {
      for (let y = tileOf(south); y <= tileOf(north); y++) {
        const key = tileKey(x, y)
        const known = register.get(key)
        if (known) known.push(i)
        else register.set(key, [i])
      }
    }
  })
  return (lon, lat) => {
    const near = register.get(tileKey(tileOf(lon), tileOf(lat)))
    const found = near?.find((i) => shapes[i].contains(lon, lat))
    return found === undefined ? undefined : areas[found]
  }
}

const tileOf = (degrees: number): number => Math.floor(degrees * TILES_PER_DEGREE)
const tileKey = (x: number, y: number): number => x * 100_000 + y
