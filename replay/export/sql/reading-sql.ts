// One measure as a query over the tables of an export: every window's and day's cell from the events alone, in whole numbers.
import { CITY_OFFSET_MS, DAY_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import type { Expr, Measure } from '../../../producers/contract/measures.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import type { EventTable } from '../tables/event-table.ts'
import { expressionSql, NotInSql, sqlName, sqlText } from './expression-sql.ts'

export type MeasuredTables = {
  descriptor: Descriptor
  declaration: Declaration
  measure: Measure
  /** The whole city first. */
  scopes: string[]
  /** Tables of the domain that are there. */
  tables: EventTable[]
}

/** Columns kpi, kind, wto (ms), scope, value, numerator, denominator, n; throws NotInSql. */
export function readingSql(measured: MeasuredTables): string {
  const { descriptor, declaration, measure, scopes } = measured
  const isSummed = measure.kind === 'ratio' || measure.kind === 'count'
  const own = declaration.cityWide ? scopes.slice(0, 1) : scopes
  const planned = descriptor.plan.planned[kpiOf(measured)] ?? {}
  const values = own.map((scope) => `(${sqlText(scope)}, ${planned[scope] ?? 'NULL'})`)
  const start = Date.parse(descriptor.start)
  const window = descriptor.window
  const day = `(wto - 1 + ${CITY_OFFSET_MS}) // ${DAY_MS}`
  const running = (sum: string, by: string) =>
    `sum(${sum}) OVER (PARTITION BY scope${by} ORDER BY k)`
  const sums = ['numerator', 'denominator', 'n']
  // What an asset said stands from one window to another: its changes are summed up to each.
  const inWindow = isSummed ? sums : sums.map((it) => `${running(it, '')} AS ${it}`)
  const inDay = isSummed ? sums.map((it) => `${running(it, `, ${day}`)} AS ${it}`) : sums
  return `
WITH heard AS (${heardSql(measured)}),
changes AS (${isSummed ? summed(start, window) : standing(start, window, measure.freshForMs!)}),
grid AS (
  SELECT k, ${start} + (k + 1) * ${window} AS wto, scope, planned
  FROM (SELECT unnest(range((SELECT windows FROM run_windows))) AS k), (VALUES ${values.join(', ')}) AS s(scope, planned)),
added AS (
  SELECT grid.k, wto, scope, planned, coalesce(sum(numerator), 0) AS numerator,
    coalesce(sum(denominator), 0) AS denominator, coalesce(sum(n), 0) AS n
  FROM grid LEFT JOIN changes ON changes.k = grid.k AND (district = scope OR scope = ${sqlText(scopes[0])})
  GROUP BY ALL),
windows AS (SELECT k, wto, scope, planned, ${inWindow.join(', ')} FROM added),
kinds AS (
  SELECT 'window' AS kind, * FROM windows UNION ALL
  SELECT 'day', k, wto, scope, planned, ${inDay.join(', ')} FROM windows),
whole AS (
  SELECT * REPLACE (CAST(numerator AS HUGEINT) AS numerator, CAST(denominator AS HUGEINT) AS denominator)
  FROM kinds)
${resultSql(measured)}`
}

export const kpiOf = ({ declaration, measure }: MeasuredTables): string =>
  `${declaration.domain}.${measure.name}`

/** Of each event that the measure hears of: when, where, and its terms as whole numbers. */
function heardSql({ descriptor, measure, tables, declaration }: MeasuredTables): string {
  const types = declaration.events.filter(({ name }) => measure.on.includes(name))
  if (types.length === 0) throw new NotInSql('no event of its domain')
  const there = tables.filter(({ event }) => measure.on.includes(event.name))
  if (there.length === 0) return NOTHING_HEARD
  const asset = measure.asset === undefined ? '' : ` AND subject = ${sqlText(measure.asset)}`
  const selects = there.map((table) => {
    const [numerator, denominator] = termsOf(measure, table)
    const counts = measure.kind === 'share' ? expressionSql(measure.counts!, table) : 'true'
    return `
  SELECT subject, seq, epoch_ms(time_utc) AS ms, district,
    ${numerator} AS numerator, ${denominator} AS denominator, ${counts} AS counts
  FROM ${sqlName(table.name)} WHERE run = ${sqlText(descriptor.run)}${asset}`
  })
  // An event that was written twice is one.
  return `SELECT DISTINCT ON (subject, seq) * FROM (${selects.join(' UNION ALL')})`
}

const NOTHING_HEARD = `SELECT '' AS subject, 0 AS seq, 0 AS ms, '' AS district, 0::HUGEINT AS numerator,
  0::HUGEINT AS denominator, true AS counts WHERE false`

function termsOf(measure: Measure, table: EventTable): [string, string] {
  const factor = 10 ** measure.decimals
  const scaled = (expr: Expr | undefined) =>
    `exact_scaled(${expressionSql(expr ?? 1, table)}, CAST(${factor} AS DECIMAL(9,0)))`
  switch (measure.kind) {
    case 'share':
      return [`${factor}::HUGEINT`, 'NULL::HUGEINT']
    case 'count':
    case 'level':
      return [scaled(measure.value), 'NULL::HUGEINT']
    default:
      return [scaled(measure.used), scaled(measure.of)]
  }
}

const ENTERS = 'counts AND (denominator IS NULL OR denominator <> 0)'

/** Into the window in which each happened. */
const summed = (start: number, window: number) => `
  SELECT (ms - ${start}) // ${window} AS k, district, sum(numerator) AS numerator,
    sum(denominator) AS denominator, count(*) AS n
  FROM heard WHERE ms >= ${start} AND ${ENTERS} GROUP BY ALL`

/**
 * What an asset said last holds for each window that ends later than it and no later than the next thing that it said, or
 * than it is fresh: added where the first of these is, taken away behind the last.
 */
const standing = (start: number, window: number, freshMs: number) => `
  SELECT k, district, sum(numerator) AS numerator, sum(denominator) AS denominator, sum(n) AS n
  FROM (
    SELECT unnest([k_from, k_beyond]) AS k, district, unnest([numerator, -numerator]) AS numerator,
      unnest([denominator, -denominator]) AS denominator, unnest([1, -1]) AS n
    FROM (
      SELECT *, greatest(ms - ${start}, 0) // ${window} AS k_from,
        greatest(least(coalesce(next_ms, ms + ${freshMs}), ms + ${freshMs}) - ${start}, 0) // ${window} AS k_beyond
      FROM (SELECT *, lead(ms) OVER (PARTITION BY subject ORDER BY ms, seq) AS next_ms FROM heard))
    WHERE ${ENTERS} AND k_from < k_beyond)
  GROUP BY ALL`

/** value = numerator / (scale × divisor) in millionths, half away from zero. */
function resultSql(measured: MeasuredTables): string {
  const { descriptor, declaration, measure } = measured
  const isQuotient = measure.kind === 'ratio' || measure.kind === 'gauge'
  const isShare = measure.kind === 'share'
  const factor = 10 ** measure.decimals
  const weight = declaration.cityWide || isQuotient ? 1 : descriptor.scale
  const [, decimals = ''] = String(weight).split('.')
  const places = 10 ** decimals.length
  const top = isQuotient ? 'numerator * 1000000' : `numerator * ${places} * 1000000`
  const divisor = isShare ? `CAST(planned AS HUGEINT) * ${factor}` : factor
  const bottom = isQuotient ? 'denominator' : `(${Math.round(weight * places)} * ${divisor})`
  const below = isQuotient
    ? `CAST(denominator AS DOUBLE) / ${factor}`
    : isShare
      ? 'planned'
      : 'NULL'
  return `SELECT ${sqlText(kpiOf(measured))} AS kpi, kind, wto, scope,
  CAST(CASE WHEN ${bottom} = 0 THEN NULL
    ELSE sign(${top}) * ((2 * abs(${top}) + ${bottom}) // (2 * ${bottom})) END AS DOUBLE) / 1000000 AS value,
  CAST(numerator AS DOUBLE) / ${factor} AS numerator, CAST(${below} AS DOUBLE) AS denominator, CAST(n AS BIGINT) AS n
FROM whole`
}
