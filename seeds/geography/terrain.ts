// Where things may stand: inside their district, off the water and its banks, off the hill parks.

import { type City, placesOf } from '../contract.ts'
import type { Centre } from '../load/places.ts'
import {
  distanceKm,
  KM_PER_DEGREE_LAT,
  kmPerDegreeLon,
  type Point,
  type Shape,
  shapeOf,
  topologyLines,
} from './geo.ts'

export type Terrain = {
  /** Outline by scope number; 0 is unused. */
  districts: Shape[]
  /** Centres by scope number. */
  centres: Centre[][]
  water: Shape
  /** Rivers too narrow for a polygon. */
  rivers: Shape
  /** Whether an asset of district `scope` may stand here. */
  isBuildable(scope: number, lon: number, lat: number): boolean
  /** Whether a hill park covers the point. */
  isHill(lon: number, lat: number): boolean
  /** Scope number of the district that contains the point, or 0. */
  districtAt(lon: number, lat: number): number
  /** Distance to the nearest centre of the district in km. */
  toCentreKm(scope: number, lon: number, lat: number): number
}

const terrains = new WeakMap<City, Terrain>()

/** The city's terrain, worked out once per city. */
export function terrainOf(city: City): Terrain {
  let terrain = terrains.get(city)
  if (!terrain) {
    terrain = createTerrain(city)
    terrains.set(city, terrain)
  }
  return terrain
}

function createTerrain(city: City): Terrain {
  const { topology, placement, hills, centres } = placesOf(city)
  const outlines = new Map(topologyLines(topology, 'districts').map((p) => [p.code, p.lines]))
  const districts = city.scopes.map(({ code }) => shapeOf(outlines.get(code) ?? []))
  const lines = (name: string) => topologyLines(topology, name).flatMap((part) => part.lines)
  const water = shapeOf(lines('water'))
  const rivers = shapeOf(lines('rivers'))
  const centresOf = city.scopes.map(({ code }) => centres.filter((c) => c.district === code))

  const kx = hills.map((hill) => kmPerDegreeLon(hill.lat))

  function isHill(lon: number, lat: number): boolean {
    for (let i = 0; i < hills.length; i++) {
      const { radiusKm } = hills[i]
      const y = (lat - hills[i].lat) * KM_PER_DEGREE_LAT
      if (y > radiusKm || y < -radiusKm) continue
      const x = (lon - hills[i].lon) * kx[i]
      if (x * x + y * y < radiusKm * radiusKm) return true
    }
    return false
  }

  return {
    districts,
    centres: centresOf,
    water,
    rivers,
    isHill,
    isBuildable: (scope, lon, lat) =>
      districts[scope].contains(lon, lat) &&
      !water.contains(lon, lat) &&
      !water.isNear(lon, lat, placement.waterMarginKm) &&
      !rivers.isNear(lon, lat, placement.riverMarginKm) &&
      !isHill(lon, lat),
    districtAt: (lon, lat) =>
      Math.max(
        0,
        districts.findIndex((shape, scope) => scope > 0 && shape.contains(lon, lat)),
      ),
    toCentreKm(scope, lon, lat) {
      const here: Point = [lon, lat]
      return Math.min(...centresOf[scope].map((c) => distanceKm(here, [c.lon, c.lat])))
    },
  }
}
