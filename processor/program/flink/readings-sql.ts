// The SQL that makes readings of sums: one division, exact to the last digit, as the merge has it.
import { fractionOf } from '../../merge/decimal.ts'
import type { ReadingProgram } from '../../merge/reading.ts'
import { literal, quoted } from './expression.ts'
import type { FlinkRun } from './run.ts'
import type { SumsSql } from './sums-sql.ts'

const MOST_DECIMALS = 9
const PLAIN_TYPE = `DECIMAL(29, ${MOST_DECIMALS})`

export function outputSql(run: FlinkRun): string[] {
  const texts = ['run', 'kpi', 'scope', 'window_start', 'window_end'].map(
    (c) => `${quoted(c)} STRING`,
  )
  const numbers = ['numerator', 'denominator'].map((c) => `${quoted(c)} ${PLAIN_TYPE}`)
  const key = ['run', 'kpi', 'scope', 'window_start'].map(quoted).join(', ')
  return [
    `CREATE TABLE ${quoted('readings')} (`,
    `  ${texts.join(', ')},`,
    `  ${quoted('value')} DECIMAL(29, 6), ${numbers.join(', ')}, ${quoted('n')} BIGINT,`,
    `  PRIMARY KEY (${key}) NOT ENFORCED`,
    `) WITH (`,
    `  'connector' = 'upsert-kafka',`,
    `  'topic' = ${literal(run.output)},`,
    `  'properties.bootstrap.servers' = ${literal(run.brokers)},`,
    `  'key.format' = 'json', 'value.format' = 'json',`,
    `  'value.json.encode.decimal-as-plain-number' = 'true'`,
    `);`,
  ]
}

/**
 * Readings of all measures that one view adds up, of windows that begin at the start or later and that the run's end leaves
 * whole. The view stands once: the planner would go through it again for every measure.
 */
export function insertSql(
  run: FlinkRun,
  sums: SumsSql,
  readings: ReadonlyMap<string, ReadingProgram>,
): string[] {
  const scope = quoted('scope')
  const { scopes } = readings.get(sums.measures[0].kpi)!
  const rows = sums.measures.map((m) => `  ${rowSql(readings.get(m.kpi)!, m)}`)
  const moment = (at: string) => `DATE_FORMAT(${at}, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''')`
  const end = quoted('window_end')
  return [
    `INSERT INTO ${quoted('readings')}`,
    `SELECT ${literal(run.id)}, ${quoted('kpi')}, ${scope}, ${moment(sums.windowStart)}, ${moment(end)},`,
    `  ${QUOTIENT}, ${quoted('numerator')}, ${quoted('denominator')}, ${quoted('n')}`,
    `FROM (SELECT *, COALESCE(${quoted('district')}, ${literal(scopes[0])}) AS ${scope} FROM ${quoted(sums.view)}`,
    // What belongs to no district stands under the whole city's code, and is in its sums already.
    `  WHERE ${quoted('district')} IS NULL OR ${quoted('district')} <> ${literal(scopes[0])})`,
    `CROSS JOIN UNNEST(ARRAY[`,
    rows.join(',\n'),
    `]) AS m(${ROW_COLUMNS.map(quoted).join(', ')})`,
    `WHERE ${end} > ${timestampSql(run.start)} AND ${end} <= ${timestampSql(run.end)};`,
  ]
}

const ROW_COLUMNS = ['kpi', 'numerator', 'denominator', 'n', 'top', 'bottom']

/** Windows have no zone; the job's is UTC. */
const timestampSql = (ms: number) =>
  `TIMESTAMP '${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}'`

/** top / bottom at 6 decimals, half away from zero, in whole numbers: what is left over is taken off before dividing. */
const DOUBLED = `(ABS(${quoted('top')}) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(${quoted('bottom')}))`
const BOTTOM = `NULLIF(ABS(${quoted('bottom')}) * CAST(2 AS DECIMAL(1, 0)), 0)`
const QUOTIENT = `CAST(SIGN(${quoted('top')}) * SIGN(${quoted('bottom')}) * ((${DOUBLED} - MOD(${DOUBLED}, ${BOTTOM})) / ${BOTTOM}) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6))`

type Indexed = { index: number; scale: number }

/** One measure's columns as a reading: its sums as plain decimals, and the two whole numbers whose quotient is its value. */
function rowSql(program: ReadingProgram, { index, scale }: Indexed): string {
  const { kpi, measure, scopes, weightTop, weightBottom, planned } = program
  const column = (name: string) => quoted(`${name} ${index}`)
  const decimal = (x: string) => `CAST(${x} AS DECIMAL(20, 0))`
  const plain = (x: string) =>
    `CAST(${decimal(x)} / CAST(${scale} AS DECIMAL(10, 0)) AS ${PLAIN_TYPE})`
  const quotient = measure.kind === 'ratio' || measure.kind === 'gauge'
  const byScope = (of: (code: string) => string) => {
    const all = scopes.map(of)
    if (all.every((x) => x === all[0])) return all[0]
    const cases = scopes.map((code, i) => `WHEN ${literal(code)} THEN ${all[i]}`)
    return `CASE ${quoted('scope')} ${cases.join(' ')} END`
  }
  // As fractions of whole numbers: top × (a planned number's) bottom / (bottom × the planned number's top).
  const parts = (code: string) => fractionOf(planned?.[code] ?? 1)
  const top = (code: string) => String(weightTop * parts(code).bottom)
  const bottom = (code: string) =>
    quotient ? String(weightBottom) : String(parts(code).top * weightBottom * BigInt(scale))
  const whole = (of: (code: string) => string) => `CAST(${byScope(of)} AS DECIMAL(18, 0))`
  const denominator = quotient
    ? plain(column('denominator'))
    : `CAST(${planned ? byScope((code) => String(planned[code])) : 'NULL'} AS ${PLAIN_TYPE})`
  const below = quotient ? `${decimal(column('denominator'))} * ${whole(bottom)}` : whole(bottom)
  const cells = [
    `CAST(${literal(kpi)} AS STRING)`,
    plain(column('numerator')),
    denominator,
    column('entered'),
    `CAST(${decimal(column('numerator'))} * ${whole(top)} AS DECIMAL(30, 0))`,
    `CAST(${below} AS DECIMAL(30, 0))`,
  ]
  return `ROW(${cells.join(', ')})`
}
