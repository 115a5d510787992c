// Land on the wrong side of the water: small parts without a centre do not count as their district's.
import { describe, expect, it } from 'vitest'
import { placesOf } from '../../../seeds/contract.ts'
import {
  type Bounds,
  KM_PER_DEGREE_LAT,
  kmPerDegreeLon,
  type Point,
} from '../../../seeds/geography/geo.ts'
import { gridOver } from '../../../seeds/geography/grid.ts'
import { cutOffLand } from '../../../seeds/geography/main-land.ts'
import { terrainOf } from '../../../seeds/geography/terrain.ts'
import { loadCity } from '../../../seeds/load/city.ts'

const at = (x: number, y: number): Point => [
  113 + x / kmPerDegreeLon(23),
  23 + y / KM_PER_DEGREE_LAT,
]

/** A rectangle's outline by its corners in km. */
const box = (west: number, south: number, east: number, north: number): Point[] => [
  at(west, south),
  at(west, north),
  at(east, north),
  at(east, south),
  at(west, south),
]

const bounds = [...at(-1, -1), ...at(11, 11)] as Bounds
const DISTRICT = 1

/** A district of ten by ten kilometres with a river of 0.4 km, south of it a strip of so many kilometres. */
function open(stripKm: number, centres: Point[]) {
  const isCutOff = cutOffLand(gridOver(bounds, 0.12), {
    districts: [[], [box(0, 0, 10, 10)]],
    water: [box(-1, stripKm, 11, stripKm + 0.4)],
    centres: [[], centres],
  })
  return (x: number, y: number) => isCutOff(DISTRICT, ...at(x, y))
}

describe('cutOffLand', () => {
  it('cuts off a strip beyond the river that has no centre, all of it, and nothing else', () => {
    const isCutOff = open(0.25, [at(5, 5)])
    for (let x = 0.1; x < 10; x += 0.5) {
      expect(isCutOff(x, 0.1)).toBe(true)
      for (let y = 0.8; y < 10; y += 0.5) expect(isCutOff(x, y)).toBe(false)
    }
  })

  it('keeps the strip where it has a centre, or is large enough to be the district’s own', () => {
    const withCentre = open(0.25, [at(5, 5), at(3, 0.12)])
    const large = open(0.4, [at(5, 5)])
    for (let x = 0.1; x < 10; x += 0.5) {
      expect(withCentre(x, 0.1)).toBe(false)
      expect(large(x, 0.1)).toBe(false)
    }
  })
})

it('lets nothing be built on a sliver of Nansha across the river, dry as it is', () => {
  const city = loadCity('guangzhou')
  const terrain = terrainOf(city)
  const scope = city.scopes.findIndex(({ code }) => code === '440115')
  const sliver: Point = [113.5552, 22.615]
  expect(terrain.districtAt(...sliver)).toBe(scope)
  expect(terrain.water.isNear(...sliver, placesOf(city).placement.waterMarginKm)).toBe(false)
  expect([terrain.water.contains(...sliver), terrain.areaAt(...sliver)]).toEqual([false, ''])
  expect(terrain.isBuildable(scope, ...sliver)).toBe(false)
})
