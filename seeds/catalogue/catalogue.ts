// The catalogue: every asset of the city with its place, cell, name, attributes and commissioning date.
// In: a City. Out: columns indexed by asset number; a pure function of the city's data and the scale.
import { createHash } from 'node:crypto'
import { seedStream, streamTable } from '../../infra/random.ts'
import { parseInstant } from '../../infra/time.ts'
import { type Catalogue, type City, placesOf } from '../contract.ts'
import { roundDegrees } from '../geography/geo.ts'
import type { CityWideAsset, CityWideSection, SpreadSection } from '../load/catalogue-section.ts'
import { apportion } from './apportion.ts'
import { attributeDraw } from './attributes.ts'
import { type Cells, cellsOf } from './cells.ts'
import { commissioningOf } from './commissioning.ts'
import { createNamer } from './names.ts'
import { createSites } from './sites.ts'
import { subdistrictsOf } from './subdistricts.ts'

const ID_DIGITS = 5
const FITS_ID_DIGITS = 10 ** ID_DIGITS - 1
/** Lines are hashed in pieces of about this many characters. */
const HASH_CHUNK = 1 << 20

/** Columns under construction: filled in number order, so that no asset needs an object of its own. */
type Columns = Omit<Catalogue, 'hash' | 'size' | 'scale' | 'domains' | 'ranges' | 'numberOf'> & {
  next: number
}

/**
 * All assets at `scale` (counts × scale, split over the districts by population; city-wide assets are never scaled).
 * The first assets of a district are the same at every scale: an id has one place, one name, one set of attributes.
 */
export function buildCatalogue(city: City, scale: number): Catalogue {
  const sections = placesOf(city).catalogue
  const domains = Object.keys(sections).sort()
  const sizes = domains.map((domain) => sizeOf(sections[domain], scale))
  const size = sizes.reduce((a, b) => a + b, 0)
  const cells = cellsOf(city)
  const columns = emptyColumns(size)
  const ranges: Catalogue['ranges'] = {}
  for (const [index, domain] of domains.entries()) {
    const from = columns.next
    const section = sections[domain]
    if ('assets' in section) {
      addCityWide(columns, city, section, sinceOf(section, domain), () => 0)
    } else addSpread(columns, city, domain, section, sizes[index], cells)
    ranges[domain] = { from, to: columns.next }
    columns.domain.fill(index, from, columns.next)
  }
  const { next: _, ...filled } = columns
  return {
    hash: hashOf(city, filled),
    size,
    scale,
    domains,
    ranges,
    ...filled,
    numberOf: numbersOf(filled.ids),
  }
}

/** By id; filled when the first id is asked for, which many programs never do. */
function numbersOf(ids: string[]): (id: string) => number {
  let numbers: Map<string, number> | undefined
  return (id) => {
    numbers ??= new Map(ids.map((each, n) => [each, n]))
    return numbers.get(id) ?? -1
  }
}

function sizeOf(section: SpreadSection | CityWideSection, scale: number): number {
  if ('assets' in section) return section.assets.length
  return Math.round(section.count * scale) + (section.cityWide?.length ?? 0)
}

function emptyColumns(size: number): Columns {
  return {
    next: 0,
    ids: new Array(size),
    domain: new Uint8Array(size),
    district: new Uint8Array(size),
    cell: new Uint16Array(size),
    lon: new Float64Array(size),
    lat: new Float64Array(size),
    commissionedAt: new Float64Array(size),
    attributes: new Array(size),
    names: new Array(size),
  }
}

function addCityWide(
  columns: Columns,
  city: City,
  { idPrefix, assets }: { idPrefix: string; assets: CityWideAsset[] },
  commissionedAt: number,
  cellOf: (k: number) => number,
): void {
  const [lon, lat] = cityCentre(city)
  const inOrder = [...assets].sort((a, b) => (a.slug < b.slug ? -1 : 1))
  for (const [k, asset] of inOrder.entries()) {
    const n = columns.next++
    columns.ids[n] = `${idPrefix}-${city.code}-${asset.slug}`
    columns.cell[n] = cellOf(k)
    columns.lon[n] = lon
    columns.lat[n] = lat
    columns.commissionedAt[n] = commissionedAt
    columns.attributes[n] = asset.attributes
    columns.names[n] = asset.name
  }
}

