// What a schema cannot say about a city: references, sums, order, and that places lie where they claim to.
import { Problem } from '../infra/problem.ts'
import { parseInstant } from '../infra/time.ts'
import type { City } from './contract.ts'
import { shapeOf, topologyLines } from './geo.ts'
import type { CityWideSection, Rule, SpreadSection } from './places.ts'
import { type Problems, show } from './seed-file.ts'

/** Adds a problem for every inconsistency between the city's files. `label` turns a file name into a path. */
export function checkCity(
  city: City & Required<Pick<City, 'places'>>,
  label: (file: string) => string,
  problems: Problems,
): void {
  const file = label('city.json')
  checkCodes(city, file, problems)
  checkStreets(city, file, label('streets.json'), problems)
  checkGeography(city, file, label('geo.topo.json'), problems)
  checkCalendar(city, label('calendar.json'), problems)
  for (const [name, curve] of Object.entries(city.demand)) {
    if (curve.workday.some((value) => value > 0)) continue
    problems.add(`${label('demand.json')} ${name}.workday`, 'only zeros', 'a value above 0')
  }
  const prefixes = new Map<string, string>()
  for (const [domain, section] of Object.entries(city.places.catalogue)) {
    const other = prefixes.get(section.idPrefix)
    if (other) {
      const where = `${label(`${domain}.json`)} catalogue.idPrefix`
      problems.add(where, `"${section.idPrefix}", which ${other} has`, 'a prefix of its own')
    }
    prefixes.set(section.idPrefix, domain)
  }
}

function checkCodes(city: City, file: string, problems: Problems): void {
  const seen = new Set([city.code])
  for (const { code } of city.districts) {
    if (seen.has(code)) problems.add(`${file} districts`, `${code} twice`, 'each code once')
    seen.add(code)
  }
  if (city.cells < city.districts.length) {
    const least = `at least one per district (${city.districts.length})`
    problems.add(`${file} cells`, String(city.cells), least)
  }
}

function checkStreets(
  city: City & Required<Pick<City, 'places'>>,
  file: string,
  streetsFile: string,
  problems: Problems,
): void {
  const codes = new Set(city.districts.map((d) => d.code))
  const streets = new Map(city.places.streets.map((s) => [s.code, s]))
  city.places.streets.forEach((street, i) => {
    if (!codes.has(street.district)) {
      const where = `${streetsFile} streets[${i}].district`
      problems.add(where, street.district, 'the code of a district in city.json')
    }
  })
  const used = new Map<string, number>()
  city.places.centres.forEach((centre, i) => {
    const where = `${file} centres[${i}]`
    if (!codes.has(centre.district)) {
      problems.add(`${where}.district`, centre.district, 'the code of a district in city.json')
    }
    centre.streets.forEach((code, j) => {
      const at = `${where}.streets[${j}]`
      const street = streets.get(code)
      if (!street) problems.add(at, show(code), 'a code in streets.json')
      else if (street.district !== centre.district) {
        problems.add(at, `${code} of ${street.district}`, `a street of ${centre.district}`)
      }
      const other = used.get(code)
      if (other !== undefined) problems.add(at, `${code}, as in centres[${other}]`, 'each once')
      used.set(code, i)
    })
  })
  for (const code of codes) {
    if (city.places.centres.some((centre) => centre.district === code)) continue
    problems.add(`${file} centres`, `none in ${code}`, 'at least one in every district')
  }
}

function checkGeography(
  city: City & Required<Pick<City, 'places'>>,
  file: string,
  topologyFile: string,
  problems: Problems,
): void {
  const parts = new Map(
    topologyLines(city.places.topology, 'districts').map((p) => [p.code, shapeOf(p.lines)]),
  )
  for (const { code } of city.districts) {
    if (parts.has(code)) continue
    const todo = 'build it again with npm run seeds'
    problems.add(`${topologyFile} objects.districts`, `no ${code}`, 'every district', todo)
  }
  const water = shapeOf(topologyLines(city.places.topology, 'water').flatMap((p) => p.lines))
  city.places.centres.forEach(({ district, name, lon, lat }, i) => {
    const where = `${file} centres[${i}] (${name.en})`
    const shape = parts.get(district)
    if (shape && !shape.contains(lon, lat)) {
      problems.add(where, `${lon}, ${lat}`, `a point inside ${district}`)
    } else if (water.contains(lon, lat)) {
      problems.add(where, `${lon}, ${lat}, in the water`, 'a point on land')
    }
  })
}

