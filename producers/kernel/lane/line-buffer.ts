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
    this.#makeRoom(text.length)
    const from = this.#at
    const to = from + this.#buffer.write(text, from, 'utf8')
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

  #makeRoom(units: number): void {
    const worst = units * WORST_BYTES_PER_UNIT + 1
    if (this.#at + worst <= this.#buffer.length) return
    this.#hashPending()
    // Records keep views of the old buffer until they are appended.
    this.#buffer = Buffer.allocUnsafe(Math.max(BUFFER_BYTES, worst))
    this.#at = 0
    this.#hashedTo = 0
  }
}

/** The asset id at the beginning of an event's bytes, a view. */
export function subjectOf(value: Buffer, idLength: number): Buffer {
  return value.subarray(SUBJECT_AT, SUBJECT_AT + idLength)
}
