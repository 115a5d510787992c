// Tables that programs write into documents, between two marks that name the program.

/** The lines between the marks of a program, without the empty ones; a document without the marks is an error. */
export function linesOf(document: string, by: string): string[] {
  const { from, to } = placeOf(document, by)
  return document.slice(from, to).split('\n').filter(Boolean)
}

/** The document with other lines between the marks. */
export function withLines(document: string, by: string, lines: string[]): string {
  const { from, to } = placeOf(document, by)
  return `${document.slice(0, from)}\n\n${lines.join('\n')}\n\n${document.slice(to)}`
}

export function tableRow(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

export function okWord({ ok }: { ok: boolean }): string {
  return ok ? 'yes' : '**no**'
}

function placeOf(document: string, by: string): { from: number; to: number } {
  const [first, last] = ['begin', 'end'].map((word) => `<!-- written by \`${by}\`: ${word} -->`)
  const [begin, end] = [document.indexOf(first), document.indexOf(last)]
  if (begin >= 0 && end > begin) return { from: begin + first.length, to: end }
  throw new Error(`no place for the table: expected ${first} and ${last}`)
}
