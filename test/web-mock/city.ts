// A made-up city for the development mock, or a real topology when one is given: districts, roads, asset positions.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MultiPolygon } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC, type CityView } from '../../console/messages.ts'

const CITY_CODE = '990000'
const STEPS = 65_535

export type MockCity = {
  view: CityView
  scopes: { code: string; name: { zh: string; en: string } }[]
  /** Rings by scope number; scope 0 has none. */
  rings: number[][][]
}

/** Small fast generator (mulberry32): the mock looks the same every time. */
export function mulberry(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A 3 × 4 patchwork without its last patch: eleven districts with shared, wavy borders. */
function patchwork(): Topology {
  const corner = (c: number, r: number): [number, number] => [
    20 + c * 0.36 + 0.05 * Math.sin(c * 2.1 + r * 1.7),
    10 + r * 0.34 + 0.05 * Math.cos(c * 1.3 - r * 2.3),
  ]
  const arcs: number[][][] = []
  const geometries: object[] = []
  for (let k = 0; k < 11; k++) {
    const [c, r] = [k % 3, Math.floor(k / 3)]
    arcs.push([
      corner(c, r),
      corner(c + 1, r),
      corner(c + 1, r + 1),
      corner(c, r + 1),
      corner(c, r),
    ])
    const code = String(990_101 + k)
    const letter = '甲乙丙丁戊己庚辛壬癸子'[k]
    geometries.push({
      type: 'Polygon',
      arcs: [[k]],
      properties: { code, name: { zh: `${letter}区`, en: `District ${k + 1}` } },
    })
  }
  const water = { type: 'GeometryCollection', geometries: [] }
  return {
    type: 'Topology',
    arcs,
    objects: { districts: { type: 'GeometryCollection', geometries }, water },
  } as unknown as Topology
}

type Named = { code: string; name: { zh: string; en: string } }
type Properties = { code: string; name?: Named['name'] }

/** `folder` may hold a city's geo.topo.json and city.json: then its shape and names are drawn, its data stay invented. */
export function mockCity(folder?: string): MockCity {
  const facts = folder
    ? (JSON.parse(readFileSync(join(folder, 'city.json'), 'utf8')) as Named & {
        districts: Named[]
      })
    : null
  const topology = folder
    ? (JSON.parse(readFileSync(join(folder, 'geo.topo.json'), 'utf8')) as Topology)
    : patchwork()
  const object = topology.objects.districts as GeometryCollection<Properties>
  const { features } = feature(topology, object)
  features.sort((a, b) => (a.properties.code < b.properties.code ? -1 : 1))
  const name = facts?.name ?? { zh: '示例市', en: 'Example City' }
  const scopes: Named[] = [{ code: facts?.code ?? CITY_CODE, name }]
  const rings: number[][][] = [[]]
  const bounds: CityView['bounds'] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { geometry, properties } of features) {
    const { code } = properties
    const known = properties.name ?? facts?.districts.find((d) => d.code === code)?.name
    scopes.push({ code, name: known ?? { zh: code, en: code } })
    const ring = (
      geometry.type === 'Polygon'
        ? geometry.coordinates[0]
        : (geometry as MultiPolygon).coordinates[0][0]
    ) as number[][]
    rings.push(ring)
    for (const [lon, lat] of ring) {
      bounds[0] = Math.min(bounds[0], lon)
      bounds[1] = Math.min(bounds[1], lat)
      bounds[2] = Math.max(bounds[2], lon)
      bounds[3] = Math.max(bounds[3], lat)
    }
  }
  const roads = mockRoads(rings)
  return {
    scopes,
    rings,
    view: {
      name: scopes[0].name,
      code: scopes[0].code,
      topology,
      landmarks: [3, 5, 8].map((s, k) => ({
        name: { zh: `地标${'一二三'[k]}`, en: `Landmark ${k + 1}` },
        lon: middle(rings[s], 0),
        lat: middle(rings[s], 1),
      })),
      roads,
      roadInfo: roads.map(() => ({ class: 'arterial' as const })),
      bounds,
      notice: { zh: '示意图 · 开发用模拟', en: 'Schematic · development mock' },
    },
  }
}

const middle = (ring: number[][], axis: 0 | 1): number =>
  ring.reduce((sum, point) => sum + point[axis], 0) / ring.length

function mockRoads(rings: number[][][]): [number, number][][] {
  const centres = rings.slice(1).map((r): [number, number] => [middle(r, 0), middle(r, 1)])
  return centres.flatMap((a, i) => centres.slice(i + 1, i + 4).map((b) => [a, b]))
}

/** Even-odd rule. */
function inside(ring: number[][], x: number, y: number): boolean {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]
    const [xj, yj] = ring[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}

/** Positions gather around a few centres in each district; the small districts get as many as the large ones. */
export function mockCatalogue(
  city: MockCity,
  counts: Record<string, number>,
  cityWide: (domain: string) => boolean,
) {
  const domains = Object.keys(counts).sort()
  const size = domains.reduce((sum, d) => sum + counts[d], 0)
  const [west, south, east, north] = city.view.bounds
  const domain = new Uint8Array(size)
  const scope = new Uint8Array(size)
  const lon = new Uint16Array(size)
  const lat = new Uint16Array(size)
  const random = mulberry(7)
  const centres = city.rings.map((ring) =>
    ring.length === 0
      ? []
      : Array.from({ length: 6 }, () =>
          pointIn(ring, middle(ring, 0), middle(ring, 1), 0.12, random),
        ),
  )
  let i = 0
  domains.forEach((name, d) => {
    for (let k = 0; k < counts[name]; k++, i++) {
      domain[i] = d
      const s = cityWide(name) ? 0 : 1 + Math.floor(random() * (city.rings.length - 1))
      scope[i] = s
      const [cx, cy] =
        s === 0 ? [(west + east) / 2, (south + north) / 2] : centres[s][Math.floor(random() * 6)]
      const [x, y] = s === 0 ? [cx, cy] : pointIn(city.rings[s], cx, cy, 0.035, random)
      lon[i] = Math.round(((x - west) / (east - west)) * STEPS)
      lat[i] = Math.round(((y - south) / (north - south)) * STEPS)
    }
  })
  return { domains, size, domain, scope, lon, lat, bytes: encode() }

  function encode(): Uint8Array {
    const bytes = new Uint8Array(CATALOGUE_HEADER_BYTES + 6 * size)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, CATALOGUE_MAGIC, true)
    view.setUint32(4, size, true)
    const header = [west, south, (east - west) / STEPS, (north - south) / STEPS]
    header.forEach((v, k) => {
      view.setFloat64(8 + 8 * k, v, true)
    })
    bytes.set(new Uint8Array(lon.buffer), CATALOGUE_HEADER_BYTES)
    bytes.set(new Uint8Array(lat.buffer), CATALOGUE_HEADER_BYTES + 2 * size)
    bytes.set(domain, CATALOGUE_HEADER_BYTES + 4 * size)
    bytes.set(scope, CATALOGUE_HEADER_BYTES + 5 * size)
    return bytes
  }
}

function pointIn(
  ring: number[][],
  cx: number,
  cy: number,
  spread: number,
  random: () => number,
): [number, number] {
  for (let attempt = 0; attempt < 40; attempt++) {
    const r = spread * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    const x = cx + r * Math.cos(angle)
    const y = cy + r * Math.sin(angle)
    if (inside(ring, x, y)) return [x, y]
  }
  return [cx, cy]
}
