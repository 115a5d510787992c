// The table of checks: as lines for a terminal, and as the table of docs/model.md.
import type { ModelRow } from './check.ts'
import { okWord, tableRow, withLines } from './written.ts'

export type NamedRow = ModelRow & { of: string }

const HEAD = {
  of: 'of',
  check: 'check',
  source: 'source',
  expected: 'expected',
  measured: 'measured',
}
const COLUMNS = ['of', 'check', 'source', 'expected', 'measured'] as const

export function tableLines(rows: NamedRow[]): string[] {
  const widths = COLUMNS.map((name) => Math.max(...[HEAD, ...rows].map((row) => row[name].length)))
  const line = (row: Record<(typeof COLUMNS)[number], string>, mark: string) =>
    [...COLUMNS.map((name, k) => row[name].padEnd(widths[k])), mark].join('  ').trimEnd()
  return [line(HEAD, 'ok'), ...rows.map((row) => line(row, row.ok ? 'ok' : 'RED'))]
}

/** The document with the table between its two marks; a document without them is an error. */
export function withTable(document: string, rows: NamedRow[]): string {
  return withLines(document, 'npm run model', [
    tableRow([...COLUMNS.map((name) => HEAD[name]), 'ok']),
    tableRow([...COLUMNS, 'ok'].map(() => '---')),
    ...rows.map((row) => tableRow([...COLUMNS.map((name) => row[name]), okWord(row)])),
  ])
}
