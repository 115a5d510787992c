// Who may talk to the console: own origins and hosts only, a token beyond loopback, tickets for the socket.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { isLoopback, OwnNames, type Published } from './own-names.ts'
import { Tickets } from './tickets.ts'

const MIN_TOKEN = 16

export type Refusal = { status: 401 | 403; reason: string; message: string }
export type SecurityOptions = {
  host: string
  token?: string
  origins?: string[]
  published?: Published
  clock: Clock
}

/** The strict policy of console.md: nothing is loaded from elsewhere, nothing may frame the page. */
export const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
}

const UNAUTHORISED: Refusal = {
  status: 401,
  reason: 'token',
  message:
    'authorization: none that fits, expected "Bearer <token>" (a socket may use a ticket from POST /api/ticket)',
}

/**
 * The socket obeys no same-origin policy and a page elsewhere can rebind its name to 127.0.0.1, so scheme, host and port of
 * Origin and host and port of Host are compared exactly (OWASP ASVS 5.0 V4.4).
 */
export class Security {
  readonly #token: string | undefined
  readonly #names: OwnNames
  readonly #tickets: Tickets

  /**
   * Throws a Problem for an open address without a token; a port that is published on loopback only is no open address.
   */
  constructor({ host, token, origins = [], published, clock }: SecurityOptions) {
    checkToken(token)
    checkOpen(published?.host ?? host, origins, token)
    this.#token = token
    this.#names = new OwnNames(host, origins, published)
    this.#tickets = new Tickets(clock)
  }

  get needsToken(): boolean {
    return this.#token !== undefined
  }

  listensOn(port: number): void {
    this.#names.listensOn(port)
  }

  isOwnHost(host: string): boolean {
    return this.#names.hasHost(host)
  }

  /** The public origin under which this host was asked, if it was configured. */
  originOf(host: string): string | undefined {
    return this.#names.originOf(host)
  }

  /** Every HTTP request: Host always; Origin when a browser sends one; the token where `guarded`. */
  refuseRequest(headers: IncomingHttpHeaders, guarded: boolean): Refusal | null {
    const byHost = this.#hostRefusal(headers)
    if (byHost) return byHost
    if (headers.origin !== undefined && !this.#names.hasOrigin(headers.origin))
      return originRefusal(headers.origin)
    return guarded && this.needsToken && !this.#hasToken(headers) ? UNAUTHORISED : null
  }

  /** The socket's upgrade: an Origin is required unless the caller shows the token itself. */
  refuseUpgrade(headers: IncomingHttpHeaders, ticket: string | null): Refusal | null {
    const byHost = this.#hostRefusal(headers)
    if (byHost) return byHost
    const { origin } = headers
    const isShown = this.#hasToken(headers)
    if (origin === undefined ? !isShown : !this.#names.hasOrigin(origin))
      return originRefusal(origin)
    return !this.needsToken || isShown || this.#tickets.take(ticket) ? null : UNAUTHORISED
  }

  issueTicket(): { ticket: string; expiresInMs: number } {
    return this.#tickets.issue()
  }

  #hasToken(headers: IncomingHttpHeaders): boolean {
    const m = /^Bearer (.+)$/i.exec(headers.authorization ?? '')
    return this.#token !== undefined && m !== null && sameText(m[1], this.#token)
  }

  #hostRefusal(headers: IncomingHttpHeaders): Refusal | null {
    if (this.#names.hasHost(headers.host)) return null
    const got = `host: ${JSON.stringify(headers.host ?? 'none')}`
    const known = this.#names.list().join(', ')
    const message = `${got}, expected one of ${known}; open the page under that name, or add --origin <its origin>`
    return { status: 403, reason: 'host', message }
  }
}

const originRefusal = (origin: string | undefined): Refusal => ({
  status: 403,
  reason: 'origin',
  message: `origin: ${JSON.stringify(origin ?? 'none')}, expected this server's own; open the page from this server`,
})

function checkToken(token: string | undefined): void {
  if (token === undefined || token.length >= MIN_TOKEN) return
  const expected = `at least ${MIN_TOKEN}, long enough not to be guessed`
  throw new Problem(problemText('token', `${token.length} characters`, expected))
}

/** Whoever reaches a public origin reaches the server, whatever address it listens on itself. */
function checkOpen(host: string, origins: string[], token: string | undefined): void {
  if (token !== undefined) return
  const isPublic = (origin: string) => !isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ''))
  const open = [
    ...(isLoopback(host) ? [] : [{ where: 'host', address: host, leave: 'HOST' }]),
    ...origins.filter(isPublic).map((o) => ({ where: 'origin', address: o, leave: 'ORIGIN' })),
  ]
  if (open.length === 0) return
  const texts = open.map(({ where, address, leave }) =>
    problemText(
      `console ${where}`,
      `${address} without a token`,
      'a loopback address such as 127.0.0.1, or a token',
      `anyone who reaches this address could command the run: add --token <secret>, or leave ${leave} out`,
    ),
  )
  throw new Problem(texts.join('\n'))
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
