// Where things may stand: inside their district, off the water and its banks, off hills, wetlands, airport and port.

import { type City, placesOf } from '../contract.ts'
import type { AreaKind } from '../load/ground.ts'
import type { Centre } from '../load/places.ts'
import { areaFinder } from './areas.ts'
import {
  type Bounds,
  distanceKm,
  type Point,
  type Shape,
  shapeOf,
  topologyLines,
  unionOf,
} from './geo.ts'
import { gridOver } from './grid.ts'
import { cutOffLand } from './main-land.ts'

export type Terrain = {
  /** Outline by scope number; 0 is unused. */
  districts: Shape[]
  /** Box around all districts. */
  bounds: Bounds
  /** Centres by scope number. */
  centres: Centre[][]
  /** Sea, rivers between their banks, lakes. */
  water: Shape
  /** Centrelines of rivers, wherever they have one. */
  rivers: Shape
  /** Whether an asset of district `scope` may stand here. */
  isBuildable(scope: number, lon: number, lat: number): boolean
  /** The kind of area that covers the point, '' for none. */
  areaAt(lon: number, lat: number): AreaKind | ''
  /** Whether a hill covers the point. */
  isHill(lon: number, lat: number): boolean
  /** Scope number of the district that contains the point, or 0. */
  districtAt(lon: number, lat: number): number
  /** Distance to the nearest centre of the district in km. */
  toCentreKm(scope: number, lon: number, lat: number): number
}

/** Fine enough that no river of any width to speak of joins what it parts. */
const PARTS_STEP_KM = 0.12

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
  const { topology, placement, ground, centres } = placesOf(city)
  const outlines = new Map(topologyLines(topology, 'districts').map((p) => [p.code, p.lines]))
  const districtRings = city.scopes.map(({ code }) => outlines.get(code) ?? [])
  const districts = districtRings.map(shapeOf)
  const lines = (name: string) => topologyLines(topology, name).flatMap((part) => part.lines)
  const waterRings = lines('water')
  const water = shapeOf(waterRings)
  const rivers = shapeOf(lines('rivers'))
  const centresOf = city.scopes.map(({ code }) => centres.filter((c) => c.district === code))
  const bounds = unionOf(districts.slice(1).map((shape) => shape.bounds))
  const isCutOff = cutOffLand(gridOver(bounds, PARTS_STEP_KM), {
    districts: districtRings,
    water: waterRings,
    centres: centresOf.map((list) => list.map(({ lon, lat }): Point => [lon, lat])),
  })
  const areaOf = areaFinder(ground.areas)
  const hillOf = areaFinder(ground.areas.filter(({ kind }) => kind === 'hill'))

  return {
    districts,
    bounds,
    centres: centresOf,
    water,
    rivers,
    areaAt: (lon, lat) => areaOf(lon, lat)?.kind ?? '',
    isHill: (lon, lat) => hillOf(lon, lat) !== undefined,
    isBuildable: (scope, lon, lat) =>
      districts[scope].contains(lon, lat) &&
      !water.contains(lon, lat) &&
      areaOf(lon, lat) === undefined &&
      !isCutOff(scope, lon, lat) &&
      !water.isNear(lon, lat, placement.waterMarginKm),
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
