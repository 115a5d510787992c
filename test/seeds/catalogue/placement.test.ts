// Where assets and roads lie in any city: rules that keep a local from laughing.

import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { arterials, roadGraph } from '../../../seeds/geography/arterials.ts'
import { distanceKm, type Point, topologyLines } from '../../../seeds/geography/geo.ts'
import { cityTopology, loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'

/** Even-odd rule, written without the code under test. */
function isInside(rings: Point[][], [x, y]: Point): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [x1, y1] = ring[i - 1]
      const [x2, y2] = ring[i]
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
    }
  }
  return inside
}

/** Distance to a polyline by sampling each edge: slow and simple. */
function distanceToLines(lines: Point[][], point: Point): number {
  let least = Number.POSITIVE_INFINITY
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      for (let t = 0; t <= 1; t += 1 / 64) {
        const lon = line[i - 1][0] + t * (line[i][0] - line[i - 1][0])
        const lat = line[i - 1][1] + t * (line[i][1] - line[i - 1][1])
        least = Math.min(least, distanceKm(point, [lon, lat]))
      }
    }
  }
  return least
}

/** Groups of fewer assets say nothing about shares. */
const ENOUGH = 30

/** For a point: the pieces of lines that may come within `km` of it. */
function nearbyLines(lines: Point[][], km: number): (at: Point) => Point[][] {
  const filed = new Map<string, Point[][]>()
  const key = (x: number, y: number) => `${x} ${y}`
  const step = 0.01
  const margin = km / 100
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [[x1, y1], [x2, y2]] = [line[i - 1], line[i]]
      const [west, east] = [Math.min(x1, x2) - margin, Math.max(x1, x2) + margin]
      const [south, north] = [Math.min(y1, y2) - margin, Math.max(y1, y2) + margin]
      for (let x = Math.floor(west / step); x <= Math.floor(east / step); x++) {
        for (let y = Math.floor(south / step); y <= Math.floor(north / step); y++) {
          const list = filed.get(key(x, y)) ?? []
          list.push([line[i - 1], line[i]])
          filed.set(key(x, y), list)
        }
      }
    }
  }
  return ([lon, lat]) => filed.get(key(Math.floor(lon / step), Math.floor(lat / step))) ?? []
}

describe.each(CITIES)('in %s', (id) => {
  const city = loadCity(id)
  const catalogue = buildCatalogue(city, 1)
  const { hills, placement } = placesOf(city)
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
      const onHill = ({ at }: { at: Point }) =>
        hills.some((hill) => distanceKm(at, [hill.lon, hill.lat]) < hill.radiusKm - 0.001)
      const { from, to } = junctions
      const found = wrong(few(3), onHill).filter((id) => {
        const n = catalogue.numberOf(id)
        return n < from || n >= to
      })
      expect(found).toEqual([])
    })

    it('stand within 120 m of a street, at least 90 % of every kind', () => {
      const lines = arterials(city)
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

  describe('the road graph', () => {
    const lines = arterials(city)

    it('is drawn inside the city and over no water', () => {
      const rings = [...outlines.values()]
      for (const line of lines) {
        for (const point of line) {
          if (isInside(water, point)) throw new Error(`${point} lies in the water`)
          if (!rings.some((ring) => isInside(ring, point))) throw new Error(`${point} lies outside`)
        }
        for (let i = 1; i < line.length; i++) {
          const middle: Point = [
            (line[i - 1][0] + line[i][0]) / 2,
            (line[i - 1][1] + line[i][1]) / 2,
          ]
          if (isInside(water, middle)) throw new Error(`${middle} lies in the water`)
        }
      }
      expect(lines.length).toBeGreaterThan(5)
    })

    it('joins almost all of its pieces into one network', () => {
      const parent = new Map<string, string>()
      const find = (key: string): string => {
        let root = key
        while (parent.get(root) !== root) root = parent.get(root) ?? root
        parent.set(key, root)
        return root
      }
      for (const line of lines) {
        for (const point of line)
          if (!parent.has(String(point))) parent.set(String(point), String(point))
        for (let i = 1; i < line.length; i++) {
          parent.set(find(String(line[i - 1])), find(String(line[i])))
        }
      }
      const sizes = new Map<string, number>()
      for (const key of parent.keys()) sizes.set(find(key), (sizes.get(find(key)) ?? 0) + 1)
      const largest = Math.max(...sizes.values())
      expect(largest / parent.size).toBeGreaterThan(0.85)
    })

    it('bears every junction', () => {
      const onRoad = new Set(lines.flat().map(String))
      const { from, to } = junctions
      let crossings = 0
      for (let n = from; n < to; n++) {
        const at: Point = [catalogue.lon[n], catalogue.lat[n]]
        if (onRoad.has(String(at))) crossings++
        else if (n % few(40) === 0) expect(distanceToLines(lines, at)).toBeLessThan(0.02)
      }
      expect(crossings).toBeGreaterThan((to - from) / 2)
    })

    it('has crossings of three and four roads and all classes', () => {
      const all = roadGraph(city).crossings.flat()
      expect(new Set(all.map((j) => j.approaches))).toEqual(new Set([3, 4]))
      expect(new Set(all.map((j) => j.class))).toEqual(new Set(['arterial', 'collector', 'local']))
    })

    it('is the same for a city loaded again', () => {
      expect(arterials(loadCity(id))).toEqual(lines)
    })
  })
})
