// Seeded damage to a JSON file: values of the wrong kind, too large, too deep, missing or twice, and bytes that are no text.
import { gzipSync } from 'node:zlib'
import { below } from '../../infra/random.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const nested = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json

const VALUES: Json[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 4_294_967_296, 1e21],
  ...[
    '',
    ' ',
    'x',
    '\u0000',
    '\u001b[2J',
    '花城',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    'NaN',
  ],
  ...['PT0S', 'PT0.001S', 'P100000D', `P${'9'.repeat(60)}D`, 'PT7M', 'P1D', '-PT1M'],
  ...[
    '2025-02-30T00:00:00+08:00',
    '0000-01-01T00:00:00Z',
    '1986-07-01T00:00:00+08:00',
    '9999-12-31T23:59:00+08:00',
  ],
  ...['2025-06-18T24:00:00+08:00', '2025-02-29', '1986-07-01', '9999-12-31'],
  ...[[], {}, [[]], [null], { a: 1 }, nested(30), nested(100), 'x'.repeat(100_000)],
]

type Place = { holder: Json[] | { [key: string]: Json }; key: string }

function placesOf(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key })
    placesOf((value as { [key: string]: Json })[key], found)
  }
  return found
}

const pick = <T>(list: T[], words: Uint32Array): T => list[below(words, 0, list.length)]

/** The text with one to three values changed, left out, doubled or added; it stays JSON, but for doubled keys. */
export function damaged(text: string, words: Uint32Array): string {
  const root = JSON.parse(text) as Json
  for (let left = 1 + below(words, 0, 3); left > 0; left--) {
    const places = placesOf(root)
    const { holder, key } = pick(places, words)
    const record = holder as { [key: string]: Json }
    const way = below(words, 0, 8)
    if (way === 0) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete record[key]
    } else if (way === 1) {
      if (Array.isArray(holder)) holder.push(structuredClone(record[key]))
      else record[pick(['weather', '__proto__', '', 'a.b', 'a/b', key.toUpperCase()], words)] = 1
    } else if (way === 2) record[key] = structuredClone(pick(places, words).holder)
    else if (way === 3 && typeof record[key] === 'number')
      record[key] *= pick([-1, 0, 10, 1e6, 0.999], words)
    else record[key] = structuredClone(pick(VALUES, words))
  }
  const changed = JSON.stringify(root, null, 2)
  return below(words, 0, 10) === 0
    ? changed.replace(/"(\w+)": ("[^"]*"|\d+),/, '"$1": $2, "$1": $2,')
    : changed
}

/** The text as bytes that somebody's disk, editor or hands have damaged. */
export function damagedBytes(text: string, words: Uint32Array): Buffer {
  const bytes = Buffer.from(text)
  const at = below(words, 0, bytes.length)
  switch (below(words, 0, 9)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      bytes[at] ^= 1 << below(words, 0, 8)
      return bytes
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xfe]), bytes.subarray(at)])
    case 3:
      return Buffer.from(text, 'utf16le')
    case 4:
      return gzipSync(bytes)
    case 5:
      return gzipSync(bytes).subarray(0, 100)
    case 6:
      return Buffer.from(`${text.slice(0, at)}${'{"a":'.repeat(5_000)}${text.slice(at)}`)
    case 7:
      return Buffer.concat([Buffer.from('\ufeff'), bytes])
    default:
      return Buffer.from(Uint8Array.from({ length: 2_000 }, () => below(words, 0, 256)))
  }
}
