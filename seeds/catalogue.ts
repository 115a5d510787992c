// The catalogue: every asset of the city with its place, cell, name, attributes and commissioning date.
// In: a City. Out: columns indexed by asset number; a pure function of the city's data and the scale.
import { createHash } from 'node:crypto'
import { seedStream, streamTable } from '../infra/random.ts'
import { parseInstant } from '../infra/time.ts'
import { apportion } from './apportion.ts'
import { type AttributeDraw, attributeDraw, type Site } from './attributes.ts'
import { type Cells, createCells } from './cells.ts'
import { placesOf } from './city.ts'
import { type Commissioning, commissioningOf } from './commissioning.ts'
import type { AttributeValue, Catalogue, City, Text } from './contract.ts'
import { createJunctionPlacer } from './junctions.ts'
import { createNamer } from './names.ts'
import { createPlacer, roundDegrees } from './placement.ts'
import type { CityWideSection, SpreadSection } from './places.ts'

const ID_DIGITS = 5
const FITS_ID_DIGITS = 10 ** ID_DIGITS - 1
/** Lines are hashed in pieces of about this many characters. */
const HASH_CHUNK = 1 << 20

type Asset = {
  id: string
  scope: number
  cell: number
  lon: number
  lat: number
  commissionedAt: number
  attributes: Record<string, AttributeValue>
  name: Text
}

/**
 * All assets at `scale` (counts × scale, split over the districts by population; city-wide assets are never scaled).
 * The first assets of a district are the same at every scale: an id has one place, one name, one set of attributes.
 */
export function buildCatalogue(city: City, scale: number): Catalogue {
  const domains = Object.keys(placesOf(city).catalogue).sort()
  const cells = createCells(city)
  const assets: Asset[] = []
  const domain: number[] = []
  const ranges: Catalogue['ranges'] = {}
  for (const [index, name] of domains.entries()) {
    const from = assets.length
    const section = placesOf(city).catalogue[name]
    if ('assets' in section) addCityWide(assets, city, name, section)
    else addSpread(assets, city, name, section, scale, cells)
    ranges[name] = { from, to: assets.length }
    for (let n = from; n < assets.length; n++) domain.push(index)
  }
  return toColumns(city, scale, domains, ranges, Uint8Array.from(domain), assets)
}

function addCityWide(assets: Asset[], city: City, domain: string, section: CityWideSection): void {
  const commissionedAt = parseInstant(section.commissioned, `${domain}.json catalogue.commissioned`)
  const [lon, lat] = cityCentre(city)
  const made = section.assets.map(
    ({ slug, name, attributes }): Asset => ({
      id: `${section.idPrefix}-${city.code}-${slug}`,
      scope: 0,
      cell: 0,
      lon,
      lat,
      commissionedAt,
      attributes,
      name,
    }),
  )
  assets.push(...made.sort((a, b) => (a.id < b.id ? -1 : 1)))
}

/** Middle of the districts' centres by population and weight: where city-wide assets stand. */
function cityCentre(city: City): [number, number] {
  let lon = 0
  let lat = 0
  let sum = 0
  for (const centre of placesOf(city).centres) {
    const population = city.districts.find((d) => d.code === centre.district)?.population10k ?? 0
    const weight = centre.weight * population
    lon += centre.lon * weight
    lat += centre.lat * weight
    sum += weight
  }
  return [roundDegrees(lon / sum), roundDegrees(lat / sum)]
}

function addSpread(
  assets: Asset[],
  city: City,
  domain: string,
  section: SpreadSection,
  scale: number,
  cells: Cells,
): void {
  const { catalogueSeed } = placesOf(city)
  const total = Math.round(section.count * scale)
  const counts = apportion(
    total,
    city.districts.map((d) => d.population10k),
  )
  const maker = {
    draw: attributeDraw(catalogueSeed, domain, section),
    commissioned: commissioningOf(section, domain),
    siteOf: createSites(city, section, cells),
  }
  for (let scope = 1; scope < city.scopes.length; scope++) {
    const made = makeDistrict(city, section, scope, counts[scope - 1], maker)
    // Six digits appear in very large cities only, and sort between five-digit ids.
    if (counts[scope - 1] > FITS_ID_DIGITS) made.sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const asset of made) assets.push(asset)
  }
}

