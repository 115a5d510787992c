// Draws places for assets: most of them near a centre of their district, none in the water or on a hill.
import { cos, power, sin } from '../../infra/maths.ts'
import { type StreamWords, uniform } from '../../infra/random.ts'
import { type City, placesOf } from '../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point, roundDegrees } from '../geography/geo.ts'
import { terrainOf } from '../geography/terrain.ts'
import type { Centre } from '../load/places.ts'

/** Distances from a centre are radius × u^this: 0.5 would be even over the disc, 1 thins out with 1/distance. */
const CROWDING = 0.8
/** Tries before an asset settles beside its centre; about three are needed on average. */
const MAX_TRIES = 400
/** Step of the last resort, in degrees: a ring walk around the centre. */
const LAST_RESORT = 0.0004

export type Placer = (words: StreamWords, at: number, scope: number) => Point

/** Draws a place in a district from an asset's own stream: rejection against terrain.ts. */
export function createPlacer(city: City): Placer {
  const terrain = terrainOf(city)
  const { placement } = placesOf(city)

  return (words, at, scope) => {
    const nearCentre = uniform(words, at) < placement.nearCentreShare
    const centre = pickCentre(terrain.centres[scope], uniform(words, at))
    const [west, south, east, north] = terrain.districts[scope].bounds
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const u = uniform(words, at)
      const v = uniform(words, at)
      const [lon, lat] = nearCentre
        ? around(centre, placement.centreRadiusKm * power(u, CROWDING), v)
        : [roundDegrees(west + u * (east - west)), roundDegrees(south + v * (north - south))]
      if (terrain.isBuildable(scope, lon, lat)) return [lon, lat]
    }
    return besideCentre(city, scope, centre)
  }
}

/** A centre by weight; `u` in [0, 1). */
function pickCentre(centres: Centre[], u: number): Centre {
  let left = u * centres.reduce((sum, centre) => sum + centre.weight, 0)
  for (const centre of centres) {
    left -= centre.weight
    if (left < 0) return centre
  }
  return centres[centres.length - 1]
}

function around(centre: Centre, km: number, turn: number): Point {
  const angle = 2 * Math.PI * turn
  const lon = centre.lon + (km * cos(angle)) / kmPerDegreeLon(centre.lat)
  const lat = centre.lat + (km * sin(angle)) / KM_PER_DEGREE_LAT
  return [roundDegrees(lon), roundDegrees(lat)]
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
