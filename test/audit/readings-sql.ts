// A third opinion: the declarations' measures as SQL over a file of events, computed by DuckDB in exact decimals.
import { DuckDBInstance } from '@duckdb/node-api'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Expr, Measure } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'

export type SqlCell = {
  kpi: string
  kind: 'window' | 'day'
  /** ms. */
  end: number
  scope: string
  value: number | null
  numerator: number
  denominator: number | null
  n: number
}

const CITY_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
/** Wide enough for every field, narrow enough that a product of two fits 38 digits. */
const NUMBER = 'DECIMAL(18,4)'
const INTEGER = 'DECIMAL(9,0)'

/** Every cell of every window that ends by the run's end; `file` holds event values, one a line. */
export async function sqlCells(descriptor: Descriptor, scopes: string[], file: string) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const start = Date.parse(descriptor.start)
  const windows = Math.floor((Date.parse(descriptor.end) - start) / descriptor.window)
  await connection.run(`
    CREATE TABLE events AS
    SELECT subject, seq, district, type, data, epoch_ms(CAST(rtrim(time, 'Z') AS TIMESTAMP)) AS ms
    FROM read_ndjson('${file}', columns = {subject: 'VARCHAR', seq: 'BIGINT', district: 'VARCHAR',
      type: 'VARCHAR', time: 'VARCHAR', data: 'JSON'})`)
  await connection.run(`
    CREATE TABLE windows AS
    SELECT k, ${start} + k * ${descriptor.window} AS wfrom, ${start} + (k + 1) * ${descriptor.window} AS wto
    FROM (SELECT unnest(range(${windows})) AS k)`)
  const cells: SqlCell[] = []
  for (const declaration of Object.values(descriptor.declarations)) {
    for (const measure of declaration.measures) {
      const sql = readingSql(descriptor, declaration, measure, scopes)
      const result = await connection.runAndReadAll(sql)
      for (const row of result.getRowObjectsJson()) cells.push(cellOf(row, measure, declaration))
    }
  }
  connection.closeSync()
  return cells
}

function cellOf(row: Record<string, unknown>, measure: Measure, { domain }: Declaration): SqlCell {
  const scale = 10 ** measure.decimals
  const plain = (x: unknown) => Number(x) / scale
  const isQuotient = measure.kind === 'ratio' || measure.kind === 'gauge'
  return {
    kpi: `${domain}.${measure.name}`,
    kind: row.kind as SqlCell['kind'],
    end: Number(row.wto),
    scope: row.scope as string,
    value: row.millionths === null ? null : Number(row.millionths) / 1e6,
    numerator: plain(row.numerator),
    denominator: isQuotient ? plain(row.denominator) : (row.planned as number | null),
    n: Number(row.n),
  }
}

function readingSql(
  descriptor: Descriptor,
  declaration: Declaration,
  measure: Measure,
  scopes: string[],
): string {
  const kpi = `${declaration.domain}.${measure.name}`
  const own = declaration.cityWide ? scopes.slice(0, 1) : scopes
  const planned = descriptor.plan.planned[kpi] ?? {}
  const isSummed = measure.kind === 'ratio' || measure.kind === 'count'
  const isQuotient = measure.kind === 'ratio' || measure.kind === 'gauge'
  const weight = declaration.cityWide || isQuotient ? 1 : descriptor.scale
  const places = (String(weight).split('.')[1] ?? '').length
  // value = numerator / (scale × divisor), in millionths, half away from zero.
  const divisor =
    measure.kind === 'share'
      ? `CAST(planned AS HUGEINT) * ${10 ** measure.decimals}`
      : 10 ** measure.decimals
  const top = isQuotient ? 'numerator * 1000000' : `numerator * ${10 ** places} * 1000000`
  const bottom = isQuotient ? 'denominator' : `(${Math.round(weight * 10 ** places)} * ${divisor})`
  const day = `CAST(floor((wto - 1 + ${CITY_OFFSET_MS}) / ${DAY_MS}) AS BIGINT)`
  const total = (x: string) =>
    isSummed ? `sum(${x}) OVER (PARTITION BY scope, ${day} ORDER BY k)` : x
  const own_ = own.map((s) => `('${s}', ${planned[s] ?? 'NULL'})`).join(', ')
  return `
    WITH terms AS (${isSummed ? summed(declaration, measure, descriptor) : latest(declaration, measure)}),
    grid AS (SELECT * FROM windows, (VALUES ${own_}) AS s(scope, planned)),
    sums AS (
      SELECT grid.k, wto, scope, planned,
        coalesce(sum(numerator), 0) AS numerator, coalesce(sum(denominator), 0) AS denominator,
        count(numerator) AS n
      FROM grid LEFT JOIN terms ON terms.k = grid.k AND scope IN (district, '${scopes[0]}')
      GROUP BY ALL
    ),
    kinds AS (
      SELECT 'window' AS kind, * FROM sums
      UNION ALL
      SELECT 'day', k, wto, scope, planned, ${total('numerator')}, ${total('denominator')}, ${total('n')} FROM sums
    ),
    whole AS (
      SELECT * REPLACE (CAST(numerator AS HUGEINT) AS numerator, CAST(denominator AS HUGEINT) AS denominator)
      FROM kinds
    )
    SELECT *, CASE WHEN ${bottom} = 0 THEN NULL
      ELSE sign(${top}) * ((2 * abs(${top}) + ${bottom}) // (2 * ${bottom})) END AS millionths
    FROM whole`
}

