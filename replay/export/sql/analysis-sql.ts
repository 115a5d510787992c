// analysis.sql: views over the tables of an export, and its readings computed anew in SQL from the events alone.
import type { Descriptor } from '../../../producers/contract/records.ts'
import { snakeCase } from '../tables/columns.ts'
import type { EventTable } from '../tables/event-table.ts'
import { DECIMAL_MACRO, NotInSql, SCALED_MACRO, sqlName, sqlText } from './expression-sql.ts'
import { kpiOf, type MeasuredTables, readingSql } from './reading-sql.ts'

export type AnalysisInput = {
  /** Of events, as far as they were written. */
  tables: EventTable[]
  /** Whether there are these. */
  has: { kpi: boolean; assets: boolean; other: boolean }
  /** The newest. */
  run: { epoch: number; descriptor: Descriptor }
  /** Why readings cannot be computed from what was exported; empty = they can. */
  obstacles: string[]
}

export type Analysis = {
  text: string
  /** What is not computed anew, and why. */
  refused: string[]
}

export function analysisSql(input: AnalysisInput): Analysis {
  const { tables, has, run, obstacles } = input
  const files = [...tables.map(({ name }) => name), ...(has.assets ? ['assets'] : [])]
  const views = [
    ...files.map((name) => viewOf(name)),
    ...(has.other ? [viewOf('other')] : []),
    ...domainViews(tables),
    ...(has.kpi ? [viewOf('kpi', ` WHERE epoch = ${run.epoch}`)] : []),
  ]
  const { parts, refused } = recomputed(input)
  const head = [
    '-- All data are SIMULATED / 模拟数据. In this folder: duckdb -init analysis.sql',
    "-- then e.g.: SELECT * FROM kpi WHERE kind = 'day' AND scope = (SELECT min(scope) FROM kpi);",
    ...(parts.length > 0
      ? [
          '-- Computed anew from the events: FROM recomputed; what is other than recorded: FROM differing;',
        ]
      : []),
    ...[...obstacles, ...refused].map(
      (text) => `-- Not computed anew: ${text.replaceAll('\n', ' ')}`,
    ),
  ]
  return { text: `${[...head, ...views, ...parts].join('\n')}\n`, refused }
}

const viewOf = (name: string, where = '') =>
  `CREATE OR REPLACE VIEW ${sqlName(name)} AS FROM read_parquet(${sqlText(`${name}.parquet`)})${where};`

/** All events of a domain in one view; `event` says which. */
function domainViews(tables: EventTable[]): string[] {
  const taken = new Set(['kpi', 'assets', 'other', ...tables.map(({ name }) => name)])
  const byDomain = Map.groupBy(tables, ({ domain }) => domain)
  return [...byDomain].flatMap(([domain, own]) => {
    const name = snakeCase(domain)
    if (taken.has(name)) return []
    const all = own.map(
      (table) => `SELECT ${sqlText(table.event.name)} AS event, * FROM ${sqlName(table.name)}`,
    )
    return [`CREATE OR REPLACE VIEW ${sqlName(name)} AS\n${all.join(' UNION ALL BY NAME\n')};`]
  })
}

function recomputed({ tables, has, run, obstacles }: AnalysisInput) {
  const refused: string[] = []
  if (!has.kpi || obstacles.length > 0) return { parts: [], refused }
  const { descriptor } = run
  const scopes = (descriptor.scopes ?? []).map(({ code }) => code)
  const queries = Object.values(descriptor.declarations).flatMap((declaration) => {
    const own = tables.filter(({ domain }) => domain === declaration.domain)
    if (own.length === 0) return []
    return declaration.measures.flatMap((measure) => {
      const measured: MeasuredTables = { descriptor, declaration, measure, scopes, tables: own }
      try {
        return [{ kpi: kpiOf(measured), sql: readingSql(measured) }]
      } catch (error) {
        if (!(error instanceof NotInSql)) throw error
        refused.push(`${kpiOf(measured)}: ${error.message}`)
        return []
      }
    })
  })
  if (queries.length === 0) return { parts: [], refused }
  const start = Date.parse(descriptor.start)
  const parts = [
    DECIMAL_MACRO,
    SCALED_MACRO,
    `CREATE OR REPLACE VIEW run_windows AS
SELECT CAST((max(epoch_ms(end_utc)) - ${start}) // ${descriptor.window} AS BIGINT) AS windows FROM kpi WHERE kind = 'window';`,
    `CREATE OR REPLACE VIEW recomputed AS SELECT kpi, kind, make_timestamp(wto * 1000) AS end_utc, scope, value, numerator, denominator, n FROM (${queries
      .map(({ sql }) => `(${sql})`)
      .join('\nUNION ALL\n')});`,
    differing(queries.map(({ kpi }) => kpi)),
  ]
  return { parts, refused }
}

/** Cells that were recorded and computed, and are not the same; a day's is the one up to its last window. */
const differing = (kpis: string[]): string => `CREATE OR REPLACE VIEW differing AS
SELECT a.kpi, a.kind, a.end_utc, a.scope, a.value AS recorded, b.value AS computed, a.numerator, b.numerator AS computed_numerator,
  a.denominator, b.denominator AS computed_denominator, a.n, b.n AS computed_n
FROM kpi AS a LEFT JOIN recomputed AS b USING (kpi, kind, end_utc, scope)
WHERE a.kpi IN (${kpis.map(sqlText).join(', ')}) AND (a.value IS DISTINCT FROM b.value OR a.numerator IS DISTINCT FROM b.numerator
  OR a.denominator IS DISTINCT FROM b.denominator OR a.n IS DISTINCT FROM b.n);`