function checkCalendar(city: City, file: string, problems: Problems): void {
  for (const list of ['holidays', 'workdays'] as const) {
    const seen = new Set<string>()
    city.calendar[list].forEach((date, i) => {
      const where = `${file} ${list}[${i}]`
      const day = new Date(`${date}T00:00:00Z`)
      if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) {
        problems.add(where, show(date), 'a date of the calendar')
      }
      if (seen.has(date)) problems.add(where, `${date} twice`, 'each date once')
      if (list === 'workdays' && city.calendar.holidays.includes(date)) {
        problems.add(where, `${date}, a holiday too`, 'a date in one of the two lists')
      }
      seen.add(date)
    })
  }
}

/** Adds what is inconsistent inside one domain's section `catalogue`. */
export function checkDomain(
  section: SpreadSection | CityWideSection,
  label: string,
  problems: Problems,
): void {
  if ('assets' in section) {
    checkInstant(section.commissioned, `${label} catalogue.commissioned`, problems)
    const slugs = new Set<string>()
    section.assets.forEach(({ slug }, i) => {
      const where = `${label} catalogue.assets[${i}].slug`
      if (slugs.has(slug)) problems.add(where, `"${slug}" twice`, 'each slug once')
      slugs.add(slug)
    })
    return
  }
  checkCommissioned(section, label, problems)
  const before: Record<string, Rule> = {}
  for (const [name, rule] of Object.entries(section.attributes)) {
    checkRule(rule, before, `${label} catalogue.attributes.${name}`, section, problems)
    before[name] = rule
  }
}

function checkInstant(text: string, where: string, problems: Problems): number {
  try {
    return parseInstant(text, where)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.add(where, show(text), 'an ISO 8601 instant with zone')
    return Number.NaN
  }
}

function checkCommissioned(section: SpreadSection, label: string, problems: Problems): void {
  const where = `${label} catalogue.commissioned`
  if (typeof section.commissioned === 'string') {
    checkInstant(section.commissioned, where, problems)
    return
  }
  const points = section.commissioned.growth
  const times = points.map(([at], i) => checkInstant(at, `${where}.growth[${i}][0]`, problems))
  for (let i = 1; i < points.length; i++) {
    if (times[i] <= times[i - 1]) {
      problems.add(`${where}.growth[${i}][0]`, show(points[i][0]), 'a later instant than before it')
    }
    if (points[i][1] <= points[i - 1][1]) {
      problems.add(`${where}.growth[${i}][1]`, String(points[i][1]), 'more than before it')
    }
  }
  if (points[0][1] !== 0) problems.add(`${where}.growth[0][1]`, String(points[0][1]), '0')
}

function checkRule(
  rule: Rule,
  before: Record<string, Rule>,
  where: string,
  section: SpreadSection,
  problems: Problems,
): void {
  if ('values' in rule && rule.values.length !== rule.weights.length) {
    const got = `${rule.weights.length} weights for ${rule.values.length} values`
    problems.add(`${where}.weights`, got, 'one weight per value')
  }
  if ('median' in rule && !(rule.min <= rule.median && rule.median <= rule.max)) {
    problems.add(where, `${rule.min}, ${rule.median}, ${rule.max}`, 'min <= median <= max')
  }
  if ('road' in rule && section.placement !== 'roads') {
    problems.add(where, '{road}', 'placement "roads" in this catalogue')
  }
  if ('model' in rule && !('pool' in (before[rule.model] ?? {}))) {
    problems.add(`${where}.model`, show(rule.model), 'a {pool} attribute listed before this one')
  }
  if ('by' in rule) checkCases(rule, before, where, section, problems)
}

function checkCases(
  rule: Extract<Rule, { by: string }>,
  before: Record<string, Rule>,
  where: string,
  section: SpreadSection,
  problems: Problems,
): void {
  const other = before[rule.by]
  if (!other || !('values' in other)) {
    problems.add(`${where}.by`, show(rule.by), 'a {values} attribute listed before this one')
    return
  }
  const names = other.values.map(String)
  for (const name of names) {
    if (!(name in rule.cases)) problems.add(`${where}.cases.${name}`, 'nothing', 'a rule')
  }
  for (const [name, inner] of Object.entries(rule.cases)) {
    if (!names.includes(name)) {
      problems.add(`${where}.cases.${name}`, 'a rule', `one of ${names.join(', ')}`)
    }
    checkRule(inner, before, `${where}.cases.${name}`, section, problems)
  }
}
