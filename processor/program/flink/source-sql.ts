// The SQL that reads a domain's topic: table, watermark by ticks, late guard, and rows of nothing for every scope.
import { TICK_TYPE } from '../../../producers/contract/records.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { literal, quoted } from './expression.ts'
import type { FlinkRun } from './run.ts'

export type FieldSql = { name: string; type: 'STRING' | 'DOUBLE' | 'BOOLEAN' }

export type SourceSql = {
  run: FlinkRun
  domain: string
  types: string[]
  fields: FieldSql[]
  /** Scopes that must have a row where nothing happens. */
  scopes: string[]
}

const TICK = literal(TICK_TYPE)

/** A tick as the run's: what another run says is no watermark. */
const isTick = (run: FlinkRun) =>
  `${quoted('type')} = ${TICK} AND ${quoted('source')} = ${literal(`/huacheng/${run.id}/producers`)}`

export const instantSql = (ms: number): string => `TO_TIMESTAMP_LTZ(${ms}, 3)`

/** Whole seconds since the run's start, less `less` of them, in windows. */
function windowsSince(run: FlinkRun, at: string, less = 0): string {
  const seconds = `TIMESTAMPDIFF(SECOND, ${instantSql(run.start)}, ${at})`
  return `${less === 0 ? seconds : `(${seconds} - ${less})`} / ${run.windowMs / 1000}`
}

/** Names of the views that a domain's measures read. */
export const onTime = (domain: string): string => `${domain} on time`

export function sourceSql(source: SourceSql): string[] {
  const { domain, fields, run } = source
  const row = fields.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')
  const data = fields.length === 0 ? [] : [`  ${quoted('data')} ROW<${row}>,`]
  const behind = run.latenessMs === 0 ? '' : ` - ${secondsSql(run.latenessMs)}`
  return [
    `CREATE TABLE ${quoted(domain)} (`,
    `  ${['type', 'source', 'id', 'subject', 'district'].map((c) => `${quoted(c)} STRING`).join(', ')},`,
    `  ${quoted('seq')} BIGINT, ${quoted('time')} TIMESTAMP_LTZ(3),`,
    ...data,
    `  ${quoted('partition')} INT METADATA VIRTUAL, ${quoted('read at')} AS PROCTIME(),`,
    `  WATERMARK FOR ${quoted('time')} AS CASE WHEN ${isTick(run)} THEN ${quoted('time')} - ${secondsSql(1)}${behind} END`,
    `) WITH (`,
    ...connectorLines(run, domain),
    `);`,
    ...guardSql(source),
  ]
}

/** Interval literals have at most two digits before the point unless told. */
export function secondsSql(ms: number): string {
  const whole = Math.floor(ms / 1000)
  const rest = ms % 1000
  const digits = Math.max(2, String(whole).length)
  const text = rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`
  return `INTERVAL '${text}' SECOND${rest === 0 ? `(${digits})` : `(${digits}, 3)`}`
}

function connectorLines(run: FlinkRun, domain: string): string[] {
  const options: [string, string][] = [
    ['connector', 'kafka'],
    ['topic', `${run.prefix}${domain}`],
    ['properties.bootstrap.servers', run.brokers],
    ['properties.group.id', topicNames(run.prefix).flinkGroup],
    ['scan.startup.mode', 'earliest-offset'],
    // Only so is the row that brings a watermark never overtaken by it.
    ['scan.watermark.emit.strategy', 'on-event'],
    ...(run.isBounded ? [['scan.bounded.mode', 'latest-offset'] as [string, string]] : []),
    ['format', 'json'],
    ['json.timestamp-format.standard', 'ISO-8601'],
    ['json.ignore-parse-errors', 'true'],
    // The streaming parser may stop before the place where a damaged value ends.
    ['json.decode.json-parser.enabled', 'false'],
  ]
  return options.map(
    ([name, value], i) =>
      `  ${literal(name)} = ${literal(value)}${i < options.length - 1 ? ',' : ''}`,
  )
}

/**
 * A row is late when the ticks before it in its own partition have closed its window: a function of the log alone,
 * whatever the other partitions have been read to. What is older than the start sets states only, and is never late.
 */
function guardSql({ run, domain, types, fields, scopes }: SourceSql): string[] {
  const time = quoted('time')
  const closed = windowsSince(run, time, run.latenessMs / 1000)
  const list = types.map(literal).join(', ')
  const data = fields.length === 0 ? '' : `, ${quoted('data')}`
  const seconds = run.windowMs / 1000
  const tick = isTick(run)
  return [
    `CREATE TEMPORARY VIEW ${quoted(`${domain} guarded`)} AS`,
    `SELECT *, MAX(CASE WHEN ${tick} THEN ${closed} END)`,
    `  OVER (PARTITION BY ${quoted('partition')} ORDER BY ${quoted('read at')} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS ${quoted('closed')}`,
    `FROM ${quoted(domain)};`,
    `CREATE TEMPORARY VIEW ${quoted(onTime(domain))} AS`,
    `SELECT ${quoted('type')}, CASE WHEN ${quoted('type')} = ${TICK} THEN ${quoted('scope')} ELSE ${quoted('id')} END AS ${quoted('id')},`,
    `  CASE WHEN ${quoted('type')} = ${TICK} THEN '' ELSE ${quoted('subject')} END AS ${quoted('subject')},`,
    `  ${quoted('scope')} AS ${quoted('district')}, ${quoted('seq')}, ${time}${data}`,
    `FROM (`,
    `  SELECT *, CASE WHEN ${quoted('type')} = ${TICK} THEN ARRAY[${scopes.map(literal).join(', ')}] ELSE ARRAY[${quoted('district')}] END AS ${quoted('scopes')}`,
    `  FROM ${quoted(`${domain} guarded`)}`,
    `  WHERE (${quoted('type')} IN (${list}) AND ${quoted('source')} = ${literal(`/huacheng/${run.id}/${domain}`)}`,
    `    AND (${quoted('closed')} IS NULL OR ${time} < ${instantSql(run.start)} OR ${windowsSince(run, time)} >= ${quoted('closed')}))`,
    // A scope where nothing happens has a reading too: a row of nothing at each window's start.
    `  OR (${tick} AND ${quoted('partition')} = 0 AND MOD(TIMESTAMPDIFF(SECOND, ${instantSql(run.start)}, ${time}), ${seconds}) = 0)`,
    `) CROSS JOIN UNNEST(${quoted('scopes')}) AS s(${quoted('scope')});`,
  ]
}
