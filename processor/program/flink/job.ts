// The whole Flink SQL job of a run, made from its descriptor; what SQL cannot say exactly is left out and listed.
import { collector } from '../../../infra/problem.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import type { Catalogue, City } from '../../../seeds/contract.ts'
import { compileReadings, type ReadingProgram } from '../../merge/reading.ts'
import { type CompiledMeasure, compileRun, type DomainProgram } from '../program.ts'
import { fieldsOf, literal } from './expression.ts'
import { insertSql, outputSql } from './readings-sql.ts'
import type { FlinkRun } from './run.ts'
import { type FieldSql, sourceSql } from './source-sql.ts'
import { eventSums, latestSums, type SumsSql, slicesOf } from './sums-sql.ts'

export type FlinkPlace = Pick<FlinkRun, 'brokers' | 'prefix' | 'output' | 'isBounded'>

export type FlinkJob = {
  /** Without a line's end behind it. */
  sql: string
  /** Measures that are not in it, with the reason. */
  refused: { kpi: string; why: string }[]
}

/** Flink reads every slice of a horizon for every asset and window: beyond this a job does not come to an end. */
const MOST_SLICES = 10_000

/** What holds of every job and is not in its rows. */
const APART = [
  'Windows only: no day readings, no status against the plan, no alerts, no provisional readings, no map.',
  'An event that breaks its schema, names an unknown asset or has an inexact term is a dead letter of the processor; SQL sees its',
  '  source, type, id, time and the fields that are counted, and counts it. No producer writes one.',
  'A topic that holds the same run twice needs a prefix of its own: SQL knows a run by its id, the processor also by its epoch.',
  'Parallelism must not exceed the partitions: a reader without one holds the watermark back for ever.',
  'Bounded, the job ends with a watermark beyond all: windows after the last tick are not final.',
]

export function flinkJob(
  descriptor: Descriptor,
  catalogue: Catalogue,
  city: City,
  place: FlinkPlace,
): FlinkJob {
  const run: FlinkRun = {
    ...place,
    id: descriptor.run,
    start: Date.parse(descriptor.start),
    end: Date.parse(descriptor.end),
    windowMs: descriptor.window,
    latenessMs: descriptor.allowedLateness,
  }
  checkSeconds(run)
  const programs = [...compileRun(descriptor, catalogue, city).values()]
  const readings = compileReadings(descriptor, city)
  const parts = programs.map((program) => domainPart(run, program, readings))
  const refused = parts.flatMap((p) => p.refused)
  const lines = [
    ...headLines(descriptor, refused),
    `SET 'pipeline.name' = ${literal(`${run.prefix}kpi of ${run.id}`)};`,
    `SET 'table.local-time-zone' = 'UTC';`,
    `SET 'table.exec.sink.upsert-materialize' = 'NONE';`,
    `SET 'table.exec.sink.require-on-conflict' = 'false';`,
    '',
    ...outputSql(run),
    ...parts.flatMap(({ tables, sums }) => (sums.length === 0 ? [] : ['', ...tables])),
    '',
    'EXECUTE STATEMENT SET BEGIN',
    ...parts.flatMap(({ sums }) => sums.flatMap((s) => insertSql(run, s, readings))),
    'END;',
  ]
  return { sql: lines.join('\n'), refused }
}

/** SQL's spans here are whole seconds. */
function checkSeconds({ id, start, windowMs, latenessMs }: FlinkRun): void {
  const problems = collector()
  for (const [name, ms] of Object.entries({ start, window: windowMs, lateness: latenessMs })) {
    if (ms % 1000 !== 0) problems.add(name, `${ms} ms`, 'whole seconds for Flink SQL')
  }
  problems.throwIfAny(`run ${id}`)
}

function headLines({ run, scenario, city, seed, scale }: Descriptor, refused: FlinkJob['refused']) {
  return [
    '-- The KPIs of a run as a Flink SQL job. Made by `npx huacheng flink sql`; not to be edited.',
    `-- run ${run}: ${city}/${scenario}, seed ${seed}, scale ${scale}. Simulated data (模拟数据).`,
    '-- Long because every domain has its tables and views in it.',
    '--',
    ...APART.map((line) => `-- ${line}`),
    '--',
    refused.length === 0
      ? '-- Every measure is in it.'
      : '-- Measures that SQL cannot say exactly, and that are not in it:',
    ...refused.map(({ kpi, why }) => `--   ${kpi}: ${why}`),
    '',
  ]
}

