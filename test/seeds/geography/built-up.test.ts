// Built-up land: amounts by residents, no cliffs, the same for a city loaded again.
import { describe, expect, it } from 'vitest'
import { placesOf } from '../../../seeds/contract.ts'
import { builtUpOf } from '../../../seeds/geography/built-up.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'

describe.each(CITIES)('built-up land of %s', (id) => {
  const city = loadCity(id)
  const builtUp = builtUpOf(city)
  const { centres } = placesOf(city)

  it('lies between 0 and 1, and is something at every centre', () => {
    for (const { district, lon, lat } of centres) {
      const scope = city.scopes.findIndex((s) => s.code === district)
      const density = builtUp.density(scope, lon, lat)
      expect(density).toBeGreaterThan(0.02)
      expect(density).toBeLessThanOrEqual(1)
      expect(builtUp.kindAt(scope, lon, lat)).not.toBe('open')
    }
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
