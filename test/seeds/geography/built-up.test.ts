// Built-up land: amounts by residents, no cliffs and no discs, the same for a city loaded again.
import { beforeAll, describe, expect, it } from 'vitest'
import { placesOf } from '../../../seeds/contract.ts'
import { builtUpOf } from '../../../seeds/geography/built-up.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon } from '../../../seeds/geography/geo.ts'
import { terrainOf } from '../../../seeds/geography/terrain.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'

/** Points in both directions, and the short way along which density may not jump, in degrees. */
const STEP = 0.0045
const NEAR = 0.001
/** Residents (in 10,000) on a square kilometre of density 1. */
const CORE_10K_PER_KM2 = 3.6

describe.each(CITIES)('built-up land of %s', (id) => {
  const city = loadCity(id)
  const builtUp = builtUpOf(city)
  const terrain = terrainOf(city)
  const { centres } = placesOf(city)
  const houses = city.scopes.map(() => 0)
  const jumps: number[] = []

  beforeAll(() => {
    const [west, south, east, north] = terrain.bounds
    for (let lat = south; lat < north; lat += STEP) {
      const km2 = STEP * KM_PER_DEGREE_LAT * STEP * kmPerDegreeLon(lat)
      for (let lon = west; lon < east; lon += STEP) {
        const scope = terrain.districtAt(lon, lat)
        if (scope === 0) continue
        const density = builtUp.density(scope, lon, lat)
        houses[scope] += CORE_10K_PER_KM2 * density * km2
        if (!terrain.isBuildable(scope, lon, lat)) continue
        if (!terrain.isBuildable(scope, lon + NEAR, lat)) continue
        jumps.push(Math.abs(builtUp.density(scope, lon + NEAR, lat) - density))
      }
    }
  })

  it('lies between 0 and 1, and is something at every centre', () => {
    for (const { district, lon, lat } of centres) {
      const scope = city.scopes.findIndex((s) => s.code === district)
      const density = builtUp.density(scope, lon, lat)
      expect(density).toBeGreaterThan(0.02)
      expect(density).toBeLessThanOrEqual(1)
      expect(builtUp.kindAt(scope, lon, lat)).not.toBe('open')
    }
  })

  it('houses the residents of each district, within 2 %', () => {
    for (const [i, { code, population10k }] of city.districts.entries()) {
      expect(Math.abs(houses[i + 1] / population10k - 1), code).toBeLessThan(0.02)
    }
  })

  it('rises and falls over hundreds of metres, not within one', () => {
    expect(jumps.length).toBeGreaterThan(400)
    jumps.sort((a, b) => b - a)
    expect(jumps[Math.floor(jumps.length / 100)]).toBeLessThan(0.1)
    expect(jumps[0]).toBeLessThan(0.4)
  })

  it('has lobes and valleys: half a kilometre from a centre it is dense on one side, thin on another', () => {
    const isEven = ({ lon, lat }: { lon: number; lat: number }) => {
      const around = Array.from({ length: 48 }, (_, k) => {
        const angle = (2 * Math.PI * k) / 48
        const [east, north] = [Math.cos(angle) / 2, Math.sin(angle) / 2]
        const x = lon + east / kmPerDegreeLon(lat)
        return builtUp.density(0, x, lat + north / KM_PER_DEGREE_LAT)
      })
      return Math.max(...around) < 1.5 * Math.min(...around)
    }
    // Some lie in the middle of a core that is dense all around.
    expect(centres.filter(isEven).length / centres.length).toBeLessThan(0.3)
  })

  it('is the same for a city loaded again', () => {
    const again = builtUpOf(loadCity(id))
    for (const { lon, lat } of centres) {
      for (const d of [-0.013, 0.002, 0.021]) {
        expect(again.density(1, lon + d, lat - d)).toBe(builtUp.density(1, lon + d, lat - d))
      }
    }
  })
})
