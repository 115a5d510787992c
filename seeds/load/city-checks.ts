// What schemas cannot say about a city: references between its files, and that places lie where they claim to.
import type { Topology } from 'topojson-specification'
import type { Calendar, DemandCurve } from '../contract.ts'
import { type Shape, shapeOf, topologyLines } from '../geography/geo.ts'
import type { CityWideSection, SpreadSection } from './catalogue-section.ts'
import type { CityFacts, Street } from './places.ts'
import { checkRoads, type RoadsFile } from './roads.ts'
import { type Problems, type Sound, show } from './seed-file.ts'

/** A city's files; one that its own schema refused is absent, and what depends on it is not checked. */
export type CityFiles = {
  facts?: CityFacts
  calendar?: Sound<Calendar>
  streets?: Street[]
  demand?: Record<string, DemandCurve>
  topology?: Topology
  roads?: RoadsFile
  catalogue: Record<string, SpreadSection | CityWideSection>
}

/** Adds a problem for every inconsistency in and between the files. `label` turns a file name into a path. */
export function checkCity(
  { facts, calendar, streets, demand, topology, roads, catalogue }: CityFiles,
  label: (file: string) => string,
  problems: Problems,
): void {
  const file = label('city.json')
  if (facts) checkCodes(facts, file, problems)
  if (facts && streets) checkStreets(facts, streets, file, label('streets.json'), problems)
  if (facts && topology) {
    const outlines = checkGeography(facts, topology, file, label('geo.topo.json'), problems)
    const roadsFile = label('roads.json')
    if (roads && outlines.size > 0) checkRoads(roads, [...outlines.values()], roadsFile, problems)
    checkStreetPlaces(streets ?? [], outlines, label('streets.json'), problems)
  }
  if (calendar) checkCalendar(calendar, label('calendar.json'), problems)
  for (const [name, curve] of Object.entries(demand ?? {})) {
    if (curve.workday.some((value) => value > 0)) continue
    problems.add(`${label('demand.json')} ${name}.workday`, 'only zeros', 'a value above 0')
  }
  for (const [domain, section] of Object.entries(catalogue)) {
    if (!facts || 'assets' in section) continue
    const where = `${label(`${domain}.json`)} catalogue`
    const { split, commissioned } = section
    checkDistrictCodes(facts, split, `${where}.split`, problems)
    if (typeof commissioned === 'string') continue
    checkDistrictCodes(facts, commissioned.districts, `${where}.commissioned.districts`, problems)
  }
  const prefixes = new Map<string, string>()
  for (const [domain, { idPrefix }] of Object.entries(catalogue)) {
    const other = prefixes.get(idPrefix)
    if (other) {
      const where = `${label(`${domain}.json`)} catalogue.idPrefix`
      const free = freePrefix(domain, Object.values(catalogue))
      problems.add(where, `"${idPrefix}", which ${other} has`, `"${free}", which is free`)
    }
    prefixes.set(idPrefix, domain)
  }
}

function checkDistrictCodes(
  { districts }: CityFacts,
  byCode: unknown,
  where: string,
  problems: Problems,
): void {
  if (typeof byCode !== 'object' || byCode === null) return
  for (const code of Object.keys(byCode)) {
    if (districts.some((d) => d.code === code)) continue
    problems.add(`${where}.${code}`, show(code), 'the code of a district in city.json')
  }
}

/** The shortest beginning of a domain's name, three letters at least, that no section has as its prefix. */
export function freePrefix(domain: string, sections: { idPrefix: string }[]): string {
  const letters = domain.replaceAll('-', '')
  const taken = new Set(sections.map(({ idPrefix }) => idPrefix))
  for (let length = 3; length < letters.length; length++) {
    if (!taken.has(letters.slice(0, length))) return letters.slice(0, length)
  }
  let number = 2
  while (taken.has(`${letters}${number}`)) number++
  return taken.has(letters) ? `${letters}${number}` : letters
}

function checkCodes(facts: CityFacts, file: string, problems: Problems): void {
  const { code, districts, centres, cells } = facts
  const seen = new Set([code])
  for (const district of districts) {
    if (seen.has(district.code)) {
      problems.add(`${file} districts`, `${district.code} twice`, 'each code once')
    }
    seen.add(district.code)
    if (!centres.some((centre) => centre.district === district.code)) {
      problems.add(`${file} centres`, `none in ${district.code}`, 'at least one in every district')
    }
  }
  centres.forEach((centre, i) => {
    if (districts.some((d) => d.code === centre.district)) return
    const where = `${file} centres[${i}].district`
    problems.add(where, centre.district, 'the code of a listed district')
  })
  if (cells < districts.length) {
    problems.add(`${file} cells`, String(cells), `at least one per district (${districts.length})`)
  }
}

