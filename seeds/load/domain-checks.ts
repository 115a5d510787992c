// What a schema cannot say about one domain's catalogue section: rules that refer to rules, dates that grow.
import { Problem } from '../../infra/problem.ts'
import { parseInstant } from '../../infra/time.ts'
import type { CityWideAsset, CityWideSection, Rule, SpreadSection } from './places.ts'
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
