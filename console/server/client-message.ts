// Understands what a client says on the socket, or says what is wrong with it.
import type { ClientMessage } from '../messages.ts'

export type Understood = { message: ClientMessage } | { problem: string }

/** Close reasons may hold 123 bytes, so problems are short. */
export function readClientMessage(text: string): Understood {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'message: not JSON, expected {op, …}' }
  }
  const message = value as Record<string, unknown> | null
  if (typeof message !== 'object' || message === null)
    return { problem: 'message: expected an object' }
  const { op, seq, maxHz, frames, ...rest } = message
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
  if (op === 'cmd') return { message: { op, ...rest } as ClientMessage }
  return { problem: `op: ${JSON.stringify(op)?.slice(0, 30)}, expected ack, subscribe or cmd` }
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
