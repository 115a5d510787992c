// The SQL that adds up a domain's measures: over the events of a window, or over each asset's latest event before its end.
import { TICK_TYPE } from '../../../producers/contract/records.ts'
import type { CompiledMeasure } from '../program.ts'
import { literal, quoted } from './expression.ts'
import type { FlinkRun } from './run.ts'
import { instantSql, onTime, secondsSql } from './source-sql.ts'
import { termsSql } from './terms.ts'

/** Measures that are added up together: from one view with columns `numerator i`, `denominator i`, `entered i`. */
export type SumsSql = {
  view: string
  measures: CompiledMeasure[]
  lines: string[]
  /** Of the window as it is read: of a latest value the sums stand under its end. */
  windowStart: string
}

type SummedDomain = { run: FlinkRun; domain: string; cityWide: boolean; types: string[] }

const START = quoted('window_start')
const END = quoted('window_end')
const TIME = quoted('time')
const DISTRICT = quoted('district')

/** Windows begin at the run's start; Flink's begin at 1970. */
function windowsOver(run: FlinkRun, view: string, slideMs: number, sizeMs = slideMs): string {
  const offset = run.start % slideMs
  const spans = sizeMs === slideMs ? [slideMs] : [slideMs, sizeMs]
  const name = sizeMs === slideMs ? 'TUMBLE' : 'HOP'
  const times = [...spans, ...(offset === 0 ? [] : [offset])].map(secondsSql).join(', ')
  return `TABLE(${name}(TABLE ${quoted(view)}, DESCRIPTOR(${TIME}), ${times}))`
}

const groups = (cityWide: boolean) =>
  cityWide
    ? `GROUP BY ${START}, ${END}`
    : `GROUP BY GROUPING SETS ((${START}, ${END}, ${DISTRICT}), (${START}, ${END}))`

const scopeColumn = (cityWide: boolean) =>
  cityWide ? `CAST(NULL AS STRING) AS ${DISTRICT}` : DISTRICT

const among = (types: string[]) => `${quoted('type')} IN (${types.map(literal).join(', ')})`

/** Ratios and counts: each event id once in its window. */
export function eventSums(place: SummedDomain, measures: CompiledMeasure[]): SumsSql {
  const { run, domain, cityWide, types } = place
  const view = `${domain} counted`
  const columns = measures.flatMap((m) => {
    const { numerator, denominator, entered } = termsSql(m)
    const is = ofMeasure(m, types)
    const sum = (term: string, name: string) =>
      `SUM(CASE WHEN ${is} THEN ${asLong(term)} ELSE CAST(0 AS BIGINT) END) AS ${quoted(`${name} ${m.index}`)}`
    return [sum(numerator, 'numerator'), sum(denominator, 'denominator'), sum(entered, 'entered')]
  })
  const lines = [
    `CREATE TEMPORARY VIEW ${quoted(view)} AS`,
    `SELECT ${START}, ${END}, ${scopeColumn(cityWide)},`,
    columns.map((c) => `  ${c}`).join(',\n'),
    `FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ${START}, ${END}, ${quoted('id')} ORDER BY ${TIME}) AS ${quoted('copy')}`,
    `  FROM ${windowsOver(run, onTime(domain), run.windowMs)} WHERE ${TIME} >= ${instantSql(run.start)})`,
    `WHERE ${quoted('copy')} = 1`,
    `${groups(cityWide)};`,
  ]
  return { view, measures, lines, windowStart: START }
}

/** Which rows of a domain's view are this measure's. */
function ofMeasure({ on, measure }: CompiledMeasure, types: string[]): string {
  const own = among(types.filter((_, event) => on[event]))
  return measure.asset === undefined
    ? own
    : `${own} AND ${quoted('subject')} = ${literal(measure.asset)}`
}

const asLong = (term: string) => (term.startsWith('CAST(') ? term : `CAST(${term} AS BIGINT)`)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Slices in which Flink keeps a window of latest values. */
export const slicesOf = (freshForMs: number, windowMs: number): number =>
  freshForMs / gcd(freshForMs, windowMs)