function domainPart(
  run: FlinkRun,
  program: DomainProgram,
  readings: ReadonlyMap<string, ReadingProgram>,
) {
  const { domain, declaration } = program
  const { cityWide } = declaration
  const types = program.events.map((e) => e.type)
  const { fields, refused, said } = sayable(run, program)
  const place = { run, domain, cityWide, types }
  const summed = said.filter((m) => m.slot >= 0)
  const sums: SumsSql[] = summed.length > 0 ? [eventSums(place, summed)] : []
  tablesOf(said.filter((m) => m.slot < 0)).forEach((measures, no) => {
    sums.push(latestSums(place, measures, no + 1))
  })
  const all = readings.get(program.measures[0]?.kpi)?.scopes ?? []
  const scopes = cityWide ? all : all.slice(1)
  const tables = [
    ...sourceSql({ run, domain, types, fields, scopes }),
    ...sums.flatMap(({ lines }) => lines),
  ]
  return { tables, sums, refused }
}

/** Measures of the kinds share, gauge and level with the same events and horizon are looked up together. */
function tablesOf(measures: CompiledMeasure[]): CompiledMeasure[][] {
  const tables = new Map<string, CompiledMeasure[]>()
  for (const m of measures) {
    const key = `${m.on.join()}|${m.freshForMs}`
    tables.set(key, [...(tables.get(key) ?? []), m])
  }
  return [...tables.values()]
}

function sayable(run: FlinkRun, program: DomainProgram) {
  const fields = new Map<string, FieldSql['type']>()
  const refused: FlinkJob['refused'] = []
  const said = program.measures.filter((m) => {
    const why = reasonAgainst(run, m) ?? takeFields(program, m, fields)
    if (why !== null) refused.push({ kpi: m.kpi, why })
    return why === null
  })
  return { said, refused, fields: [...fields].map(([name, type]) => ({ name, type })) }
}

function reasonAgainst(run: FlinkRun, { slot, freshForMs }: CompiledMeasure): string | null {
  if (slot >= 0) return null
  if (freshForMs % 1000 !== 0)
    return `its horizon of ${freshForMs} ms is no whole number of seconds`
  const slices = slicesOf(freshForMs, run.windowMs)
  return slices > MOST_SLICES ? `its horizon has ${slices} slices, at most ${MOST_SLICES}` : null
}

/** A column has one type in all events of a topic; null when the measure's fields fit. */
function takeFields(
  { declaration }: DomainProgram,
  { measure }: CompiledMeasure,
  fields: Map<string, FieldSql['type']>,
): string | null {
  const { used, of, value, counts, on } = measure
  const names = [used, of, value, counts].flatMap(fieldsOf)
  const events = declaration.events.filter(({ name }) => on.includes(name))
  const wanted = new Map<string, FieldSql['type']>()
  for (const name of names) {
    const type = typeOf(events[0].schema, name)
    const other = fields.get(name)
    if (other !== undefined && other !== type) {
      return `its field ${name} is ${type} here and ${other} in other events of the topic`
    }
    wanted.set(name, type)
  }
  for (const [name, type] of wanted) fields.set(name, type)
  return null
}

type FieldSchema = { type?: string; const?: unknown; enum?: unknown[]; anyOf?: FieldSchema[] }

/** Of a field that the compiler has found to be a scalar of one type. */
function typeOf(schema: unknown, name: string): FieldSql['type'] {
  const { properties } = schema as { properties: Record<string, FieldSchema> }
  return scalarOf(properties[name])
}

function scalarOf(property: FieldSchema): FieldSql['type'] {
  if (property.anyOf) return scalarOf(property.anyOf[0])
  const example = property.const ?? property.enum?.[0]
  const type = example === undefined ? property.type : typeof example
  if (type === 'string') return 'STRING'
  return type === 'boolean' ? 'BOOLEAN' : 'DOUBLE'
}