/** When a domain's city-wide assets began to report: with the first of the others where those came over the years. */
function sinceOf({ commissioned }: SpreadSection | CityWideSection, domain: string): number {
  const first = typeof commissioned === 'string' ? commissioned : commissioned.growth[0][0]
  return parseInstant(first, `${domain}.json catalogue.commissioned`)
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
  columns: Columns,
  city: City,
  domain: string,
  section: SpreadSection,
  total: number,
  cells: Cells,
): void {
  const { catalogueSeed } = placesOf(city)
  const { idPrefix, cityWide = [] } = section
  // Much comes from these few: not all of it to one partition.
  const cellOf = (k: number) => Math.floor((k * city.cells) / cityWide.length)
  addCityWide(columns, city, { idPrefix, assets: cityWide }, sinceOf(section, domain), cellOf)
  const weights = districtWeights(city, section)
  const counts = apportion(total - cityWide.length, weights)
  const draw = attributeDraw(catalogueSeed, domain, section)
  const commissioned = commissioningOf(city, section, domain)
  const sitesOf = createSites(city, section, apportion(section.count, weights), cells)
  const words = streamTable(1)
  for (let scope = 1; scope < city.scopes.length; scope++) {
    const nameOf = createNamer(city, scope, section)
    const { site: siteOf, isOnStreet } = sitesOf(scope)
    const ids = districtIds(`${idPrefix}-${city.scopes[scope].code}-`, counts[scope - 1])
    for (const [k, n] of numbersInIdOrder(ids, columns.next)) {
      const id = ids[k]
      const site = siteOf(id, k)
      seedStream(words, 0, catalogueSeed, id, 'attributes')
      const attributes = draw(words, 0, site)
      const place = site.place(attributes)
      const [lon, lat] = isOnStreet(attributes) ? place.kerb : place.plot
      columns.ids[n] = id
      columns.district[n] = scope
      columns.cell[n] = place.cell
      columns.lon[n] = lon
      columns.lat[n] = lat
      columns.commissionedAt[n] = commissioned(k, scope)
      columns.attributes[n] = attributes
      columns.names[n] = nameOf(place, attributes)
    }
    columns.next += ids.length
  }
}

/** How a domain's assets are split over the districts. */
function districtWeights(city: City, { split }: SpreadSection): number[] {
  if (split === 'subdistricts')
    return subdistrictsOf(city)
      .slice(1)
      .map((list) => list.length)
  return city.districts.map(({ code, population10k }) => population10k * (split?.[code] ?? 1))
}

function districtIds(stem: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => stem + String(k + 1).padStart(ID_DIGITS, '0'))
}

/**
 * Pairs [k, asset number], k ascending: names count up in the order of k. Ids of more than five digits occur in very
 * large cities only; in code-unit order they stand between five-digit ones.
 */
function numbersInIdOrder(ids: string[], from: number): Iterable<[number, number]> {
  if (ids.length <= FITS_ID_DIGITS) return ids.map((_, k) => [k, from + k])
  const order = ids.map((_, k) => k).sort((a, b) => (ids[a] < ids[b] ? -1 : 1))
  const numbers: number[] = new Array(ids.length)
  for (let n = 0; n < order.length; n++) numbers[order[n]] = from + n
  return numbers.map((n, k) => [k, n])
}

/**
 * SHA-256 hex over one line per asset in number order: the JSON array
 * [id, district, cell, lon, lat, commissionedAt, name zh, name en, attributes] and a newline.
 */
function hashOf(city: City, assets: Omit<Columns, 'next'>): string {
  const hash = createHash('sha256')
  const { ids, cell, lon, lat, commissionedAt, names, attributes } = assets
  let chunk = ''
  for (let n = 0; n < ids.length; n++) {
    const place = `${cell[n]},${lon[n]},${lat[n]},${commissionedAt[n]}`
    const text = JSON.stringify([names[n].zh, names[n].en, attributes[n]])
    chunk += `["${ids[n]}","${city.scopes[assets.district[n]].code}",${place},${text.slice(1)}\n`
    if (chunk.length > HASH_CHUNK) {
      hash.update(chunk)
      chunk = ''
    }
  }
  return hash.update(chunk).digest('hex')
}
