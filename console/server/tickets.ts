// One-time admission to the socket, so that the token never stands in a URL.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../infra/clock.ts'

const TICKET_MS = 30_000
const MAX_TICKETS = 1_000

export class Tickets {
  readonly #clock: Clock
  /** When each expires, the oldest first. */
  readonly #expiries = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  issue(): { ticket: string; expiresInMs: number } {
    const now = this.#clock.now()
    for (const [old, expires] of this.#expiries) if (expires < now) this.#expiries.delete(old)
    if (this.#expiries.size >= MAX_TICKETS) {
      this.#expiries.delete(this.#expiries.keys().next().value!)
    }
    const ticket = randomBytes(24).toString('base64url')
    this.#expiries.set(ticket, now + TICKET_MS)
    return { ticket, expiresInMs: TICKET_MS }
  }

  /** Whether it admits; it does so once. */
  take(ticket: string | null): boolean {
    const expires = ticket === null ? undefined : this.#expiries.get(ticket)
    if (expires === undefined) return false
    this.#expiries.delete(ticket!)
    return this.#clock.now() <= expires
  }
}
