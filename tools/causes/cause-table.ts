// The table of causes: what was measured beside what is expected, for a terminal and for docs/model.md.
import { quantile } from '../model/statistics.ts'
import { linesOf, okWord, tableRow, withLines } from '../model/written.ts'
import type { ExpectedMove, ExpectedSize } from './expected/expectation.ts'
import type { MeasuredCause } from './measured-cause.ts'

export type CauseRow = {
  kind: string
  domain: string
  what: string
  p50: string
  range: string
  expected: string
  source: string
  ok: boolean
}

const HEAD = {
  kind: 'incident',
  domain: 'domain',
  what: 'what',
  p50: 'p50',
  range: 'from … to',
  expected: 'expected',
  source: 'source',
}
const COLUMNS = ['kind', 'domain', 'what', 'p50', 'range', 'expected'] as const

type Measured = { kind: string; domain: string; runs: MeasuredCause[] }

/** The rows of one domain under one kind of incident, over all seeds. */
export function rowsOf(measured: Measured, expected: ExpectedMove | undefined): CauseRow[] {
  const isStill = measured.runs.every((run) => run.moved === 0)
  if (!expected || (expected.seldom && isStill)) return [stillRow(measured)]
  return movedRows(measured, expected)
}

function movedRows({ kind, domain, runs }: Measured, { delay, kpis }: ExpectedMove): CauseRow[] {
  const all = runs.flatMap((run) => run.delays).sort((a, b) => a - b)
  const delays = all.slice(0, Math.ceil(delay.of * all.length))
  const rows = [
    rowOf({ kind, domain, what: delay.what }, delays, delay, minutesText),
    ...kpis.map((kpi, k) => {
      const changes = runs.map((run) => run.changes[k]).filter((change) => !Number.isNaN(change))
      const text = kpi.unit === 'reading' ? percentText : pointsText
      return rowOf({ kind, domain, what: `${kpi.kpi}, ${kpi.when}` }, changes, kpi, text)
    }),
  ]
  // A domain that nothing moved is red whatever was measured of it.
  const isMoved = runs.some((run) => run.moved > 0)
  return rows.map((row) => ({ ...row, ok: row.ok && isMoved }))
}

function rowOf(
  names: Pick<CauseRow, 'kind' | 'domain' | 'what'>,
  values: number[],
  { least, most, source }: ExpectedSize,
  text: (value: number) => string,
): CauseRow {
  const expected = `${text(least)} … ${text(most)}`
  if (values.length === 0)
    return { ...names, p50: '', range: 'nothing', expected, source, ok: false }
  const [low, high] = [Math.min(...values), values.reduce((a, b) => Math.max(a, b))]
  return {
    ...names,
    ...{
      p50: text(quantile(values, 0.5)),
      range: `${text(low)} … ${text(high)}`,
      expected,
      source,
    },
    ok: low >= least && high <= most,
  }
}

function stillRow({ kind, domain, runs }: Measured): CauseRow {
  const moved = runs.reduce((sum, run) => sum + run.moved, 0)
  const names = { kind, domain, what: 'assets that differ', source: 'by construction' }
  return { ...names, p50: '', range: String(moved), expected: '0', ok: moved === 0 }
}

/** Of all domains: what differs where or when it cannot. */
export function elsewhereRow(kind: string, runs: MeasuredCause[]): CauseRow {
  const elsewhere = runs.flatMap((run) => run.elsewhere)
  const untouched = runs.reduce((sum, run) => sum + run.untouched, 0)
  return {
    ...{ kind, domain: 'all', source: 'by construction', p50: '' },
    what: `assets that differ before it, or of ${untouched} elsewhere`,
    range: elsewhere.length === 0 ? '0' : `${elsewhere.length}, first ${elsewhere[0]}`,
    ...{ expected: '0', ok: elsewhere.length === 0 && untouched > 0 },
  }
}

function minutesText(minutes: number): string {
  return `${Math.abs(minutes) < 10 ? minutes.toFixed(1) : minutes.toFixed(0)} min`
}

function percentText(change: number): string {
  return signed(100 * change, `${Math.round(Math.abs(100 * change))} %`)
}

function pointsText(change: number): string {
  return signed(change, Math.abs(change).toFixed(3))
}

function signed(value: number, size: string): string {
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${size}`
}

export function tableLines(rows: CauseRow[]): string[] {
  const widths = COLUMNS.map((name) => Math.max(...[HEAD, ...rows].map((row) => row[name].length)))
  const line = (row: Record<(typeof COLUMNS)[number], string>, mark: string) =>
    [...COLUMNS.map((name, k) => row[name].padEnd(widths[k])), mark].join('  ').trimEnd()
  return [line(HEAD, 'ok'), ...rows.map((row) => line(row, row.ok ? 'ok' : 'RED'))]
}

const BY = 'npm run causes'
const WRITTEN = [...COLUMNS, 'source'] as const

/** The document with these rows in the place of those of the same kinds; kinds in the order given. */
export function withCauses(document: string, rows: CauseRow[], kinds: string[]): string {
  const made = new Set(rows.map(({ kind }) => kind))
  const lines = rows.map((row) => tableRow([...WRITTEN.map((name) => row[name]), okWord(row)]))
  const all = [
    ...linesOf(document, BY)
      .slice(2)
      .filter((line) => !made.has(kindOf(line))),
    ...lines,
  ].sort((a, b) => kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)))
  const head = [
    tableRow([...WRITTEN.map((name) => HEAD[name]), 'ok']),
    tableRow([...WRITTEN, 'ok'].map(() => '---')),
  ]
  return withLines(document, BY, [...head, ...all])
}

function kindOf(line: string): string {
  return line.split('|')[1].trim()
}