type Maker = { draw: AttributeDraw; commissioned: Commissioning; siteOf: SiteOf }

function makeDistrict(
  city: City,
  section: SpreadSection,
  scope: number,
  count: number,
  { draw, commissioned, siteOf }: Maker,
): Asset[] {
  const { catalogueSeed } = placesOf(city)
  const nameOf = createNamer(city, scope, section.asset)
  const words = streamTable(1)
  const stem = `${section.idPrefix}-${city.scopes[scope].code}-`
  return Array.from({ length: count }, (_, k) => {
    const id = `${stem}${String(k + 1).padStart(ID_DIGITS, '0')}`
    seedStream(words, 0, catalogueSeed, id, 'place')
    const site = siteOf(words, scope, k)
    const name = nameOf(words, 0, site.lon, site.lat)
    seedStream(words, 0, catalogueSeed, id, 'attributes')
    return {
      id,
      scope,
      cell: site.cell,
      lon: site.lon,
      lat: site.lat,
      commissionedAt: commissioned(k, scope),
      attributes: draw(words, 0, site),
      name,
    }
  })
}

type SiteOf = (words: Uint32Array, scope: number, k: number) => Site & { lon: number; lat: number }

/** Where the `k`-th asset of a district stands, and what its rules may look at there. */
function createSites(city: City, section: SpreadSection, cells: Cells): SiteOf {
  const place = createPlacer(city)
  const junction = section.placement === 'roads' ? createJunctionPlacer(city) : undefined
  return (words, scope, k) => {
    const road = junction?.(words, 0, scope, k)
    const [lon, lat] = road ? road.point : place(words, 0, scope)
    const cell = cells.at(scope, lon, lat)
    const [middleLon, middleLat] = cells.centres[cell]
    const quarter = 1 + (lon < middleLon ? 0 : 1) + (lat < middleLat ? 0 : 2)
    return { lon, lat, cell, quarter, road }
  }
}

function toColumns(
  city: City,
  scale: number,
  domains: string[],
  ranges: Catalogue['ranges'],
  domain: Uint8Array,
  assets: Asset[],
): Catalogue {
  const numbers = new Map(assets.map(({ id }, n) => [id, n]))
  return {
    hash: hashOf(city, assets),
    size: assets.length,
    scale,
    domains,
    ranges,
    ids: assets.map((a) => a.id),
    domain,
    district: Uint8Array.from(assets, (a) => a.scope),
    cell: Uint16Array.from(assets, (a) => a.cell),
    lon: Float64Array.from(assets, (a) => a.lon),
    lat: Float64Array.from(assets, (a) => a.lat),
    commissionedAt: Float64Array.from(assets, (a) => a.commissionedAt),
    attributes: assets.map((a) => a.attributes),
    names: assets.map((a) => a.name),
    numberOf: (id) => numbers.get(id) ?? -1,
  }
}

/**
 * SHA-256 hex over one line per asset in number order: the JSON array
 * [id, district, cell, lon, lat, commissionedAt, name zh, name en, attributes] and a newline.
 */
function hashOf(city: City, assets: Asset[]): string {
  const hash = createHash('sha256')
  let chunk = ''
  for (const a of assets) {
    const { code } = city.scopes[a.scope]
    const { zh, en } = a.name
    const line = [a.id, code, a.cell, a.lon, a.lat, a.commissionedAt, zh, en, a.attributes]
    chunk += `${JSON.stringify(line)}\n`
    if (chunk.length > HASH_CHUNK) {
      hash.update(chunk)
      chunk = ''
    }
  }
  return hash.update(chunk).digest('hex')
}
