// Everything a domain's tasks share, compiled once from the run's descriptor: events, measures, tables, layer, assets.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Measure, MeasureKind } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { City, PlacedAssets } from '../../seeds/contract.ts'
import { type AssetIndex, indexAssets } from './assets.ts'
import { type CompileProblems, compileExpr, type EventData } from './compile.ts'

export type CompiledMeasure = {
  index: number
  measure: Measure
  kpi: string
  kind: MeasureKind
  /** 10^decimals: terms and sums are integers at this scale. */
  scale: number
  /** |scaled term or cell| stays at or below, so that no sum anywhere can reach 2^53. */
  limit: number
  freshForMs: number
  /** Catalogue number of the only asset that counts, or -1. */
  asset: number
  /** By event index: does this event type count? */
  on: boolean[]
  /** Place among the ratio and count measures, or -1. */
  slot: number
  used: (data: EventData) => number
  of: (data: EventData) => number
  value: (data: EventData) => number
  counts: (data: EventData) => boolean
}

/** Measures of the kinds share, gauge and level with the same `on` share one table of latest events. */
export type TableProgram = { on: boolean[]; measures: CompiledMeasure[] }

export type LayerProgram = {
  on: boolean[]
  states: Map<string, number>
  state: (data: EventData) => string
  value: (data: EventData) => number
  valueScale: number
  freshForMs: number
}

export type EventProgram = {
  type: string
  schema: TSchema
  check(data: unknown): boolean
  /** Problems of `data` in words, the first first. */
  errors(data: unknown): { path: string; message: string }[]
  measures: CompiledMeasure[]
  tables: number[]
}

export type DomainProgram = {
  domain: string
  run: string
  declaration: Declaration
  catalogue: PlacedAssets
  assets: AssetIndex
  partitions: number
  /** Codes by scope number, the whole city first. */
  scopes: string[]
  start: number
  end: number
  tickMs: number
  /** What the run's first record in each topic-partition must say. */
  seed: number
  scenarioDigest: string
  windowMs: number
  latenessMs: number
  events: EventProgram[]
  measures: CompiledMeasure[]
  /** Number of ratio and count measures. */
  slots: number
  tables: TableProgram[]
  layer: LayerProgram
}

const DAY_MS = 86_400_000
const MAX_SUM = Number.MAX_SAFE_INTEGER

/** One program per domain of the run; throws one Problem that lists every misuse in the declarations. */
export function compileRun(
  descriptor: Descriptor,
  catalogue: PlacedAssets,
  city: City,
): Map<string, DomainProgram> {
  if (catalogue.hash !== descriptor.catalogue) {
    const todo = 'use the seeds and the scale of the run'
    throw new Problem(
      problemText(
        `run ${descriptor.run}`,
        `catalogue ${catalogue.hash}`,
        descriptor.catalogue,
        todo,
      ),
    )
  }
  const problems = collector()
  const programs = new Map<string, DomainProgram>()
  for (const [domain, declaration] of Object.entries(descriptor.declarations)) {
    const source = { descriptor, declaration, catalogue, city, problems }
    programs.set(domain, compileDomain(source))
  }
  problems.throwIfAny(`declarations of run ${descriptor.run}`)
  return programs
}

/** What a domain's program is compiled from, and where misuse is noted. */
type ProgramSource = {
  descriptor: Descriptor
  declaration: Declaration
  catalogue: PlacedAssets
  city: City
  problems: CompileProblems
}

function compileDomain(source: ProgramSource): DomainProgram {
  const { descriptor, declaration, catalogue, city, problems } = source
  const { domain } = declaration
  const assets = indexAssets(catalogue, domain, descriptor.partitions)
  const measures = declaration.measures.map((m, index) => compileMeasure(m, index, source))
  let slots = 0
  for (const m of measures) if (m.kind === 'ratio' || m.kind === 'count') m.slot = slots++
  const tables = compileTables(measures)
  const events = declaration.events.map((event, index): EventProgram => {
    const validator = Compile(event.schema)
    return {
      type: event.type,
      schema: event.schema,
      check: (data) => validator.Check(data),
      errors: (data) =>
        validator.Errors(data)[1].map((e) => ({ path: e.instancePath, message: e.message })),
      measures: measures.filter((m) => m.on[index]),
      tables: tables.flatMap((t, i) => (t.on[index] ? [i] : [])),
    }
  })
  return {
    domain,
    run: descriptor.run,
    declaration,
    catalogue,
    assets,
    partitions: descriptor.partitions,
    scopes: city.scopes.map((s) => s.code),
    start: Date.parse(descriptor.start),
    end: Date.parse(descriptor.end),
    tickMs: descriptor.tick,
    seed: descriptor.seed,
    scenarioDigest: descriptor.digest,
    windowMs: descriptor.window,
    latenessMs: descriptor.allowedLateness,
    events,
    measures,
    slots,
    tables,
    layer: compileLayer(declaration, problems),
  }
}