/** Of the events of a window: those that enter. */
function summed(declaration: Declaration, measure: Measure, descriptor: Descriptor): string {
  const start = Date.parse(descriptor.start)
  return `
    SELECT * FROM (
      SELECT (ms - ${start}) // ${descriptor.window} AS k, district, ${termsSql(declaration, measure)}
      FROM events WHERE ms >= ${start} AND ${onSql(declaration, measure)})
    WHERE denominator IS NULL OR denominator <> 0`
}

/** Of each asset's latest event before a window's end: those that are fresh and enter. */
function latest(declaration: Declaration, measure: Measure): string {
  const counts =
    measure.kind === 'share' ? toSql(measure.counts!, declaration, measure).sql : 'TRUE'
  return `
    WITH heard AS MATERIALIZED (
      SELECT subject, seq, ms, district, ${termsSql(declaration, measure)}, ${counts} AS counts
      FROM events WHERE ${onSql(declaration, measure)})
    SELECT k, district, numerator, denominator FROM (
      SELECT *, row_number() OVER (PARTITION BY k, subject ORDER BY ms DESC, seq DESC) AS rank
      FROM windows JOIN heard ON ms < wto)
    WHERE rank = 1 AND ms >= wto - ${measure.freshForMs} AND counts
      AND (denominator IS NULL OR denominator <> 0)`
}

function termsSql(declaration: Declaration, measure: Measure): string {
  const scaled = (expr: Expr | undefined) =>
    `CAST(CAST(${toSql(expr ?? 1, declaration, measure).sql} AS DECIMAL(28,6)) * CAST(${10 ** measure.decimals} AS ${INTEGER}) AS HUGEINT)`
  if (measure.kind === 'share') return `${10 ** measure.decimals} AS numerator, NULL AS denominator`
  if (measure.kind === 'count' || measure.kind === 'level') {
    return `${scaled(measure.value)} AS numerator, NULL AS denominator`
  }
  return `${scaled(measure.used)} AS numerator, ${scaled(measure.of)} AS denominator`
}

function onSql({ domain, events }: Declaration, measure: Measure): string {
  const types = events.filter((e) => measure.on.includes(e.name)).map((e) => `'${e.type}'`)
  const asset = measure.asset === undefined ? '' : ` AND subject = '${measure.asset}'`
  if (types.length === 0) throw new Error(`${domain}.${measure.name}: no event`)
  return `type IN (${types.join(', ')})${asset}`
}

type Sql = { sql: string }
type Property = { type?: string; anyOf?: { const: unknown }[] }

function toSql(expr: Expr, declaration: Declaration, measure: Measure): Sql {
  const to = (x: Expr) => toSql(x, declaration, measure).sql
  const both = (operator: string, [a, b]: [Expr, Expr]) => ({
    sql: `(${to(a)} ${operator} ${to(b)})`,
  })
  const all = (operator: string, xs: Expr[]) => ({ sql: `(${xs.map(to).join(` ${operator} `)})` })
  if (typeof expr === 'string') return { sql: `'${expr}'` }
  if (typeof expr !== 'object') return { sql: String(expr) }
  if ('field' in expr) return { sql: fieldSql(expr.field, declaration, measure) }
  if ('eq' in expr) return both('=', expr.eq)
  if ('ne' in expr) return both('<>', expr.ne)
  if ('lt' in expr) return both('<', expr.lt)
  if ('le' in expr) return both('<=', expr.le)
  if ('gt' in expr) return both('>', expr.gt)
  if ('ge' in expr) return both('>=', expr.ge)
  if ('and' in expr) return all('AND', expr.and)
  if ('or' in expr) return all('OR', expr.or)
  if ('not' in expr) return { sql: `(NOT ${to(expr.not)})` }
  if ('add' in expr) return all('+', expr.add)
  if ('sub' in expr) return both('-', expr.sub)
  if ('mul' in expr) return all('*', expr.mul)
  const [condition, then, otherwise] = expr.if
  return { sql: `CASE WHEN ${to(condition)} THEN ${to(then)} ELSE ${to(otherwise)} END` }
}

function fieldSql(name: string, { events }: Declaration, measure: Measure): string {
  const event = events.find((e) => measure.on.includes(e.name))!
  const { properties } = event.schema as unknown as { properties: Record<string, Property> }
  const text = `(data->>'$.${name}')`
  const { type, anyOf } = properties[name]
  // A union of literals has no type of its own: that of its first one.
  switch (type ?? typeof anyOf![0].const) {
    case 'string':
      return text
    case 'boolean':
      return `CAST(${text} AS BOOLEAN)`
    case 'integer':
      return `CAST(${text} AS ${INTEGER})`
    default:
      return `CAST(${text} AS ${NUMBER})`
  }
}
