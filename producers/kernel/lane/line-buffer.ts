// The bytes of one topic-partition's events: written once, hashed in long pieces, and lent as views to the records.
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import { SUBJECT_AT } from '../encode.ts'
import { EventChain } from './chain.ts'

const BUFFER_BYTES = 128 * 1024
const WORST_BYTES_PER_UNIT = 3 // one UTF-16 unit is at most three bytes of UTF-8
const NEWLINE = 0x0a

export class LineBuffer {
  readonly #chain = new EventChain()
  /** Not saved: what is not hashed yet is hashed first. */
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  /** Not saved: a place in the buffer. */
  #at = 0
  /** Not saved: a place in the buffer. */
  #hashedTo = 0

  /** Writes one event's text; returns its bytes, a view. */
  write(text: string): Buffer {
    const from = this.room(text.length * WORST_BYTES_PER_UNIT)
    return this.written(from + this.#buffer.write(text, from, 'utf8'))
  }

  /** Makes room for one event of so many bytes at most; returns where in `bytes` it is to begin. */
  room(most: number): number {
    if (this.#at + most + 1 > this.#buffer.length) this.#beginBuffer(most + 1)
    return this.#at
  }

  get bytes(): Buffer {
    return this.#buffer
  }

  /** One event stands there now, up to `to`; returns its bytes, a view. */
  written(to: number): Buffer {
    const from = this.#at
    this.#buffer[to] = NEWLINE
    this.#at = to + 1
    return this.#buffer.subarray(from, to)
  }

  /** Closes the chain's interval over everything written since the last; returns the chain in hex. */
  closeChain(): string {
    this.#hashPending()
    return this.#chain.close()
  }

  /** Once it is hashed nobody needs what lies in the buffer but the records that keep views of it: writing goes on behind it. */
  state(walk: StateWalk): void {
    this.#hashPending()
    walk.part(this.#chain)
  }

  #hashPending(): void {
    if (this.#at > this.#hashedTo) this.#chain.add(this.#buffer.subarray(this.#hashedTo, this.#at))
    this.#hashedTo = this.#at
  }

  #beginBuffer(bytes: number): void {
    this.#hashPending()
    // Records keep views of the old buffer until they are appended.
    this.#buffer = Buffer.allocUnsafe(Math.max(BUFFER_BYTES, bytes))
    this.#at = 0
    this.#hashedTo = 0
  }
}

/** The asset id at the beginning of an event's bytes, a view. */
export function subjectOf(value: Buffer, idLength: number): Buffer {
  return value.subarray(SUBJECT_AT, SUBJECT_AT + idLength)
}
