// Text compared as bytes, eight at a time: the memory that a record lies in, and the literals that are looked for in it.

const WORD = 8
const HALF = 4
const DELETE = 0x7f

/** The memory that a value lies in, by positions in all of it: many records share one, and it is wrapped once for all of them. */
export class Memory {
  bytes: Buffer = Buffer.alloc(0)
  view = new DataView<ArrayBufferLike>(new ArrayBuffer(0))
  #buffer: ArrayBufferLike = this.view.buffer

  /** From now on that of `value`; the position at which it begins. */
  enter(value: Uint8Array): number {
    const { buffer } = value
    if (buffer !== this.#buffer) {
      this.#buffer = buffer
      this.bytes = Buffer.from(buffer)
      this.view = new DataView(buffer)
    }
    return value.byteOffset
  }
}

/**
 * A text to be found at a place. What may stand behind a record's end is compared like what is in it: whoever reads a record has
 * to end where it ends.
 */
export class Literal {
  readonly length: number
  readonly #bytes: Uint8Array
  /** The words of a plain text, the last one up to its end, over a part of the one before; empty where it is too short or not plain. */
  readonly #words: Float64Array

  constructor(text: string) {
    this.#bytes = new TextEncoder().encode(text)
    this.length = this.#bytes.length
    const isWords = this.length >= WORD && this.#bytes.every(isPlain)
    const view = new DataView(this.#bytes.buffer)
    this.#words = new Float64Array(isWords ? Math.ceil(this.length / WORD) : 0)
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = view.getFloat64(Math.min(WORD * i, this.length - WORD), true)
    }
  }

  /** True when it stands at `at`. */
  isAt({ bytes, view }: Memory, at: number): boolean {
    const { length } = this
    if (at + length > bytes.length) return false
    const words = this.#words
    const last = words.length - 1
    if (last < 0) return this.#isAtByBytes(bytes, at)
    for (let i = 0; i < last; i++) {
      if (view.getFloat64(at + WORD * i, true) !== words[i]) return false
    }
    return view.getFloat64(at + length - WORD, true) === words[last]
  }

  #isAtByBytes(bytes: Uint8Array, at: number): boolean {
    const own = this.#bytes
    for (let i = 0; i < own.length; i++) if (bytes[at + i] !== own[i]) return false
    return true
  }
}

/**
 * Of eight such bytes a number can be made that is neither 0 nor none, so that another is equal only where its bytes are. Zero and
 * what has no sign of its own would need a closer look, and the highest bits make NaN.
 */
function isPlain(byte: number): boolean {
  return byte > 0 && byte < DELETE
}

/** Whether the `length` plain bytes at `place` of `plain` stand at `at` of `view`, too, which reaches that far. */
export function isSameText(
  plain: DataView,
  place: number,
  view: DataView,
  at: number,
  length: number,
): boolean {
  if (length < WORD) return isSameShortText(plain, place, view, at, length)
  const last = length - WORD
  for (let i = 0; i < last; i += WORD) {
    if (plain.getFloat64(place + i, true) !== view.getFloat64(at + i, true)) return false
  }
  return plain.getFloat64(place + last, true) === view.getFloat64(at + last, true)
}

function isSameShortText(
  plain: DataView,
  place: number,
  view: DataView,
  at: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    if (plain.getUint8(place + i) !== view.getUint8(at + i)) return false
  }
  return true
}

const FIRST = 0x811c9dc5
const PRIME = 0x01000193
const MIXER = 0x85ebca6b

/** Of the `length` bytes at `at`, four at a time, as a whole number of 32 bits without a sign. */
export function hashAt(view: DataView, at: number, length: number): number {
  let hash = FIRST ^ length
  const end = at + length
  if (length < HALF) for (let i = at; i < end; i++) hash = mixed(hash, view.getUint8(i))
  else {
    for (let i = at; i < end - HALF; i += HALF) hash = mixed(hash, view.getInt32(i, true))
    hash = mixed(hash, view.getInt32(end - HALF, true))
  }
  hash = Math.imul(hash ^ (hash >>> 16), MIXER)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Bits come down as well as up: ids differ in their last bytes, and a table goes by the lowest bits. */
function mixed(hash: number, word: number): number {
  const next = Math.imul(hash ^ word, PRIME)
  return next ^ (next >>> 15)
}
