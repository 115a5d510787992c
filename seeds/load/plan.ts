// Loads the plan: targets with their clauses, and the planned numbers that shares are divided by.
import { join } from 'node:path'
import { Type } from 'typebox'
import { collector } from '../../infra/problem.ts'
import type { City, Plan, Target } from '../contract.ts'
import { SEEDS_ROOT } from './city.ts'
import { CityDateText, DateText } from './date-text.ts'
import { type Problems, readSound, show } from './seed-file.ts'
import { TextSchema } from './text-schema.ts'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
const GradeSchema = Type.Union([Type.Literal('official'), Type.Literal('demo assumption')], {
  expected: 'official or demo assumption',
})
const ReportedSchema = Type.Object(
  {
    every: Type.Enum(['year', 'quarter', 'month'], { type: 'string' }),
    lagDays: Type.Integer({ minimum: 0, maximum: 366 }),
  },
  exactly,
)
const TargetSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', expected: 'an-id-like-this' }),
    kpi: Type.String({
      pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$',
      expected: '<domain>.<measure>, e.g. parking.coverage',
    }),
    name: TextSchema,
    /** For a tile; the KPI then goes by `name` and `short` in place of its domain's words. */
    short: Type.Optional(TextSchema),
    value: Type.Number({ exclusiveMinimum: 0 }),
    unit: Words,
    due: CityDateText,
    baseline: Type.Object(
      { date: CityDateText, value: Type.Number(), grade: GradeSchema, source: Words },
      exactly,
    ),
    grade: GradeSchema,
    reported: Type.Optional(ReportedSchema),
    about: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.2 })),
    clause: TextSchema,
    wording: Type.Optional(Type.Literal('paraphrase')),
    document: TextSchema,
    documentDate: DateText,
    source: Words,
    rule: TextSchema,
  },
  exactly,
)
const PlanSchema = Type.Object(
  {
    note: Type.Optional(Words),
    notice: Type.Optional(TextSchema),
    units: Type.Optional(Type.Record(Type.String(), TextSchema)),
    targets: Type.Array(TargetSchema),
    planned: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.Integer({ minimum: 0, expected: 'a whole number >= 0' })),
    ),
  },
  exactly,
)

/**
 * The city's plan.json, or `file` in its place (`--plan my-plan.json`). Throws one Problem that lists everything wrong:
 * unknown KPIs (`kpis`: all that the domains declare) and scopes, due dates before the baseline, districts that do not
 * sum to the city.
 */
export function loadPlan(
  city: City,
  file?: string,
  root: string = SEEDS_ROOT,
  kpis?: string[],
  label = file ?? `seeds/${city.id}/plan.json`,
): Plan {
  const problems = collector()
  const plan = readSound(file ?? join(root, city.id, 'plan.json'), label, PlanSchema, problems)
  const known = (kpi: string, where: string) => checkKpi(kpi, city, kpis, where, problems)
  if (plan?.targets) checkTargets(plan.targets, label, known, problems)
  for (const [kpi, numbers] of Object.entries(plan?.planned ?? {})) {
    known(kpi, `${label} planned`)
    checkPlanned(numbers, city, `${label} planned["${kpi}"]`, problems)
  }
  problems.throwIfAny('the plan cannot be used')
  const { note: _, ...kept } = plan as Plan & { note?: string }
  return kept
}

function checkTargets(
  targets: (Target | undefined)[],
  label: string,
  known: (kpi: string, where: string) => void,
  problems: Problems,
): void {
  const ids = new Set<string>()
  const kpis = new Map<string, string>()
  targets.forEach((target, i) => {
    if (!target) return
    const where = `${label} targets[${i}] (${target.id})`
    if (ids.has(target.id)) problems.add(`${where}.id`, 'an id used before', 'each id once')
    ids.add(target.id)
    const other = kpis.get(target.kpi)
    if (other) problems.add(`${where}.kpi`, `${target.kpi}, as in ${other}`, 'one target per KPI')
    kpis.set(target.kpi, target.id)
    known(target.kpi, `${where}.kpi`)
    if (target.baseline.date >= target.due) {
      const got = `${target.baseline.date}, due ${target.due}`
      problems.add(`${where}.baseline.date`, got, 'a date before the due date')
    }
  })
}

/** Without a list of KPIs the domain at least must be one of the city's. */
function checkKpi(
  kpi: string,
  city: City,
  kpis: string[] | undefined,
  where: string,
  problems: Problems,
): void {
  const [domain] = kpi.split('.')
  const domains = Object.keys(city.domainParameters)
  if (!domains.includes(domain)) {
    problems.add(where, show(kpi), `a KPI of one of ${domains.join(', ')}`)
    return
  }
  // A domain that has data but no code yet is named elsewhere.
  const near = kpis?.filter((k) => k.startsWith(`${domain}.`)) ?? []
  if (near.length > 0 && !near.includes(kpi)) {
    problems.add(where, show(kpi), `one of ${near.join(', ')}`, 'no domain declares this KPI')
  }
}

/** Either the city alone, or the city and every district, which then sum to it. */
function checkPlanned(
  numbers: Record<string, number>,
  city: City,
  where: string,
  problems: Problems,
): void {
  const codes = city.districts.map((d) => d.code)
  for (const code of Object.keys(numbers)) {
    if (code === city.code || codes.includes(code)) continue
    problems.add(`${where}.${code}`, 'a number', `none: ${code} is no scope of ${city.id}`)
  }
  const total = numbers[city.code]
  if (total === undefined) problems.add(`${where}.${city.code}`, 'nothing', 'the city’s number')
  const given = codes.filter((code) => numbers[code] !== undefined)
  if (given.length === 0) return
  for (const code of codes) {
    if (numbers[code] === undefined) problems.add(`${where}.${code}`, 'nothing', 'a number')
  }
  const sum = given.reduce((a, code) => a + numbers[code], 0)
  if (total !== undefined && given.length === codes.length && sum !== total) {
    problems.add(where, `districts sum to ${sum}`, `the city’s ${total}`)
  }
}
