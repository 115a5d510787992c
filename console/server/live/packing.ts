// Long messages in few bytes, for pages that asked for it (`/live?packed=1`): packed once, however many get them.
import { constants, deflateRawSync } from 'node:zlib'
import {
  OP_PACKED,
  PACKED_BINARY,
  PACKED_HEADER_BYTES,
  PACKED_TEXT,
} from '../../packed-messages.ts'

/** Below this a page would unpack more often than it saves. */
const LEAST_BYTES = 2_000

/** In milliseconds for the longest message, so that it needs no thread of its own. */
export function packed(message: string | Uint8Array): Uint8Array {
  const head = Buffer.alloc(PACKED_HEADER_BYTES)
  head[0] = OP_PACKED
  head[1] = typeof message === 'string' ? PACKED_TEXT : PACKED_BINARY
  const options = { level: constants.Z_DEFAULT_COMPRESSION }
  return Buffer.concat([head, deflateRawSync(message, options)])
}

/** A text for many pages: as it is, or packed when the first of them asks for that. */
export class SharedText {
  readonly plain: string
  #packed: Uint8Array | null = null

  constructor(plain: string) {
    this.plain = plain
  }

  for(isPacked: boolean): string | Uint8Array {
    if (!isPacked || this.plain.length < LEAST_BYTES) return this.plain
    this.#packed ??= packed(this.plain)
    return this.#packed
  }
}
