// RFC 8785 (JSON Canonicalization Scheme): equal data, equal bytes, in every language that has an implementation.

/**
 * The canonical text of plain JSON data. ECMAScript's own number and string forms are the scheme's; keys are sorted
 * by UTF-16 code units. Properties that are undefined are left out, as JSON.stringify does.
 * Throws a TypeError for what JSON lacks: NaN, infinities, lone surrogates, functions, bigints.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not JSON`)
    return JSON.stringify(value)
  }
  if (typeof value === 'string') return canonicalText(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>
    const members = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
      .map((key) => `${canonicalText(key)}:${canonicalJson(record[key])}`)
    return `{${members.join(',')}}`
  }
  throw new TypeError(`canonical JSON: a ${typeof value} is not JSON`)
}

function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('canonical JSON: a lone surrogate is not JSON')
  return JSON.stringify(text)
}
