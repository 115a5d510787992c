// Who may talk to the console: own origins and hosts only, a token beyond loopback, tickets for the socket.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { hostname, networkInterfaces } from 'node:os'
import type { Clock } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'

const TICKET_MS = 30_000
const MAX_TICKETS = 1_000
const MIN_TOKEN = 16
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
const HOST = /^(\[[0-9a-f:.]+\]|[^:@/?#]+)(?::(\d{1,5}))?$/i
/** The server itself speaks plain HTTP: an origin of its own names has no other scheme. */
const ORIGIN = /^http:\/\/(\[[0-9a-f:.]+\]|[^:@/?#]+)(?::(\d{1,5}))?$/i
const WILDCARD = ['0.0.0.0', '::']

export type Refusal = { status: 401 | 403; reason: string; message: string }
export type Security = ReturnType<typeof createSecurity>
export type SecurityOptions = {
  host: string
  token?: string
  origins?: string[]
  published?: Published
  clock: Clock
}

/** Where somebody in front of the server (a container engine) hands its port on: a host name or address, and a port. */
export type Published = { host: string; port: number }

export const isLoopback = (host: string) => /^127(\.\d+){3}$|^localhost$|^\[?::1\]?$/.test(host)

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

/**
 * The socket obeys no same-origin policy and a page elsewhere can rebind its name to 127.0.0.1, so scheme, host and port of
 * Origin and host and port of Host are compared exactly (OWASP ASVS 5.0 V4.4). Throws a Problem for an open address
 * without a token; a port that is published on loopback only is no open address.
 */
export function createSecurity({ host, token, origins = [], published, clock }: SecurityOptions) {
  checkToken(token)
  checkOpen(published?.host ?? host, origins, token)
  // Behind a published port the server's own addresses are nobody's to open, but for a health check from inside.
  const names = new Set(published ? LOOPBACK : namesOf(host))
  const further = [...origins, ...(published ? originsOf(published) : [])]
  const ownOrigins = new Set(further.map((origin) => new URL(origin).origin))
  const foreign = new Map([...ownOrigins].flatMap((o) => hostsOf(new URL(o)).map((h) => [h, o])))
  const tickets = new Map<string, number>()
  let port: number | null = null

  /** Own hosts with the port once it is known; before (in-process requests) any port. */
  function isOwnHost(text: string | undefined): boolean {
    const m = HOST.exec(text ?? '')
    if (!m) return false
    return foreign.has(m[0].toLowerCase()) || isOwnName(m[1], m[2])
  }

  function isOwnName(name: string, at: string | undefined): boolean {
    return names.has(name.toLowerCase()) && (port === null || Number(at ?? 80) === port)
  }

  function isOwnOrigin(origin: string): boolean {
    if (ownOrigins.has(origin)) return true
    const m = ORIGIN.exec(origin)
    return m !== null && isOwnName(m[1], m[2])
  }

  function hasToken(headers: IncomingHttpHeaders): boolean {
    const m = /^Bearer (.+)$/i.exec(headers.authorization ?? '')
    return token !== undefined && m !== null && sameText(m[1], token)
  }

  function takeTicket(ticket: string | null): boolean {
    const expires = ticket === null ? undefined : tickets.get(ticket)
    if (expires === undefined) return false
    tickets.delete(ticket!)
    return clock.now() <= expires
  }

  function hostRefusal(headers: IncomingHttpHeaders): Refusal | null {
    if (isOwnHost(headers.host)) return null
    const got = `host: ${JSON.stringify(headers.host ?? 'none')}`
    const known = [...names, ...foreign.keys()].join(', ')
    const message = `${got}, expected one of ${known}; open the page under that name, or add --origin <its origin>`
    return { status: 403, reason: 'host', message }
  }

  const originRefusal = (origin: string | undefined): Refusal => ({
    status: 403,
    reason: 'origin',
    message: `origin: ${JSON.stringify(origin ?? 'none')}, expected this server's own; open the page from this server`,
  })

  const unauthorised: Refusal = {
    status: 401,
    reason: 'token',
    message:
      'authorization: none that fits, expected "Bearer <token>" (a socket may use a ticket from POST /api/ticket)',
  }

  return {
    needsToken: token !== undefined,
    listensOn(actual: number): void {
      port = actual
    },
    /** Every HTTP request: Host always; Origin when a browser sends one; the token where `guarded`. */
    refuseRequest(headers: IncomingHttpHeaders, guarded: boolean): Refusal | null {
      const byHost = hostRefusal(headers)
      if (byHost) return byHost
      if (headers.origin !== undefined && !isOwnOrigin(headers.origin))
        return originRefusal(headers.origin)
      return guarded && token !== undefined && !hasToken(headers) ? unauthorised : null
    },
    /** The public origin under which this host was asked, if it was configured. */
    originOf: (host: string): string | undefined => foreign.get(host.toLowerCase()),
    isOwnHost,
    /** The socket's upgrade: an Origin is required unless the caller shows the token itself. */
    refuseUpgrade(headers: IncomingHttpHeaders, ticket: string | null): Refusal | null {
      const byHost = hostRefusal(headers)
      if (byHost) return byHost
      const { origin } = headers
      const shown = hasToken(headers)
      if (origin === undefined ? !shown : !isOwnOrigin(origin)) return originRefusal(origin)
      return token === undefined || shown || takeTicket(ticket) ? null : unauthorised
    },
    /** One-time admission to the socket, so that the token never stands in a URL. */
    issueTicket(): { ticket: string; expiresInMs: number } {
      const now = clock.now()
      for (const [old, expires] of tickets) if (expires < now) tickets.delete(old)
      if (tickets.size >= MAX_TICKETS) tickets.delete(tickets.keys().next().value!)
      const ticket = randomBytes(24).toString('base64url')
      tickets.set(ticket, now + TICKET_MS)
      return { ticket, expiresInMs: TICKET_MS }
    },
  }
}

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

/** How Host may name an origin: browsers leave the scheme's own port out, some proxies do not. */
function hostsOf({ host, hostname, protocol, port }: URL): string[] {
  return port === '' ? [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [host]
}

/** What the address bar may say for a published port; a loopback address has several names. */
function originsOf({ host, port }: Published): string[] {
  const hosts = isLoopback(host) ? new Set([...LOOPBACK, host]) : [host]
  return [...hosts].map((name) => `http://${bracketed(name)}:${port}`)
}

const bracketed = (address: string) =>
  address.includes(':') && !address.startsWith('[') ? `[${address}]` : address

function namesOf(host: string): string[] {
  if (!WILDCARD.includes(host)) return [...new Set([...LOOPBACK, bracketed(host.toLowerCase())])]
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [...LOOPBACK, hostname().toLowerCase(), ...addresses.map((a) => bracketed(a.address))]
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
