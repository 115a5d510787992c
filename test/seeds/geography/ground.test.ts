// Where nothing may stand nothing stands: every asset against the drawn water and areas, by plain polygon tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { outlineOf } from '../../../seeds/geography/areas.ts'
import { distanceKm, type Point, topologyLines } from '../../../seeds/geography/geo.ts'
import { cityTopology, loadCity, SEEDS_ROOT } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'
import { isInside } from '../plain-geometry.ts'

/** Crossings that people know, roughly; the drawn river runs through them. */
const CROSSINGS: Record<string, Point[]> = {
  guangzhou: [
    [113.232, 23.108],
    [113.243, 23.111],
    [113.253, 23.114],
    [113.258, 23.114],
    [113.271, 23.115],
    [113.286, 23.112],
    [113.307, 23.115],
    [113.326, 23.114],
    [113.343, 23.113],
    [113.368, 23.111],
    [113.393, 23.106],
    [113.238, 23.081],
    [113.267, 23.059],
    [113.285, 23.051],
    [113.313, 23.05],
    [113.331, 23.047],
    [113.47, 23.065],
    [113.6, 22.793],
    [113.555, 22.883],
  ],
}
const LAND_BETWEEN_KM = 0.16

describe.each(CITIES)('the ground of %s', (id) => {
  const city = loadCity(id)
  const { ground } = placesOf(city)
  const topology = cityTopology(city)
  const ringsOf = (name: string) => topologyLines(topology, name).flatMap(({ lines }) => lines)
  const water = ringsOf('water')
  const districts = topologyLines(topology, 'districts')

  const isOnIsland = (at: Point) =>
    ground.islands.some(({ ring }) => isInside([[...ring, ring[0]] as Point[]], at))

  it('bears no asset on water, hills, lakes, wetlands, parks, airport or port', () => {
    const catalogue = buildCatalogue(city, 1)
    const areas = ground.areas.map((area) => banded(area.kind, [outlineOf(area)]))
    areas.push(banded('water', water))
    const counts: Record<string, number> = {}
    for (let n = 0; n < catalogue.size; n++) {
      if (catalogue.district[n] === 0) continue
      const at: Point = [catalogue.lon[n], catalogue.lat[n]]
      for (const { kind, holds } of areas) if (holds(at)) counts[kind] = (counts[kind] ?? 0) + 1
    }
    console.log(`${id}: ${catalogue.size} assets, off limits: ${JSON.stringify(counts)}`)
    expect(counts).toEqual({})
  })

  it('has its river borders in the water: no sliver lies on the wrong bank', () => {
    const rings = new Map(districts.map(({ code, lines }) => [code, lines.flat()]))
    const pairs = riverBordersOf(id)
    expect(pairs.length).toBeGreaterThan(0)
    for (const [a, b] of pairs) {
      const other = new Set(rings.get(b)?.map(String))
      const shared = rings.get(a)?.filter((point) => other.has(String(point))) ?? []
      expect(shared.length, `${a}/${b}`).toBeGreaterThan(1)
      const dry = shared.filter((point) => !isInside(water, point) && !isOnIsland(point))
      expect(dry.length / shared.length, `${a}/${b} on land at ${dry[0]}`).toBeLessThan(0.03)
    }
  })

  it('has every river between two banks, and every centre on land', () => {
    for (const { name, line } of ground.rivers) {
      for (const [lon, lat] of line.slice(1, -1)) {
        const isIsland = isOnIsland([lon, lat])
        const isOutside = !districts.some(({ lines }) => isInside(lines, [lon, lat]))
        expect(
          isIsland || isOutside || isInside(water, [lon, lat]),
          `${name.en} ${lon} ${lat}`,
        ).toBe(true)
      }
    }
    const wet = placesOf(city).centres.filter(({ lon, lat }) => isInside(water, [lon, lat]))
    expect(wet).toEqual([])
  })

  it('has the crossings that people know on the river', () => {
    for (const at of CROSSINGS[id] ?? []) {
      const near = around(at, LAND_BETWEEN_KM).some((point) => isInside(water, point))
      expect(near, String(at)).toBe(true)
    }
  })

  it('draws the areas of its file', () => {
    const drawn = topology.objects.areas as unknown as { geometries: unknown[] }
    expect(drawn.geometries.length).toBe(ground.areas.filter((a) => a.kind !== 'lake').length)
  })
})

/** Even-odd rule with the edges filed under bands of latitude: the assets are many. */
function banded(kind: string, rings: Point[][]) {
  const bands = new Map<number, [Point, Point][]>()
  const bandOf = (lat: number) => Math.floor(lat * 500)
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const lats = [bandOf(ring[i - 1][1]), bandOf(ring[i][1])]
      for (let band = Math.min(...lats); band <= Math.max(...lats); band++) {
        bands.set(band, [...(bands.get(band) ?? []), [ring[i - 1], ring[i]]])
      }
    }
  }
  return { kind, holds: (at: Point) => isInside(bands.get(bandOf(at[1])) ?? [], at) }
}

function around([lon, lat]: Point, km: number): Point[] {
  const points: Point[] = [[lon, lat]]
  for (let dx = -2; dx <= 2; dx++) {
    for (let dy = -2; dy <= 2; dy++) points.push([lon + dx * 0.0007, lat + dy * 0.0007])
  }
  return points.filter((point) => distanceKm(point, [lon, lat]) <= km)
}

function riverBordersOf(id: string): [string, string][] {
  const text = readFileSync(join(SEEDS_ROOT, id, 'city.json'), 'utf8')
  return (JSON.parse(text) as { riverBorders: [string, string][] }).riverBorders
}