/**
 * Shares, gauges and levels: of each asset the row with the greatest time and seq in [end − freshFor, end). The greatest
 * text is it: time and seq at a fixed width, then the measures' terms.
 */
export function latestSums(place: SummedDomain, measures: CompiledMeasure[], no: number): SumsSql {
  const { run, domain, cityWide, types } = place
  const { freshForMs, on } = measures[0]
  const view = `${domain} latest ${no}`
  const terms = payloadOf(measures)
  const slide = gcd(freshForMs, run.windowMs)
  const onTypes = types.filter((_, event) => on[event])
  const payload = terms.list.map((t) => `CAST(${t} AS STRING)`).join(` || ',' || `)
  const none = literal(terms.list.map(() => '0').join(','))
  const orderKey = `DATE_FORMAT(${TIME}, 'yyyyMMddHHmmssSSS') || LPAD(CAST(${quoted('seq')} AS STRING), ${SEQ_DIGITS}, '0')`
  const asset = `${domain} newest ${no}`
  const isAsset = `${quoted('subject')} <> ''`
  const lines = [
    `CREATE TEMPORARY VIEW ${quoted(asset)} AS`,
    `SELECT ${START}, ${END}, ${DISTRICT}, ${quoted('subject')},`,
    `  SUBSTRING(MAX(${orderKey} || CASE WHEN ${isAsset} THEN ${payload} ELSE ${none} END) FROM ${TIME_DIGITS + SEQ_DIGITS + 1}) AS ${quoted('terms')}`,
    `FROM ${windowsOver(run, onTime(domain), slide, freshForMs)}`,
    `WHERE ${among([...onTypes, TICK_TYPE])}`,
    `GROUP BY ${START}, ${END}, ${DISTRICT}, ${quoted('subject')};`,
    `CREATE TEMPORARY VIEW ${quoted(view)} AS`,
    `SELECT ${START}, ${END}, ${scopeColumn(cityWide)},`,
    measures.flatMap((m) => terms.sums(m, isAsset).map((c) => `  ${c}`)).join(',\n'),
    `FROM ${quoted(asset)}`,
    ...(slide === run.windowMs ? [] : [onGrid(run)]),
    `${groups(cityWide)};`,
  ]
  return { view, measures, lines, windowStart: `${END} - ${secondsSql(run.windowMs)}` }
}

const TIME_DIGITS = 17
const SEQ_DIGITS = 12

/** Where the horizon is no whole number of windows, Flink's windows end more often than ours. */
const onGrid = (run: FlinkRun) =>
  `WHERE MOD(TIMESTAMPDIFF(SECOND, TIMESTAMP '1970-01-01 00:00:00', ${END}) - ${run.start / 1000}, ${run.windowMs / 1000}) = 0`

/** Each term once, however many measures have it. */
function payloadOf(measures: CompiledMeasure[]) {
  const list: string[] = []
  const placeOf = (term: string) => {
    const at = list.indexOf(term)
    return at >= 0 ? at : list.push(term) - 1
  }
  const places = new Map(
    measures.map((m) => {
      const { numerator, denominator, entered } = termsSql(m)
      const parts = { numerator, denominator, entered }
      const entries = Object.entries(parts).map(([name, term]): [string, string | number] => [
        name,
        /^\d+$/.test(term) ? term : placeOf(term),
      ])
      return [m, entries]
    }),
  )
  if (list.length === 0) list.push('0')
  return {
    list,
    sums: (m: CompiledMeasure, isAsset: string): string[] =>
      places.get(m)!.map(([name, term]) => {
        const one =
          typeof term === 'string'
            ? `CAST(${term} AS BIGINT)`
            : `CAST(SPLIT_INDEX(${quoted('terms')}, ',', ${term}) AS BIGINT)`
        const { asset } = m.measure
        const which = asset === undefined ? isAsset : `${quoted('subject')} = ${literal(asset)}`
        return `SUM(CASE WHEN ${which} THEN ${one} ELSE CAST(0 AS BIGINT) END) AS ${quoted(`${name} ${m.index}`)}`
      }),
  }
}
