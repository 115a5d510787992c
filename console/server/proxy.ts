// What stands in front of the server: whose word about the client's address counts, and under which path the page lies.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Proxies that are believed: the nearest `hops`, or those with these addresses or networks (CIDR). */
export type TrustedProxies = { hops: number } | { addresses: string[] }

/** `hop` counts from the server: 0 = who opened the connection. */
export type Trust = (address: string, hop: number) => boolean

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

export function trustOf(proxies: TrustedProxies | undefined): Trust {
  if (proxies === undefined) return () => false
  if ('hops' in proxies) return (_address, hop) => hop < proxies.hops
  const list = new BlockList()
  for (const text of proxies.addresses) {
    const [address, prefix] = text.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (text) => {
    const address = text.replace(MAPPED, '')
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/**
 * The nearest address in X-Forwarded-For that no trusted proxy has; a client may write there what it likes, but only left
 * of what the proxies append.
 */
export function clientAddress(request: IncomingMessage, trust: Trust): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
  const listed = forwarded.map((address) => address.trim()).filter((address) => isIP(address) !== 0)
  const way = [request.socket.remoteAddress ?? 'unknown', ...listed.reverse()]
  const nearest = way.findIndex((address, hop) => !trust(address, hop))
  return (nearest < 0 ? way.at(-1)! : way[nearest]).replace(MAPPED, '')
}

/** The address within the server: a proxy may hand on the public path with `basePath` or without. */
export function withoutBase(url: string, basePath: string): string {
  return basePath !== '' && url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url
}