function compileMeasure(measure: Measure, index: number, source: ProgramSource): CompiledMeasure {
  const { descriptor, declaration, catalogue, city, problems } = source
  const kpi = `${declaration.domain}.${measure.name}`
  const { on, schemas } = eventsOn(measure.on, kpi, declaration, problems)
  const part = (name: 'used' | 'of' | 'value' | 'counts', needed: boolean) => {
    const expr = measure[name]
    if (expr === undefined) {
      if (needed) problems.add(kpi, `no \`${name}\``, `one in a ${measure.kind}`)
      return () => 1
    }
    const type = name === 'counts' ? 'boolean' : 'number'
    return compileExpr(expr, type, schemas, `${kpi}.${name}`, problems) as () => number
  }
  const { kind } = measure
  const quotient = kind === 'ratio' || kind === 'gauge'
  const overAssets = kind === 'share' || kind === 'gauge' || kind === 'level'
  if (!Number.isInteger(measure.decimals) || measure.decimals < 0 || measure.decimals > 9) {
    problems.add(`${kpi}.decimals`, `${measure.decimals}`, 'a whole number 0-9')
  }
  if (overAssets && !((measure.freshForMs ?? 0) > 0)) {
    problems.add(`${kpi}.freshForMs`, `${measure.freshForMs}`, `ms > 0 in a ${kind}`)
  }
  const asset = measure.asset === undefined ? -1 : catalogue.numberOf(measure.asset)
  if (measure.asset !== undefined && asset < 0) {
    problems.add(`${kpi}.asset`, `"${measure.asset}"`, 'an id of the catalogue')
  }
  // Asset kinds add at most one term per asset; windowed kinds bound their cell, then add cells of one day.
  const range = catalogue.ranges[declaration.domain]
  const cells =
    (Math.ceil(DAY_MS / descriptor.window) + 1) * descriptor.partitions * city.scopes.length
  const parts = overAssets ? (asset >= 0 ? 1 : Math.max(1, range.to - range.from)) : cells
  return {
    index,
    measure,
    kpi,
    kind,
    scale: 10 ** measure.decimals,
    limit: Math.floor(MAX_SUM / parts),
    freshForMs: measure.freshForMs ?? 0,
    asset,
    on,
    slot: -1,
    used: part('used', quotient),
    of: part('of', quotient),
    value: part('value', kind === 'level'),
    counts: part('counts', kind === 'share') as unknown as (data: EventData) => boolean,
  }
}

function eventsOn(
  names: string[],
  where: string,
  declaration: Declaration,
  problems: CompileProblems,
) {
  if (names.length === 0) problems.add(`${where}.on`, 'no event', 'at least one')
  for (const name of names) {
    if (declaration.events.some((e) => e.name === name)) continue
    const known = declaration.events.map((e) => e.name).join(', ')
    problems.add(`${where}.on`, `event "${name}"`, known)
  }
  return {
    on: declaration.events.map((e) => names.includes(e.name)),
    schemas: declaration.events.filter((e) => names.includes(e.name)).map((e) => e.schema),
  }
}

function compileTables(measures: CompiledMeasure[]): TableProgram[] {
  const tables = new Map<string, TableProgram>()
  for (const m of measures) {
    if (m.kind === 'ratio' || m.kind === 'count') continue
    const key = m.on.join()
    const table = tables.get(key) ?? { on: m.on, measures: [] }
    table.measures.push(m)
    tables.set(key, table)
  }
  return [...tables.values()]
}

function compileLayer(
  { domain, layer, ...rest }: Declaration,
  problems: CompileProblems,
): LayerProgram {
  const where = `${domain}.layer`
  const { on, schemas } = eventsOn(layer.on, where, { domain, layer, ...rest }, problems)
  const state = compileExpr(layer.state, 'string', schemas, `${where}.state`, problems)
  const value = compileExpr(layer.value, 'number', schemas, `${where}.value`, problems)
  if (layer.states.length === 0 || layer.states.length > 254) {
    problems.add(`${where}.states`, `${layer.states.length} states`, '1 to 254')
  }
  return {
    on,
    states: new Map(layer.states.map((s, i) => [s.code, i + 1])),
    state: state as (data: EventData) => string,
    value: value as (data: EventData) => number,
    valueScale: layer.valueScale,
    freshForMs: layer.freshForMs,
  }
}
