// Where assets lie in any city: rules that keep a local from laughing.

import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { roadGraph } from '../../../seeds/geography/arterials.ts'
import { type Point, topologyLines } from '../../../seeds/geography/geo.ts'
import { terrainOf } from '../../../seeds/geography/terrain.ts'
import { cityTopology, loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'
import { distanceToLines, isInside, nearbyLines } from '../plain-geometry.ts'

/** Groups of fewer assets say nothing about shares. */
const ENOUGH = 30

describe.each(CITIES)('in %s', (id) => {
  const city = loadCity(id)
  const catalogue = buildCatalogue(city, 1)
  const { placement } = placesOf(city)
  const terrain = terrainOf(city)
  const outlines = new Map(
    topologyLines(cityTopology(city), 'districts').map(({ code, lines }) => [code, lines]),
  )
  const water = topologyLines(cityTopology(city), 'water').flatMap((part) => part.lines)

  const junctions = catalogue.ranges['traffic-signal'] ?? { from: 0, to: 0 }
  /** Every k-th asset of a large city, every one of a small one. */
  const few = (k: number) => (catalogue.size > 10_000 ? k : 1)

  function* sample(step: number) {
    for (let n = 0; n < catalogue.size; n += step) {
      const scope = catalogue.district[n]
      if (scope === 0) continue
      const at: Point = [catalogue.lon[n], catalogue.lat[n]]
      yield { n, id: catalogue.ids[n], code: city.scopes[scope].code, at }
    }
  }

  const wrong = (step: number, isWrong: (asset: { code: string; at: Point }) => boolean) =>
    [...sample(step)].filter(isWrong).map((asset) => asset.id)

  describe('assets', () => {
    it('stand inside their district', () => {
      expect(wrong(few(7), ({ code, at }) => !isInside(outlines.get(code) ?? [], at))).toEqual([])
    })

    it('stand out of the water', () => {
      expect(wrong(few(7), ({ at }) => isInside(water, at))).toEqual([])
    })

    it('keep their distance from the water; junctions may stand on a road beside it', () => {
      const near = [...sample(few(211))].filter(({ at, id }) => {
        return !id.startsWith('sig-') && distanceToLines(water, at) < placement.waterMarginKm
      })
      expect(near.map(({ id }) => id)).toEqual([])
    })

    it('stand off the hill parks', () => {
      const onHill = ({ at }: { at: Point }) => terrain.isHill(...at)
      const { from, to } = junctions
      const found = wrong(few(3), onHill).filter((id) => {
        const n = catalogue.numberOf(id)
        return n < from || n >= to
      })
      expect(found).toEqual([])
    })

    it('stand within 120 m of a street, at least 90 % of every kind', () => {
      const lines = roadGraph(city).polylines
      const nearby = nearbyLines(lines, 0.12)
      const counts = new Map<string, { near: number; all: number }>()
      for (const { n, at } of sample(few(5))) {
        const domain = catalogue.domains[catalogue.domain[n]]
        const count = counts.get(domain) ?? { near: 0, all: 0 }
        counts.set(domain, count)
        count.all++
        if (distanceToLines(nearby(at), at) <= 0.12) count.near++
      }
      const low = [...counts].filter(([, { near, all }]) => all >= ENOUGH && near / all < 0.9)
      expect(low).toEqual([])
    })

    it('are given with five decimals', () => {
      for (const { at } of sample(few(101))) {
        for (const x of at) expect(x).toBe(Math.round(x * 1e5) / 1e5)
      }
    })
  })
})
