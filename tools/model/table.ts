// The table of checks: as lines for a terminal, and as the table of docs/model.md.
import type { ModelRow } from './check.ts'

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

const BEGIN = '<!-- written by `npm run model`: begin -->'
const END = '<!-- written by `npm run model`: end -->'

/** The document with the table between its two marks; a document without them is an error. */
export function withTable(document: string, rows: NamedRow[]): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (begin < 0 || end < begin)
    throw new Error(`no place for the table: expected ${BEGIN} and ${END}`)
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const lines = [
    line([...COLUMNS.map((name) => HEAD[name]), 'ok']),
    line([...COLUMNS, 'ok'].map(() => '---')),
    ...rows.map((row) => line([...COLUMNS.map((name) => row[name]), row.ok ? 'yes' : '**no**'])),
  ]
  return `${document.slice(0, begin + BEGIN.length)}\n\n${lines.join('\n')}\n\n${document.slice(end)}`
}
