// Builds a run's descriptor: everything downstream needs to know, with measures expanded and freshness effective.
import { isoTime } from '../infra/time.ts'
import type { Catalogue, Plan, Scenario } from '../seeds/contract.ts'
import type { Declaration } from './contract/declaration.ts'
import type { Measure } from './contract/measures.ts'
import type { Descriptor } from './contract/records.ts'
import type { Domain } from './simulator.ts'

/** An asset may miss one report and be a little late before it counts as silent (design.md §6). */
const CADENCES_UNTIL_STALE = 2.5

export type DescriptorOptions = {
  scenario: Scenario
  catalogue: Catalogue
  plan: Plan
  domains: Domain[]
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

/** The domains of this scenario, in code-unit order. */
export function scenarioDomains(domains: Domain[], scenario: Scenario): Domain[] {
  return domains
    .filter((d) => scenario.domains.includes(d.declaration.domain))
    .sort((a, b) => (a.declaration.domain < b.declaration.domain ? -1 : 1))
}

export function buildDescriptor(options: DescriptorOptions): Descriptor {
  const { scenario, catalogue, plan, shards, truth } = options
  const declarations: Record<string, Declaration> = {}
  for (const domain of scenarioDomains(options.domains, scenario)) {
    declarations[domain.declaration.domain] = effective(
      domain.declaration,
      scenario,
      catalogue,
      plan,
    )
  }
  return {
    run: scenario.runId,
    seed: scenario.seed,
    scenario: scenario.name,
    title: scenario.title,
    city: scenario.city,
    digest: scenario.digest,
    start: isoTime(scenario.start),
    end: isoTime(scenario.start + scenario.durationMs),
    partitions: scenario.partitions,
    scale: scenario.scale,
    window: scenario.windowMs,
    tick: scenario.tickMs,
    allowedLateness: scenario.allowedLatenessMs,
    truth,
    shards,
    speed: scenario.speed,
    catalogue: catalogue.hash,
    declarations,
    plan,
  }
}

/** A declaration with this scenario's cadence and freshness, and per-asset measures spelled out. */
export function effective(
  declaration: Declaration,
  scenario: Scenario,
  catalogue: Catalogue,
  plan: Plan,
): Declaration {
  const cadenceMs = cadenceOf(declaration, scenario).everyMs
  const floor = CADENCES_UNTIL_STALE * cadenceMs
  const measures = declaration.measures
    .flatMap((m) => (m.per === 'asset' ? perAsset(m, declaration, catalogue, plan) : [m]))
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
