// Builds a run's descriptor: everything downstream needs to know, with measures expanded and freshness effective.
import { collector } from '../../infra/problem.ts'
import { isoTime, parseDuration } from '../../infra/time.ts'
import { attributeWords } from '../../seeds/catalogue/pools.ts'
import {
  type Catalogue,
  type City,
  type Plan,
  placesOf,
  type Scenario,
} from '../../seeds/contract.ts'
import type { Declaration, FieldWords } from '../contract/declaration.ts'
import type { Measure } from '../contract/measures.ts'
import type { Descriptor } from '../contract/records.ts'
import type { IncidentKind } from '../incidents/incident.ts'
import { incidentKinds } from '../incidents/kinds.ts'
import type { Domain } from '../simulation/simulator.ts'

/** An asset may miss one report and be a little late before it counts as silent (design.md §6). */
const CADENCES_UNTIL_STALE = 2.5

export type DescriptorOptions = {
  /** Its files hold words for codes of events, and the names of its districts. */
  city?: City
  scenario: Scenario
  catalogue: Catalogue
  plan: Plan
  domains: Domain[]
  /** Default: every kind. */
  incidents?: readonly IncidentKind[]
  shards: number
  truth: boolean
}

/** Effective period of a domain's periodic event in this scenario. */
export function cadenceOf(declaration: Declaration, scenario: Scenario) {
  return (
    scenario.cadence[declaration.domain] ?? {
      everyMs: declaration.cadenceMs,
      phase: 'spread' as const,
    }
  )
}

/** The numbers of a domain's model: the city's, with what is other in this scenario; undefined where it has none. */
export function parametersOf(city: City, scenario: Scenario, domain: string): unknown {
  const usual = city.domainParameters[domain]
  const other = scenario.parameters[domain]
  return other === undefined ? usual : { ...(usual as object), ...other }
}

/** The domains of this scenario, in code-unit order; a Problem for one that has data but no code. */
export function scenarioDomains(domains: Domain[], scenario: Scenario): Domain[] {
  const known = domains.map((d) => d.declaration.domain)
  const problems = collector()
  for (const name of scenario.domains) {
    if (known.includes(name)) continue
    const where = `seeds/${scenario.city}/${name}.json`
    const todo = 'list it in producers/domains.ts'
    problems.add(where, `a domain "${name}"`, `one of ${known.join(', ')}`, todo)
  }
  problems.throwIfAny(`scenario ${scenario.name} cannot be simulated`)
  return domains
    .filter((d) => scenario.domains.includes(d.declaration.domain))
    .sort((a, b) => (a.declaration.domain < b.declaration.domain ? -1 : 1))
}

export function buildDescriptor(options: DescriptorOptions): Descriptor {
  const { city, scenario, catalogue, plan, shards, truth } = options
  const declarations: Record<string, Declaration> = {}
  for (const domain of scenarioDomains(options.domains, scenario)) {
    const { declaration } = domain
    const worded = city ? inCityWords(domain, city, scenario) : declaration
    declarations[declaration.domain] = effective(worded, scenario, catalogue, plan)
  }
  return {
    run: scenario.runId,
    seed: scenario.seed,
    scenario: scenario.name,
    title: scenario.title,
    city: scenario.city,
    ...(city ? { scopes: city.scopes } : {}),
    digest: scenario.digest,
    start: isoTime(scenario.start),
    end: isoTime(scenario.start + scenario.durationMs),
    partitions: scenario.partitions,
    scale: scenario.scale,
    window: scenario.windowMs,
    tick: scenario.tickMs,
    allowedLateness: scenario.allowedLatenessMs,
    truth,
    incidents: (options.incidents ?? incidentKinds).map(
      ({ kind, label, about, parameters, route, front }) => ({
        ...{ kind, label, about, parameters, route },
        ...(front ? { front } : {}),
      }),
    ),
    ...cuesOf(scenario),
    shards,
    speed: scenario.speed,
    catalogue: catalogue.hash,
    declarations,
    plan,
  }
}

/** In their order, at sim times. */
function cuesOf({ cues, start }: Scenario): Pick<Descriptor, 'cues'> {
  if (cues.length === 0) return {}
  const after = (at: string) => (at === 'PT0S' ? 0 : parseDuration(at, 'cue'))
  return {
    cues: cues
      .toSorted((a, b) => after(a.at) - after(b.at))
      .map((cue) => ({ ...cue, at: isoTime(start + after(cue.at)) })),
  }
}

/** A declaration whose fields know the words of the city's file. */
function inCityWords({ declaration, words }: Domain, city: City, scenario: Scenario): Declaration {
  const { domain } = declaration
  const parameters = parametersOf(city, scenario, domain)
  const section = placesOf(city).catalogue[domain]
  const known = {
    ...(section && !('assets' in section) ? attributeWords(city, section) : {}),
    ...(words && parameters !== undefined ? words(parameters) : {}),
  }
  const worded = (name: string, field: FieldWords): FieldWords =>
    known[name] ? { ...field, values: { ...field.values, ...known[name] } } : field
  const fieldsOf = (fields: Record<string, FieldWords>) =>
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, worded(name, field)]))
  const { attributes } = declaration
  return {
    ...declaration,
    events: declaration.events.map((event) => ({ ...event, fields: fieldsOf(event.fields) })),
    ...(attributes ? { attributes: fieldsOf(attributes) } : {}),
  }
}

/** A declaration with this scenario's cadence and freshness, and per-asset measures spelled out. */
function effective(
  declaration: Declaration,
  scenario: Scenario,
  catalogue: Catalogue,
  plan: Plan,
): Declaration {
  const cadenceMs = cadenceOf(declaration, scenario).everyMs
  const floor = CADENCES_UNTIL_STALE * cadenceMs
  const measures = declaration.measures
    .flatMap((m) =>
      m.per === 'asset'
        ? perAsset(m, declaration, catalogue, plan)
        : [inPlanWords(m, declaration, plan)],
    )
    .map((m) =>
      m.freshForMs === undefined ? m : { ...m, freshForMs: Math.max(m.freshForMs, floor) },
    )
  return {
    ...declaration,
    cadenceMs,
    layer: { ...declaration.layer, freshForMs: Math.max(declaration.layer.freshForMs, floor) },
    measures,
  }
}

/** What a city calls a KPI stands in its plan: a target with a short name lends both its names. */
function inPlanWords(measure: Measure, { domain }: Declaration, plan: Plan): Measure {
  const target = plan.targets.find((t) => t.kpi === `${domain}.${measure.name}`)
  return target?.short ? { ...measure, label: target.name, short: target.short } : measure
}

/** One measure per asset, named by the asset's slug; words and unit come from the plan's target where it has one. */
function perAsset(
  measure: Measure,
  declaration: Declaration,
  catalogue: Catalogue,
  plan: Plan,
): Measure[] {
  const range = catalogue.ranges[declaration.domain]
  const expanded: Measure[] = []
  for (let number = range.from; number < range.to; number++) {
    const attributes = catalogue.attributes[number]
    const slug = String(attributes.slug)
    const target = plan.targets.find((t) => t.kpi === `${declaration.domain}.${slug}`)
    const { per: _expanded, ...rest } = measure
    expanded.push({
      ...rest,
      name: slug,
      asset: catalogue.ids[number],
      label: target?.name ?? catalogue.names[number],
      short: catalogue.names[number],
      unit: target?.unit ?? String(attributes.unit ?? measure.unit),
      rule: target?.rule ?? measure.rule,
    })
  }
  return expanded
}
