// A socket for servers that ask for a token: fetches a one-time ticket first, so that the token never stands in a URL.
import type { Socket } from './connection.ts'

/**
 * Behaves like a socket from the start: `onopen` follows when the ticket came and the real socket opened, `onclose`
 * when either failed.
 */
export function ticketSocket(
  ticket: () => Promise<string>,
  open: (ticket: string) => Socket,
): Socket {
  let real: Socket | null = null
  let closed = false
  const socket: Socket = {
    binaryType: 'blob',
    send: (text) => real?.send(text),
    close() {
      closed = true
      if (real) real.close()
      else socket.onclose?.()
    },
    onopen: null,
    onmessage: null,
    onclose: null,
  }
  ticket()
    .then((text) => {
      if (closed) return
      real = open(text)
      real.binaryType = socket.binaryType
      real.onopen = () => socket.onopen?.()
      real.onmessage = (message) => socket.onmessage?.(message)
      real.onclose = () => socket.onclose?.()
    })
    .catch(() => {
      // The page's state line says so: to the connection it is one more failed attempt.
      if (!closed) socket.onclose?.()
    })
  return socket
}

const KEY = 'huacheng.token'

type TokenStorage = {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/**
 * The token from `#token=…`, which browsers never send to a server; kept for this tab, and taken out of the hash that
 * is returned.
 */
export function takeToken(
  hash: string,
  kept: TokenStorage,
): { token: string | null; hash: string } {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const given = parts.get('token')
  if (given) kept.setItem(KEY, given)
  parts.delete('token')
  return { token: given ?? kept.getItem(KEY), hash: parts.size > 0 ? `#${parts}` : '' }
}
