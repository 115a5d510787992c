// Understands what a client says on the socket, or says what is wrong with it.
import { parseBoundedJson } from '../../../infra/text/bounded-json.ts'
import type { ClientMessage } from '../../messages.ts'

/** Most bytes of one message; the longest command needs some hundred. */
export const MAX_MESSAGE_BYTES = 16 * 1024
/** RFC 6455: a close frame carries at most 125 bytes, two of them the code. */
const REASON_BYTES = 123
/** UTF-8: a byte of this pattern does not begin a character. */
const CONTINUATION = 0b1000_0000
const CONTINUES = 0b1100_0000

export type Understood = { message: ClientMessage } | { problem: string }

/** Never throws and never recurses into more than a bounded depth, whatever the bytes are. */
export function readClientMessage(bytes: Buffer): Understood {
  const parsed = parseBoundedJson(bytes, { maxBytes: MAX_MESSAGE_BYTES })
  if (parsed.fault) {
    const { reason, detail } = parsed.fault
    const what = reason === 'not-json' ? 'not JSON' : `${reason}, ${detail}`
    return { problem: `message: ${what}, expected {op, …}` }
  }
  const { value } = parsed
  if (typeof value !== 'object' || value === null) {
    return { problem: 'message: expected an object' }
  }
  const { op, seq, maxHz, frames, ...rest } = value as Record<string, unknown>
  if (op === 'ack') {
    if (Number.isInteger(seq) && (seq as number) >= 0)
      return { message: { op, seq: seq as number } }
    return { problem: 'ack.seq: expected a whole number from 0' }
  }
  if (op === 'subscribe') {
    const fits = typeof maxHz === 'number' && maxHz > 0 && typeof frames === 'boolean'
    if (fits) return { message: { op, maxHz, frames } }
    return { problem: 'subscribe: expected {maxHz > 0, frames: true or false}' }
  }
  if (op === 'stage') return readStage(rest)
  if (op === 'cmd') return { message: { op, ...rest } as ClientMessage }
  return { problem: `op: ${shown(op)}, expected ack, subscribe, stage or cmd` }
}

function readStage({ cue, blank, restart }: Record<string, unknown>): Understood {
  const isCue = cue === undefined || cue === null || (Number.isInteger(cue) && (cue as number) >= 0)
  const areFlags = [blank, restart].every((f) => f === undefined || typeof f === 'boolean')
  if (isCue && areFlags) return { message: { op: 'stage', cue, blank, restart } as ClientMessage }
  return { problem: 'stage: expected {cue?: from 0, or null; blank?: boolean; restart?: boolean}' }
}

const SHORT = /^[\x20-\x7e]{1,30}$/
const shown = (op: unknown) =>
  typeof op === 'string' && SHORT.test(op)
    ? JSON.stringify(op)
    : op === undefined
      ? 'none'
      : `a ${typeof op}`

/** What fits into a close frame: cut at a character, not within one. */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= REASON_BYTES) return text
  let end = REASON_BYTES
  while ((bytes[end] & CONTINUES) === CONTINUATION) end--
  return bytes.toString('utf8', 0, end)
}

/** Tokens refill at `perSecond` up to twice that; false = over the limit. */
export function createAllowance(perSecond: number, now: () => number): () => boolean {
  let left = 2 * perSecond
  let at = now()
  return () => {
    const t = now()
    left = Math.min(2 * perSecond, left + ((t - at) * perSecond) / 1000)
    at = t
    if (left < 1) return false
    left--
    return true
  }
}