function checkStreets(
  facts: CityFacts,
  streets: Street[],
  file: string,
  streetsFile: string,
  problems: Problems,
): void {
  const byCode = new Map<string, Street>()
  streets.forEach((street, i) => {
    const where = `${streetsFile} streets[${i}]`
    if (!facts.districts.some((d) => d.code === street.district)) {
      problems.add(`${where}.district`, street.district, 'the code of a district in city.json')
    }
    if (byCode.has(street.code)) problems.add(`${where}.code`, `${street.code} twice`, 'each once')
    byCode.set(street.code, street)
  })
  const used = new Map<string, number>()
  facts.centres.forEach((centre, i) => {
    centre.streets.forEach((code, j) => {
      const where = `${file} centres[${i}].streets[${j}]`
      const street = byCode.get(code)
      if (!street) problems.add(where, show(code), 'a code in streets.json')
      else if (street.district !== centre.district) {
        problems.add(where, `${code} of ${street.district}`, `a street of ${centre.district}`)
      }
      const other = used.get(code)
      if (other !== undefined) problems.add(where, `${code}, as in centres[${other}]`, 'each once')
      used.set(code, i)
    })
  })
}

/** Gives the districts' outlines back, none where they cannot be read. */
function checkGeography(
  facts: CityFacts,
  topology: Topology,
  file: string,
  topologyFile: string,
  problems: Problems,
): Map<string, Shape> {
  const parts = decode(topology, 'districts', topologyFile, problems)
  const outlines = new Map(parts.map(({ code, lines }) => [code, shapeOf(lines)]))
  for (const { code } of facts.districts) {
    if (outlines.has(code)) continue
    const where = `${topologyFile} objects.districts`
    problems.add(where, `no ${code}`, 'every district', 'build it again with npm run seeds')
  }
  const waters = decode(topology, 'water', topologyFile, problems)
  const water = shapeOf(waters.flatMap((part) => part.lines))
  for (const name of ['rivers', 'areas']) decode(topology, name, topologyFile, problems)
  facts.centres.forEach(({ district, name, lon, lat }, i) => {
    const where = `${file} centres[${i}] (${name.en})`
    const outline = outlines.get(district)
    if (outline && !outline.contains(lon, lat)) {
      problems.add(where, `${lon}, ${lat}`, `a point inside ${district}`)
    } else if (water.contains(lon, lat)) {
      problems.add(where, `${lon}, ${lat}, in the water`, 'a point on land')
    }
  })
  return outlines
}

/** A street or town whose position lies elsewhere would lend its name to nothing, or to the wrong assets. */
function checkStreetPlaces(
  streets: Street[],
  outlines: Map<string, Shape>,
  file: string,
  problems: Problems,
): void {
  streets.forEach(({ district, name, lon, lat }, i) => {
    if (outlines.get(district)?.contains(lon, lat) ?? true) return
    problems.add(
      `${file} streets[${i}] (${name.en})`,
      `${lon}, ${lat}`,
      `a point inside ${district}`,
    )
  })
}

/** topojson-client throws on arcs that do not exist; to the reader that is a fault of the file. */
function decode(topology: Topology, name: string, file: string, problems: Problems) {
  const todo = 'build it again with npm run seeds'
  const where = `${file} objects.${name}`
  try {
    const parts = topologyLines(topology, name)
    const points = parts.flatMap(({ lines }) => lines.flat())
    const outside = points.find(([lon, lat]) => !(Math.abs(lon) <= 180 && Math.abs(lat) <= 90))
    if (!outside) return parts
    problems.add(where, `a point at ${show(outside)}`, 'degrees of longitude and latitude', todo)
    return []
  } catch (error) {
    problems.add(where, (error as Error).message, 'geometry over its arcs', todo)
    return []
  }
}

function checkCalendar(calendar: Sound<Calendar>, file: string, problems: Problems): void {
  for (const list of ['holidays', 'workdays'] as const) {
    const seen = new Set<string>()
    calendar[list]?.forEach((date, i) => {
      if (date === undefined) return
      const where = `${file} ${list}[${i}]`
      if (seen.has(date)) problems.add(where, `${date} twice`, 'each date once')
      if (list === 'workdays' && calendar.holidays?.includes(date)) {
        problems.add(where, `${date}, a holiday too`, 'a date in one of the two lists')
      }
      seen.add(date)
    })
  }
}
