// A socket for servers that ask for a token: fetches a one-time ticket first, so that the token never stands in a URL.
import type { Socket } from './connection.ts'

/**
 * Behaves like a socket from the start: `onopen` follows when the ticket came and the real socket opened, `onclose`
 * when either failed.
 */
export class TicketSocket implements Socket {
  binaryType = 'blob'
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  #real: Socket | null = null
  #isClosed = false

  constructor(ticket: () => Promise<string>, open: (ticket: string) => Socket) {
    ticket()
      .then((text) => {
        if (!this.#isClosed) this.#follow(open(text))
      })
      .catch(() => {
        // The page's state line says so: to the connection it is one more failed attempt.
        if (!this.#isClosed) this.onclose?.()
      })
  }

  send(text: string): void {
    this.#real?.send(text)
  }

  close(): void {
    this.#isClosed = true
    if (this.#real) this.#real.close()
    else this.onclose?.()
  }

  #follow(real: Socket): void {
    this.#real = real
    real.binaryType = this.binaryType
    real.onopen = () => this.onopen?.()
    real.onmessage = (message) => this.onmessage?.(message)
    real.onclose = (why) => this.onclose?.(why)
  }
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
