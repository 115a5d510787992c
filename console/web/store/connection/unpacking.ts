// Messages of a socket in their order, also while one is unpacked, which a browser does beside the page.
import { OP_PACKED, PACKED_HEADER_BYTES, PACKED_TEXT } from '../../../packed-messages.ts'

export type SocketData = string | ArrayBuffer

/** Whether this browser can read what `/live?packed=1` sends. */
export const canUnpack = (): boolean => typeof DecompressionStream !== 'undefined'

export class Unpacking {
  readonly #take: (message: SocketData) => void
  readonly #fail: (error: unknown) => void
  /** The last of those that wait; null = nothing does. */
  #last: Promise<void> | null = null

  /** `take` gets the messages one after the other; `fail` what it throws later than it was put. */
  constructor(take: (message: SocketData) => void, fail: (error: unknown) => void) {
    this.#take = take
    this.#fail = fail
  }

  put(message: SocketData): void {
    const isPacked = typeof message !== 'string' && new Uint8Array(message)[0] === OP_PACKED
    if (!isPacked && this.#last === null) {
      this.#take(message)
      return
    }
    const ready = isPacked ? unpacked(message as ArrayBuffer) : Promise.resolve(message)
    const mine: Promise<void> = Promise.all([ready, this.#last])
      .then(([it]) => {
        if (this.#last === mine) this.#last = null
        this.#take(it)
      })
      .catch((error) => this.#fail(error))
    this.#last = mine
  }
}

async function unpacked(message: ArrayBuffer): Promise<SocketData> {
  const isText = new Uint8Array(message)[1] === PACKED_TEXT
  const { readable, writable } = new DecompressionStream('deflate-raw')
  const writer = writable.getWriter()
  // What fails is said where it is read.
  writer.write(new Uint8Array(message, PACKED_HEADER_BYTES)).catch(() => {})
  writer.close().catch(() => {})
  const whole = new Response(readable)
  return isText ? whole.text() : whole.arrayBuffer()
}
