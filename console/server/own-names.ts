// The names under which this server may be asked: its own addresses, where an engine publishes it, and the origins it was given.
import { hostname, networkInterfaces } from 'node:os'

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
const HOST = /^(\[[0-9a-f:.]+\]|[^:@/?#]+)(?::(\d{1,5}))?$/i
/** The server itself speaks plain HTTP: an origin of its own names has no other scheme. */
const ORIGIN = /^http:\/\/(\[[0-9a-f:.]+\]|[^:@/?#]+)(?::(\d{1,5}))?$/i
const WILDCARD = ['0.0.0.0', '::']

/** Where somebody in front of the server (a container engine) hands its port on: a host name or address, and a port. */
export type Published = { host: string; port: number }

export const isLoopback = (host: string) => /^127(\.\d+){3}$|^localhost$|^\[?::1\]?$/.test(host)

/** Scheme, host and port are compared exactly. */
export class OwnNames {
  readonly #names: Set<string>
  readonly #origins: Set<string>
  /** The configured origin by the hosts that name it. */
  readonly #originByHost: Map<string, string>
  #port: number | null = null

  constructor(host: string, origins: string[], published?: Published) {
    // Behind a published port nobody opens the server's own addresses, but for a health check from inside.
    this.#names = new Set(published ? LOOPBACK : namesOf(host))
    const further = [...origins, ...(published ? originsOf(published) : [])]
    this.#origins = new Set(further.map((origin) => new URL(origin).origin))
    this.#originByHost = new Map(
      [...this.#origins].flatMap((o) => hostsOf(new URL(o)).map((h) => [h, o])),
    )
  }

  listensOn(port: number): void {
    this.#port = port
  }

  /** Own hosts with the port once it is known; before (in-process requests) any port. */
  hasHost(text: string | undefined): boolean {
    const m = HOST.exec(text ?? '')
    if (!m) return false
    return this.#originByHost.has(m[0].toLowerCase()) || this.#isOwn(m[1], m[2])
  }

  hasOrigin(origin: string): boolean {
    if (this.#origins.has(origin)) return true
    const m = ORIGIN.exec(origin)
    return m !== null && this.#isOwn(m[1], m[2])
  }

  /** The public origin under which this host was asked, if it was configured. */
  originOf(host: string): string | undefined {
    return this.#originByHost.get(host.toLowerCase())
  }

  /** For a message. */
  list(): string[] {
    return [...this.#names, ...this.#originByHost.keys()]
  }

  #isOwn(name: string, port: string | undefined): boolean {
    const isPort = this.#port === null || Number(port ?? 80) === this.#port
    return isPort && this.#names.has(name.toLowerCase())
  }
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
