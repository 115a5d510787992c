// The audit in words: one table, then the places and explanations, the first of each.
import { isoTime } from '../infra/time.ts'
import { type AuditResult, uncompared } from './audit.ts'
import { coverageText } from './coverage.ts'
import { numberOf } from './oracle/decimal.ts'
import { readingsText } from './other-engine.ts'
import type { AuditPlace } from './place.ts'
import type { Explanation } from './resimulate/explain.ts'
import type { DomainAudit } from './rows.ts'

const COLUMNS: [string, (row: DomainAudit) => number][] = [
  ['cells', (r) => r.cells],
  ['differing', (r) => r.differing + r.partialDiffering],
  ['truth', (r) => r.truthCells],
  ['differing', (r) => r.truthDiffering],
  ['explained', (r) => r.truthExplained],
  ['produced', (r) => r.produced],
  ['missing', (r) => r.missing],
  ['injected', (r) => r.injected],
  ['held', (r) => r.held],
  ['duplicated', (r) => r.duplicated],
  ['late', (r) => r.late],
  ['dead-letter', (r) => r.deadLettered],
  ['foreign', (r) => r.foreign],
  ['unexplained', (r) => r.unexplained],
]

/** Lines for a terminal; at most `first` places and explanations. */
export function auditText(result: AuditResult, first: number): string[] {
  const { total } = result
  const lines = [
    `run ${result.run}, epoch ${result.epoch}: ${result.windows} windows up to ${result.upTo}${result.ended ? '' : ' (the run goes on)'}`,
    '',
    ...table([...Object.entries(result.domains), ['all', total]]),
    '',
    `also: ${total.partialCells} cells of partials, ${total.ticks} ticks and chains (${total.chainsBroken} chains broken), ` +
      `${total.ledgers} ledgers, ${result.resimulated} topic-partitions simulated again`,
    coverageText(result.coverage),
    ...(result.readings ? readingsText(result.readings) : []),
  ]
  if (result.places.length > 0) {
    lines.push('', `places (${Math.min(first, result.places.length)} of ${result.places.length}):`)
    for (const place of result.places.slice(0, first)) lines.push(`  ${placeText(place)}`)
  }
  if (result.explanations.length > 0) {
    const shown = result.explanations.slice(0, first)
    lines.push('', `truth − reading (${shown.length} of ${result.explanations.length} cells):`)
    for (const e of shown) lines.push(...explanationText(e, `${e.domain}/${e.partition}`))
  }
  return [...lines, '', `${verdictText(result)} (模拟数据 simulated data)`]
}

function verdictText({ verdict, domains, readings }: AuditResult): string {
  if (verdict === 'fail') return 'FAIL'
  if (verdict === 'pass') {
    return 'PASS: every reading is what the events give, every record is accounted for'
  }
  const names = uncompared(domains).join(', ')
  const engine = readings
    ? `does the job that writes ${readings.topic}`
    : 'does `npx huacheng process`'
  return `NOTHING COMPARED: no final reading of ${names} was held against its events; ${engine} run, and has a window closed?`
}

function table(rows: [string, DomainAudit][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  const cells = rows.map(([name, row]) => [name, ...COLUMNS.map(([, of]) => String(of(row)))])
  const head = ['', ...COLUMNS.map(([name]) => name)]
  const widths = head.map((text, i) =>
    i === 0 ? width : Math.max(text.length, ...cells.map((c) => c[i].length)),
  )
  return [head, ...cells].map((line) =>
    line
      .map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  )
}

/** `missing  city.<domain>/7 after offset 88122  <district>  2025-06-18T08:31:12.250Z  <asset> seq 57  expected after ...`. */
function placeText(place: AuditPlace): string {
  const { kind, topic, partition, offset, district, time, asset, seq, detail } = place
  const isAbsent = kind === 'missing' || kind === 'tick-missing'
  return [
    kind.padEnd(13),
    `${topic}/${partition}${offset === null ? '' : ` ${isAbsent ? 'after' : 'at'} offset ${offset}`}`,
    district,
    time === null ? null : isoTime(time),
    asset === null ? null : `${asset}${seq === null ? '' : ` seq ${seq}`}`,
    detail,
  ]
    .filter((part) => part !== null)
    .join('  ')
}

function explanationText(e: Explanation, lane: string): string[] {
  const plain = (units: bigint) => numberOf(units, e.decimals)
  const sum = ({ numerator, denominator, n }: Explanation['difference']) =>
    `${plain(numerator)}${denominator === 0n ? '' : ` / ${plain(denominator)}`} (n ${n})`
  const parts = e.parts.map((p) => `    ${p.asset} seq ${p.seq} ${p.why}: ${sum(p.adds)}`)
  const open = e.isComplete ? '' : ', not fully explained'
  return [
    `  ${lane} ${e.measure} ${e.scope} ${isoTime(e.start)}: ${sum(e.difference)}${open}`,
    ...parts,
  ]
}

/** The result as JSON: offsets and sums as texts, times ISO; at most `first` places and explanations. */
export function auditJson(result: AuditResult, first: number): string {
  const { places, explanations, ...rest } = result
  return JSON.stringify(
    {
      ...rest,
      places: places
        .slice(0, first)
        .map((p) => ({ ...p, time: p.time === null ? null : isoTime(p.time) })),
      placesInAll: places.length,
      explanations: explanations.slice(0, first).map((e) => ({ ...e, start: isoTime(e.start) })),
      explanationsInAll: explanations.length,
    },
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  )
}
