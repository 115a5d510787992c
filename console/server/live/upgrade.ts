// Decides whether a request may become a socket, and says to the others why not.
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '../../messages.ts'
import type { ServerLimits } from '../options.ts'
import { withoutBase } from '../proxy.ts'
import type { Security } from '../security.ts'
import type { LiveClients } from './live-clients.ts'

const LIVE_PATH = '/live'

export type UpgradeRefusal = { status: number; reason: string; message: string }

export const STOPPING: UpgradeRefusal = {
  status: 503,
  reason: 'closing',
  message: 'server: it is stopping, expected a running one; connect again later',
}

export type Door = {
  security: Security
  limits: ServerLimits
  clients: Pick<LiveClients, 'size' | 'from'>
  /** Who asks, as far as trusted proxies say. */
  address: string
  basePath: string
}

/** Null = welcome. The ticket is taken last, so that a mistake elsewhere does not use it up. */
export function refusalOf(request: IncomingMessage, door: Door): UpgradeRefusal | null {
  const asked = request.url ?? '/'
  const url = URL.parse(withoutBase(asked, door.basePath), 'http://console')
  if (url?.pathname !== LIVE_PATH) {
    const message = `socket: ${asked.slice(0, 100)}, expected ${door.basePath}${LIVE_PATH}`
    return { status: 404, reason: 'path', message }
  }
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)
  if (!offered.includes(SUBPROTOCOL)) {
    const message = `subprotocol: ${JSON.stringify(offered.join(', '))}, expected ${SUBPROTOCOL}`
    return { status: 400, reason: 'subprotocol', message }
  }
  return crowd(door) ?? door.security.refuseUpgrade(request.headers, url.searchParams.get('ticket'))
}

/** Whether it wants long messages packed (console/messages.ts). */
export const isPackedAsked = ({ url = '/' }: IncomingMessage): boolean =>
  URL.parse(url, 'http://console')?.searchParams.get('packed') === '1'

function crowd({ address, clients, limits }: Door): UpgradeRefusal | null {
  const no = (where: string, got: number, most: number): UpgradeRefusal => ({
    status: 503,
    reason: 'crowded',
    message: `${where}: ${got}, expected fewer than ${most}; close a page`,
  })
  if (clients.size >= limits.clients) return no('connections', clients.size, limits.clients)
  const same = clients.from(address)
  const most = limits.clientsPerAddress
  return same >= most ? no(`connections from ${address}`, same, most) : null
}

/** Answers in plain HTTP, because there is no socket yet. */
export function endWith(socket: Duplex, { status, reason, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ error: reason, message })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
