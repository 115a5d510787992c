// What a schema cannot say about one domain's catalogue section: rules that refer to rules, dates that grow.
import { Problem } from '../../infra/problem.ts'
import { parseInstant } from '../../infra/time.ts'
import {
  type CityWideAsset,
  type CityWideSection,
  PLACE_KINDS,
  type Rule,
  type SpreadSection,
} from './catalogue-section.ts'
import { checkNames } from './name-checks.ts'
import { type Problems, show } from './seed-file.ts'

/** Adds what is inconsistent inside one domain's section `catalogue`. */
export function checkDomain(
  section: SpreadSection | CityWideSection,
  label: string,
  problems: Problems,
): void {
  if ('assets' in section) {
    checkInstant(section.commissioned, `${label} catalogue.commissioned`, problems)
    checkSlugs(section.assets, `${label} catalogue.assets`, problems)
    return
  }
  checkSlugs(section.cityWide ?? [], `${label} catalogue.cityWide`, problems)
  checkCommissioned(section, label, problems)
  const before: Record<string, Rule> = {}
  for (const [name, rule] of Object.entries(section.attributes)) {
    checkRule(rule, before, `${label} catalogue.attributes.${name}`, section, problems)
    before[name] = rule
  }
  checkOnStreet(section, label, problems)
  checkOneEach(section, label, problems)
  checkNames(section, (name) => valuesOf(section.attributes[name]), label, problems)
}

function checkSlugs(assets: CityWideAsset[], where: string, problems: Problems): void {
  const slugs = new Set<string>()
  assets.forEach(({ slug }, i) => {
    if (slugs.has(slug)) problems.add(`${where}[${i}].slug`, `"${slug}" twice`, 'each slug once')
    slugs.add(slug)
  })
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
  const rule = section.commissioned
  if (typeof rule === 'string') {
    checkInstant(rule, where, problems)
    return
  }
  checkGrowth(rule.growth, `${where}.growth`, problems)
  const [first, last] = [rule.growth[0][0], rule.growth[rule.growth.length - 1][0]]
  for (const [code, points] of Object.entries(rule.districts ?? {})) {
    checkGrowth(points, `${where}.districts.${code}`, problems)
    const [from, to] = [points[0][0], points[points.length - 1][0]]
    if (from === first && to === last) continue
    problems.add(`${where}.districts.${code}`, `${from} to ${to}`, `${first} to ${last}`)
  }
}

function checkGrowth(points: [string, number][], where: string, problems: Problems): void {
  const times = points.map(([at], i) => checkInstant(at, `${where}[${i}][0]`, problems))
  for (let i = 1; i < points.length; i++) {
    if (times[i] <= times[i - 1]) {
      problems.add(`${where}[${i}][0]`, show(points[i][0]), 'a later instant than before it')
    }
    if (points[i][1] <= points[i - 1][1]) {
      problems.add(`${where}[${i}][1]`, String(points[i][1]), 'more than before it')
    }
  }
  if (points[0][1] !== 0) problems.add(`${where}[0][1]`, String(points[0][1]), '0')
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
  if ('place' in rule) checkPlaces(rule, before, where, section, problems)
  if ('by' in rule) checkCases(rule, before, where, section, problems)
}

function checkPlaces(
  { place }: Extract<Rule, { place: unknown }>,
  before: Record<string, Rule>,
  where: string,
  section: SpreadSection,
  problems: Problems,
): void {
  const missing = PLACE_KINDS.filter((kind) => !place[kind])
  if (missing.length > 0 && !place.other) {
    problems.add(`${where}.place`, `no rule for ${missing.join(', ')}`, 'a rule for each, or other')
  }
  for (const [kind, inner] of Object.entries(place)) {
    checkRule(inner, before, `${where}.place.${kind}`, section, problems)
  }
}

/** Everything that a rule may give, where it lists that; undefined for amounts, chances and pools. */
function valuesOf(rule: Rule | undefined): string[] | undefined {
  if (!rule) return undefined
  if ('values' in rule) return rule.values.map(String)
  const inner = 'place' in rule ? Object.values(rule.place) : []
  const all = 'by' in rule ? Object.values(rule.cases) : inner
  if (all.length === 0) return undefined
  const lists = all.map(valuesOf)
  return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))]
}

/** Values that stand on the street itself must be values of attributes that list theirs. */
function checkOnStreet(
  { placement, attributes }: SpreadSection,
  label: string,
  problems: Problems,
) {
  if (typeof placement === 'string') return
  for (const [name, values] of Object.entries(placement.onStreet ?? {})) {
    const where = `${label} catalogue.placement.onStreet.${name}`
    const known = valuesOf(attributes[name])
    const wrong = values.map(String).filter((value) => !known?.includes(value))
    if (!known) problems.add(where, show(name), 'an attribute that lists its values')
    else if (wrong.length > 0) problems.add(where, wrong.join(', '), `of ${known.join(', ')}`)
  }
}

/** Where an asset stands may hang on its first attribute alone: the others may look at the place. */
function checkOneEach({ attributes }: SpreadSection, label: string, problems: Problems) {
  Object.entries(attributes).forEach(([name, rule], i) => {
    if (!('values' in rule) || rule.oneEach === undefined) return
    const where = `${label} catalogue.attributes.${name}.oneEach`
    if (i > 0) problems.add(where, show(name), 'the first attribute only')
    if (!rule.evenly) problems.add(where, show(rule.oneEach), '"evenly": true beside it')
    if (!rule.values.includes(rule.oneEach)) {
      problems.add(where, show(rule.oneEach), `one of ${rule.values.join(', ')}`)
    }
  })
}

function checkCases(
  rule: Extract<Rule, { by: string }>,
  before: Record<string, Rule>,
  where: string,
  section: SpreadSection,
  problems: Problems,
): void {
  const names = valuesOf(before[rule.by])
  if (!names) {
    problems.add(`${where}.by`, show(rule.by), 'a {values} attribute listed before this one')
    return
  }
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
