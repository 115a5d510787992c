// One way to read and write `host:port` and addresses to listen on, IPv6 included.
import { isIPv6 } from 'node:net'

export type Address = { host: string; port: number }

/** `host:port` or `[::1]:port`; a text is what was expected instead. */
export function parseAddress(text: string): Address | string {
  const [, six, name, digits] = /^(?:\[([^\]]*)\]|([^:\s/@?#[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = six ?? name
  const port = Number(digits)
  const isRight = host !== undefined && (six === undefined || isIPv6(six))
  if (isRight && port >= 1 && port <= 65_535) return { host, port }
  // Where its last group could be a port nobody can tell which is meant.
  if (isIPv6(text)) return `an IPv6 address in brackets and a port, as in [${text}]:9092`
  if (/^\[.*\]$/.test(text)) return `a port behind the brackets, as in ${text}:9092`
  return 'host:port, an IPv6 address in brackets'
}

/** As URLs and brokers' lists have it. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** A name or address to listen on, brackets around an IPv6 address taken off; a text is what was expected instead. */
export function parseHost(text: string): { host: string } | string {
  const inner = /^\[(.*)\]$/.exec(text)?.[1]
  const host = inner ?? text
  if (isIPv6(host)) return { host }
  if (inner === undefined && /^[^:\s/@?#[\]]+$/.test(host)) return { host }
  return 'a host name or an address without a port, e.g. 127.0.0.1 or ::1'
}
