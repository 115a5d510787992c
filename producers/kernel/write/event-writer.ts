// Writes a domain's events as bytes straight into a lane's buffer: the envelope's fixed pieces, and between them what is the event's.
import { isoTime, MINUTE_MS } from '../../../infra/time.ts'
import type { Declaration } from '../../contract/declaration.ts'
import { OPENING, type RunMark, sourceOf } from '../encode.ts'
import { createDataWriter, type DataWriter } from './data-writer.ts'
import { MOST_LETTERS, writeDigits, writeLetters, writePlaces } from './values.ts'

const COLON = 0x3a
const CLOSING = 0x7d
const QUOTE = 0x22
/** Digits of a sequence number. */
const MOST_SEQ = 10
const TIME_AT = '","time":"'.length
const SECOND_AT = TIME_AT + '2025-06-18T08:30:'.length

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const opening = ascii(OPENING)
const beforeDistrict = ascii(',"district":"')
const beforeCause = ascii('","cause":"')
const beforeData = ascii('","data":')
/** Time and what stands around it. */
const timePiece = (time: number) => ascii(`","time":"${isoTime(time)}","seq":`)

/** Of one domain in one run, as `mark` names it when the first is written. */
export class EventWriter {
  readonly #declaration: Declaration
  readonly #mark: Readonly<RunMark>
  /** By event. Not saved: made once of the declaration. */
  readonly #data: (DataWriter | null)[]
  /** Bytes between `seq` and subject, by event. Not saved: the words of the run that it writes for. */
  #heads: Uint8Array[] | null = null
  /** Not saved: the same for one run. */
  #most = 0
  /** Minute of the time that stands in the piece. Not saved: found again. */
  #minute = Number.NaN
  /** Not saved: likewise. */
  #timePiece = timePiece(0)

  constructor(declaration: Declaration, mark: Readonly<RunMark>) {
    this.#declaration = declaration
    this.#mark = mark
    this.#data = declaration.events.map(({ schema }) => createDataWriter(schema))
  }

  /** Room that is enough for any event. */
  get most(): number {
    if (this.#heads === null) this.#begin()
    return this.#most
  }

  /**
   * Writes what `createEventEncoder`'s text would be from `at` on, where there must be room for `most` bytes; returns where it
   * ended, or -1 where only the text says it right. `id` is the asset's.
   */
  write(
    bytes: Uint8Array,
    from: number,
    event: number,
    id: string,
    seq: number,
    district: string,
    time: number,
    data: object,
    cause: string | undefined,
  ): number {
    const writer = this.#data[event]
    if (writer === null || id.length > MOST_LETTERS || district.length > MOST_LETTERS) return -1
    let at = copy(bytes, from, opening)
    const idAt = at
    at = writeLetters(bytes, at, id)
    if (at < 0) return -1
    bytes[at] = COLON
    at = writeDigits(bytes, at + 1, seq)
    const head = this.#heads![event]
    bytes.set(head, at)
    at += head.length
    for (let k = 0; k < id.length; k++) bytes[at + k] = bytes[idAt + k]
    at = copy(bytes, at + id.length, this.#timeOf(time))
    at = copy(bytes, writeDigits(bytes, at, seq), beforeDistrict)
    at = writeLetters(bytes, at, district)
    if (at < 0) return -1
    if (cause !== undefined) {
      if (cause.length > MOST_LETTERS) return -1
      at = writeLetters(bytes, copy(bytes, at, beforeCause), cause)
      if (at < 0) return -1
    }
    at = writer.write(data, bytes, copy(bytes, at, beforeData))
    if (at < 0) return -1
    bytes[at] = CLOSING
    return at + 1
  }

  #timeOf(time: number): Uint8Array {
    const piece = this.#timePiece
    const since = time - this.#minute
    if (since >= 0 && since < MINUTE_MS) {
      const second = (since / 1000) | 0
      const ms = since - second * 1000
      writePlaces(piece, SECOND_AT, second, 2)
      writePlaces(piece, SECOND_AT + 3, ms, 3)
      return piece
    }
    this.#minute = time - (time % MINUTE_MS)
    const text = isoTime(time)
    for (let k = 0; k < text.length; k++) piece[TIME_AT + k] = text.charCodeAt(k)
    return piece
  }

  #begin(): void {
    const heads = sourceOf(this.#declaration, this.#mark.run).map(ascii)
    const envelope = [opening, this.#timePiece, beforeDistrict, beforeCause, beforeData]
    const longest = Math.max(...heads.map((head) => head.length))
    const fixed = envelope.reduce((sum, { length }) => sum + length, longest)
    const own = 4 * MOST_LETTERS + 2 * MOST_SEQ
    const data = Math.max(...this.#data.map((writer) => writer?.most ?? 0))
    this.#heads = heads
    this.#most = fixed + own + data + [COLON, CLOSING, QUOTE].length
  }
}

function copy(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  for (let k = 0; k < piece.length; k++) bytes[at + k] = piece[k]
  return at + piece.length
}
