// The fields before a line's value, read from their bytes as nearly all lines have them: plain names, whole numbers, no headers.
// Whatever differs in one byte is none of these, and is read as JSON (../line.ts).

const TS = Buffer.from('{"ts":')
const KEY = Buffer.from(',"key":')
const NULL_KEY = Buffer.from('null')
const REST = Buffer.from(',"headers":[],"enc":"json","n":')
const VALUE = Buffer.from(',"value":')
const QUOTE = 0x22
const BACKSLASH = 0x5c
const BLANK = 0x20
const LAST_ASCII = 0x7e
const ZERO = 0x30
const NINE = 0x39
const LETTER_N = 0x6e
/** More of them may be no whole number of JavaScript's. */
const MOST_DIGITS = 15

/** Between timestamp and offset. */
const PLACE = /^,"tt":[01],"topic":"([\w.-]*)","partition":(\d{1,9}),"offset":/
const PLACE_BYTES = 320
const MOST_PLACES = 4_096

/** A topic-partition, and what each of its lines says of it. The same object as long as it is asked for again soon. */
export type LinePlace = { bytes: Buffer; topic: string; partition: number }

export type UsualHead = {
  timestamp: number
  place: LinePlace
  offset: number
  hasKey: boolean
  /** Where the key's text begins, or behind its null. */
  keyAt: number
}

/** `keyEnd` null = it has none. */
type UsualBody = { keyEnd: number | null; valueAt: number; valueEnd: number }

const places = new Map<string, LinePlace>()
let last: LinePlace = { bytes: Buffer.from(','), topic: '', partition: -1 }

/** Of the line that begins there; null where it is another. */
export function headAt(text: Buffer, from: number): UsualHead | null {
  if (!matches(text, from, TS)) return null
  const tsAt = from + TS.length
  const tsEnd = digitsEnd(text, tsAt)
  const place = tsEnd < 0 ? null : placeAt(text, tsEnd)
  if (!place) return null
  const offsetAt = tsEnd + place.bytes.length
  const offsetEnd = digitsEnd(text, offsetAt)
  if (offsetEnd < 0 || !matches(text, offsetEnd, KEY)) return null
  const keyAt = offsetEnd + KEY.length
  const hasKey = text[keyAt] !== LETTER_N
  return {
    timestamp: numberAt(text, tsAt, tsEnd),
    place,
    offset: numberAt(text, offsetAt, offsetEnd),
    hasKey,
    keyAt: keyAt + (hasKey ? 1 : NULL_KEY.length),
  }
}

/** What stands behind its head; null where it is another. Nobody has looked at what follows the value. */
export function bodyAt(text: Buffer, { hasKey, keyAt }: UsualHead): UsualBody | null {
  const keyEnd = hasKey ? textEnd(text, keyAt) : keyAt
  if (keyEnd < 0 || (!hasKey && !matches(text, keyAt - NULL_KEY.length, NULL_KEY))) return null
  const restAt = hasKey ? keyEnd + 1 : keyEnd
  if (!matches(text, restAt, REST)) return null
  const countAt = restAt + REST.length
  const countEnd = digitsEnd(text, countAt)
  if (countEnd < 0 || !matches(text, countEnd, VALUE)) return null
  const valueAt = countEnd + VALUE.length
  const valueEnd = valueAt + numberAt(text, countAt, countEnd)
  return { keyEnd: hasKey ? keyEnd : null, valueAt, valueEnd }
}

function placeAt(text: Buffer, at: number): LinePlace | null {
  if (matches(text, at, last.bytes) && last.partition >= 0) return last
  const found = PLACE.exec(text.toString('latin1', at, at + PLACE_BYTES))
  if (!found) return null
  const [whole, topic, partition] = found
  let place = places.get(whole)
  if (!place) {
    if (places.size === MOST_PLACES) places.clear()
    place = { bytes: Buffer.from(whole, 'latin1'), topic, partition: Number(partition) }
    places.set(whole, place)
  }
  last = place
  return place
}

function matches(text: Buffer, at: number, expected: Buffer): boolean {
  for (let i = 0; i < expected.length; i++) if (text[at + i] !== expected[i]) return false
  return true
}

/** -1 where there is no digit, or too many. */
function digitsEnd(text: Buffer, from: number): number {
  let at = from
  while (text[at] >= ZERO && text[at] <= NINE) at++
  return at === from || at - from > MOST_DIGITS ? -1 : at
}

function numberAt(text: Buffer, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) value = value * 10 + (text[i] - ZERO)
  return value
}

/** Where the quote stands that ends a text of plain letters; -1 where it has others. `from` is behind the quote that begins it. */
function textEnd(text: Buffer, from: number): number {
  if (text[from - 1] !== QUOTE) return -1
  for (let at = from; at < text.length; at++) {
    const byte = text[at]
    if (byte === QUOTE) return at
    if (byte < BLANK || byte > LAST_ASCII || byte === BACKSLASH) return -1
  }
  return -1
}
