// Bytes of a file → its lines, each in its own bytes; of CSV its rows, whose quoted fields may hold line ends. Memory is
// bounded by the longest line that is taken.

const NEWLINE = 0x0a
const RETURN = 0x0d
const QUOTE = 0x22

/** Longer than any record that Kafka takes without being asked to. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024

/** `line` = the file's line in which it begins, from 1. `fault` in place of bytes that cannot be had. */
export type RawLine =
  | { line: number; bytes: Buffer; fault?: undefined }
  | { line: number; fault: { got: string; expected: string } }

/** At a field's beginning, within an unquoted one, within quotes, behind a quote within quotes. */
type CsvPlace = 'start' | 'plain' | 'quoted' | 'quote'

export class LineSplitter {
  readonly #delimiter: number | null
  readonly #maxBytes: number
  #place: CsvPlace = 'start'
  #line = 1
  #held: Buffer[] = []
  #heldBytes = 0
  /** What is held is too long: the rest of the line is passed by. */
  #isSkipping = false
  /** Nobody can say where the next row begins. */
  #isLost = false

  /** `delimiter` of CSV; null for lines that end where they end. */
  constructor(delimiter: string | null, maxBytes = MAX_LINE_BYTES) {
    this.#delimiter = delimiter === null ? null : delimiter.charCodeAt(0)
    this.#maxBytes = maxBytes
  }

  /** Lines that end in this chunk; views of it where they also begin there. */
  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = []
    for (let from = 0; from < chunk.length && !this.#isLost; ) {
      // Where a line becomes too long does not depend on how the file comes in chunks.
      const room = this.#isSkipping ? chunk.length : this.#maxBytes + 1 - this.#heldBytes
      const to = Math.min(chunk.length, from + room)
      const end = this.#endIn(chunk, from, to)
      this.#hold(chunk.subarray(from, end < 0 ? to : end), lines)
      if (end >= 0) this.#take(lines)
      from = end < 0 ? to : end + 1
    }
    // What is held must not change with the buffer that it came in.
    if (this.#held.length > 0) this.#held[this.#held.length - 1] = Buffer.from(this.#held.at(-1)!)
    return lines
  }

  /** The last line, if the file does not end with a line's end. */
  end(): RawLine[] {
    const lines: RawLine[] = []
    if (this.#isLost) return lines
    if (this.#place === 'quoted') lines.push(unclosed(this.#line, "the file's end"))
    else if (this.#heldBytes > 0) this.#take(lines)
    return lines
  }

  #hold(piece: Buffer, lines: RawLine[]): void {
    if (this.#isSkipping) return
    this.#held.push(piece)
    this.#heldBytes += piece.length
    if (this.#heldBytes <= this.#maxBytes) return
    this.#held = []
    if (this.#place === 'quoted') {
      this.#isLost = true
      lines.push(unclosed(this.#line, `${this.#maxBytes} bytes`))
      return
    }
    this.#isSkipping = true
  }

  #take(lines: RawLine[]): void {
    const line = this.#line
    this.#line++
    this.#place = 'start'
    if (this.#isLost) return
    if (this.#isSkipping) {
      const expected = `at most ${this.#maxBytes}`
      lines.push({ line, fault: { got: 'a longer line', expected: `${expected} bytes` } })
    } else {
      const bytes = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1))
        this.#line++
      const isReturned = bytes[bytes.length - 1] === RETURN
      lines.push({ line, bytes: isReturned ? bytes.subarray(0, -1) : bytes })
    }
    this.#held = []
    this.#heldBytes = 0
    this.#isSkipping = false
  }

  /** Where the line ends that goes on at `from`; -1 where it does not before `to`. */
  #endIn(chunk: Buffer, from: number, to: number): number {
    const delimiter = this.#delimiter
    if (delimiter === null || this.#isSkipping) {
      const end = chunk.subarray(from, to).indexOf(NEWLINE)
      return end < 0 ? -1 : from + end
    }
    let place = this.#place
    for (let at = from; at < to; at++) {
      const byte = chunk[at]
      if (place === 'quoted') {
        if (byte === QUOTE) place = 'quote'
      } else if (byte === NEWLINE) {
        this.#place = place
        return at
      } else if (byte === delimiter) place = 'start'
      else if (byte === QUOTE && place === 'start') place = 'quoted'
      else place = place === 'quote' && byte === QUOTE ? 'quoted' : 'plain'
    }
    this.#place = place
    return -1
  }
}

function unclosed(line: number, within: string): RawLine {
  const got = `a quote that nothing closes within ${within}`
  const expected = 'a closing one; the rest of the file is not read'
  return { line, fault: { got, expected } }
}
