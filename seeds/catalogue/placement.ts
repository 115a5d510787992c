// Draws places for assets: along the streets of their district, where it is built, none in the water or on a hill.
import { cos, sin } from '../../infra/maths.ts'
import { logNormal, type StreamWords, uniform } from '../../infra/random.ts'
import { type City, placesOf } from '../contract.ts'
import type { RoadPiece } from '../geography/arterials.ts'
import type { PlaceKind } from '../geography/built-up.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point, roundDegrees } from '../geography/geo.ts'
import { terrainOf } from '../geography/terrain.ts'
import type { PlaceWeights } from '../load/catalogue-section.ts'
import type { Centre } from '../load/places.ts'
import { pickerOf, type Streets, streetsOf } from './street-weights.ts'

/** Tries before an asset settles beside a centre after all; one or two are needed on average. */
const MAX_TRIES = 200
/** Pieces of street tried near a given point before any other. */
const NEAR_TRIES = 30
/** Step of the last resort, in degrees: a ring walk around the centre. */
const LAST_RESORT = 0.0004
const M_PER_KM = 1000

/** A place along a street. */
export type Spot = {
  /** On the street itself. */
  kerb: Point
  /** Behind it, where a building stands. */
  plot: Point
  kind: PlaceKind
  /** Absent where a district has no street to build along. */
  street?: RoadPiece
}

/** With `near`, on the piece of street that comes nearest to that point. */
export type Placer = (words: StreamWords, at: number, scope: number, near?: Point) => Spot

/** Draws a place in a district from an asset's own stream; both its points may be built on. */
export function createPlacer(city: City, weights: PlaceWeights = {}): Placer {
  const terrain = terrainOf(city)
  const { setbackM } = placesOf(city).placement.streets
  const tables: (Table | undefined)[] = []

  return (words, at, scope, near) => {
    tables[scope] ??= tableOf(streetsOf(city)[scope], weights)
    const table = tables[scope]
    for (let tries = 0; table && tries < MAX_TRIES; tries++) {
      const u = uniform(words, at)
      const i = near && tries < NEAR_TRIES ? nearestPiece(table, near, tries) : table.find(u)
      const street = table.pieces[i]
      const part = uniform(words, at)
      const side = uniform(words, at) < 0.5 ? -1 : 1
      const drawn = logNormal(words, at, setbackM.median, setbackM.sigma)
      const back = (side * Math.min(setbackM.max, Math.max(setbackM.min, drawn))) / M_PER_KM
      const [kerb, plot] = pointsAt(street, part, back)
      if (!terrain.isBuildable(scope, ...kerb) || !terrain.isBuildable(scope, ...plot)) continue
      return { kerb, plot, kind: table.kinds[i], street }
    }
    const point = besideCentre(city, scope, terrain.centres[scope][0])
    return { kerb: point, plot: point, kind: 'town' }
  }
}

type Table = Pick<Streets, 'pieces' | 'kinds'> & { find(u: number): number }

/** A district's streets by how much they bear; undefined where none bears anything, whatever the weights. */
function tableOf({ pieces, kinds, weights }: Streets, byKind: PlaceWeights): Table | undefined {
  const own = weights.map((weight, i) => weight * (byKind[kinds[i]] ?? 1))
  const find = pickerOf(own) ?? pickerOf(weights)
  return find && { pieces, kinds, find }
}

/** The piece of a district's streets whose middle is the `skip`-th nearest to a point. */
function nearestPiece({ pieces }: Table, [lon, lat]: Point, skip: number): number {
  const kx = kmPerDegreeLon(lat) / KM_PER_DEGREE_LAT
  const distances = Float64Array.from(pieces, ({ from, to }) => {
    const x = ((from[0] + to[0]) / 2 - lon) * kx
    const y = (from[1] + to[1]) / 2 - lat
    return x * x + y * y
  })
  const wanted =
    skip === 0 ? distances.reduce((a, b) => Math.min(a, b)) : distances.toSorted()[skip]
  return Math.max(0, distances.indexOf(wanted))
}

/** The point after `part` of a piece, and the one `backKm` to its left (negative: right). */
function pointsAt({ from, to }: RoadPiece, part: number, backKm: number): [Point, Point] {
  const kx = kmPerDegreeLon(from[1])
  const dx = (to[0] - from[0]) * kx
  const dy = (to[1] - from[1]) * KM_PER_DEGREE_LAT
  const length = Math.sqrt(dx * dx + dy * dy) || 1
  const lon = from[0] + part * (to[0] - from[0])
  const lat = from[1] + part * (to[1] - from[1])
  return [
    [roundDegrees(lon), roundDegrees(lat)],
    [
      roundDegrees(lon - ((dy / length) * backKm) / kx),
      roundDegrees(lat + ((dx / length) * backKm) / KM_PER_DEGREE_LAT),
    ],
  ]
}

/** The first buildable point on widening rings; every district has one near each centre, or the seeds are wrong. */
function besideCentre(city: City, scope: number, centre: Centre): Point {
  const terrain = terrainOf(city)
  for (let ring = 0; ring < 200; ring++) {
    for (let side = 0; side < 8; side++) {
      const angle = (side * Math.PI) / 4
      const lon = roundDegrees(centre.lon + ring * LAST_RESORT * cos(angle))
      const lat = roundDegrees(centre.lat + ring * LAST_RESORT * sin(angle))
      if (terrain.isBuildable(scope, lon, lat)) return [lon, lat]
    }
  }
  throw new Error(`${city.id}: no land to build on near ${centre.name.en}`)
}
