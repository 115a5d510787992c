// Writes JSON values as ASCII bytes, as `JSON.stringify` would; each returns where it ended, or -1 for what it does not know.

/** Longer texts are written another way, so that everybody knows how much room is enough. */
export const MOST_LETTERS = 200
/** The longest number there is: -1.2345678901234567e-100. */
export const MOST_DIGITS = 25
/** Up to here a number's tenths, hundredths and thousandths are exact whole numbers of 32 bits. */
const MOST_DECIMAL = 1_000_000
const MOST_INT = 2 ** 31 - 1
const [MINUS, POINT, ZERO, QUOTE, BACKSLASH] = [0x2d, 0x2e, 0x30, 0x22, 0x5c]

export function writeText(bytes: Uint8Array, at: number, text: unknown): number {
  if (typeof text !== 'string' || text.length > MOST_LETTERS) return -1
  bytes[at] = QUOTE
  const end = writeLetters(bytes, at + 1, text)
  if (end < 0) return -1
  bytes[end] = QUOTE
  return end + 1
}

/** Without quotes; -1 where a letter is not ASCII or JSON would escape it. */
export function writeLetters(bytes: Uint8Array, at: number, text: string): number {
  const size = text.length
  for (let k = 0; k < size; k++) {
    const c = text.charCodeAt(k)
    if (c < 0x20 || c > 0x7e || c === QUOTE || c === BACKSLASH) return -1
    bytes[at + k] = c
  }
  return at + size
}

export function writeInteger(bytes: Uint8Array, at: number, value: unknown): number {
  if (!Number.isInteger(value)) return -1
  return writeWhole(bytes, at, value as number)
}

export function writeNumber(bytes: Uint8Array, at: number, value: unknown): number {
  if (!Number.isFinite(value)) return -1
  const number = value as number
  if (Number.isInteger(number)) return writeWhole(bytes, at, number)
  const size = Math.abs(number)
  if (size < MOST_DECIMAL) {
    // Two decimals of at most 15 digits are never the same double: what is found is the shortest text there is.
    for (let scale = 10, places = 1; places <= 3; scale *= 10, places++) {
      const scaled = Math.round(size * scale)
      if (scaled / scale !== size) continue
      let to = at
      if (number < 0) bytes[to++] = MINUS
      const whole = (scaled / scale) | 0
      to = writeDigits(bytes, to, whole)
      bytes[to] = POINT
      return writePlaces(bytes, to + 1, scaled - whole * scale, places)
    }
  }
  return writeLetters(bytes, at, String(number))
}

/** A whole number of any size. */
function writeWhole(bytes: Uint8Array, at: number, whole: number): number {
  if (whole > MOST_INT || whole < -MOST_INT) return writeLetters(bytes, at, String(whole))
  if (whole >= 0) return writeDigits(bytes, at, whole)
  bytes[at] = MINUS
  return writeDigits(bytes, at + 1, -whole)
}

/** A whole number from 0 to 2³¹ − 1. */
export function writeDigits(bytes: Uint8Array, at: number, whole: number): number {
  const rest = whole | 0
  let size = 1
  for (let more = rest; more >= 10; more = (more / 10) | 0) size++
  return writePlaces(bytes, at, rest, size)
}

/** So many digits of it, zeros before it. */
export function writePlaces(bytes: Uint8Array, at: number, whole: number, places: number): number {
  let rest = whole | 0
  for (let k = at + places - 1; k >= at; k--) {
    const tenth = (rest / 10) | 0
    bytes[k] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + places
}
