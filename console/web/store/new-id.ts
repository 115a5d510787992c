// Ids that no two pages share, also where the browser lends a plain http page no `crypto.randomUUID`.

const BYTES = 8

/** Unique among all pages that command this run. */
export function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
  return `c-${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`
}
