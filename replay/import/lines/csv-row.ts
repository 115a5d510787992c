// One row of CSV (RFC 4180) → its fields. What a spreadsheet would make the best of is rejected.
import { Unmapped } from '../mapping/unmapped.ts'

/** Throws an Unmapped. */
export function csvFields(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter)
  const fields: string[] = []
  for (let at = 0; ; ) {
    const isQuoted = row[at] === '"'
    const end = isQuoted ? closingQuote(row, at) : endOf(row, at, delimiter)
    const field = isQuoted ? row.slice(at + 1, end).replaceAll('""', '"') : row.slice(at, end)
    if (!isQuoted && field.includes('"')) {
      throw new Unmapped(
        `a quote in field ${fields.length + 1}, which is not quoted`,
        'the field in quotes, with each quote in it twice',
      )
    }
    fields.push(field)
    const next = isQuoted ? end + 1 : end
    if (next >= row.length) return fields
    if (row[next] !== delimiter) {
      throw new Unmapped(
        `text behind the quotes of field ${fields.length}`,
        `"${delimiter}" or a line's end`,
      )
    }
    at = next + 1
  }
}

function endOf(row: string, from: number, delimiter: string): number {
  const end = row.indexOf(delimiter, from)
  return end < 0 ? row.length : end
}

function closingQuote(row: string, open: number): number {
  for (let at = open + 1; ; at += 2) {
    at = row.indexOf('"', at)
    if (at < 0) throw new Unmapped('a quote that nothing closes', 'a closing one')
    if (row[at + 1] !== '"') return at
  }
}
