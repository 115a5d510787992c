// CSV for spreadsheets: RFC 4180, UTF-8 with a mark, and no cell that a spreadsheet would run as a formula.

export type CellValue = string | number | boolean | null

/** The full-width forms start a formula in spreadsheets set to Chinese or Japanese. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
const NEEDS_QUOTES = /[",\r\n]/

/** Text that could start a formula gets an apostrophe first (OWASP CSV injection); numbers stay numbers. */
export function csvCell(value: CellValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvText(columns: string[], rows: CellValue[][]): string {
  const lines = [columns, ...rows].map((row) => row.map(csvCell).join(','))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}
