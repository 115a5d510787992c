// Sockets for kafkajs, which cuts bootstrap servers at their first colon: an IPv6 address travels through it under a name.
import { connect as connectPlain, isIP, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'
import { type Address, formatAddress, parseAddress } from '../../address.ts'
import type { Clock } from '../../clock.ts'
import { Frames } from './frames.ts'

const KEEP_ALIVE_DELAY_MS = 60_000
/** A fetch brings megabytes: fewer, larger reads. */
const READ_BYTES = 256 * 1024
/** No host name may have it. */
const MARK = '_ipv6_'

/** A bootstrap server as kafkajs can take it. */
export function disguised(broker: string): string {
  const address = parseAddress(broker)
  if (typeof address === 'string' || !isIPv6(address.host)) return broker
  return `${MARK}${address.host.replaceAll(':', '_')}:${address.port}`
}

/** `host:port` of kafkajs' messages as people write it. */
export function undisguised(broker: string): string {
  const [, host, port] = /^(.*):(\d+)$/.exec(broker) ?? []
  return host === undefined ? broker : formatAddress({ host: realHost(host), port: Number(port) })
}

function realHost(host: string): string {
  return host.startsWith(MARK) ? host.slice(MARK.length).replaceAll('_', ':') : host
}

/** Why nobody answers there, null when somebody does. */
export function reach(
  { host, port }: Address,
  clock: Clock,
  limitMs: number,
): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connectPlain({ host, port }, () => resolve(null))
  socket.on('error', (error) => resolve(error.message))
  const cancel = clock.schedule(limitMs, () => resolve(`no answer in ${limitMs / 1000} s`))
  return promise.finally(() => {
    cancel()
    socket.destroy()
  })
}

export const openSocket: ISocketFactory = ({ host: name, port, ssl, onConnect }) => {
  const host = realHost(name)
  const server = isIP(host) ? {} : { servername: host }
  const socket = ssl
    ? connectTls({ host, port, ...server, ...ssl }, onConnect)
    : openPlain({ host, port }, onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
  return socket
}

/** Its `data` are whole answers. */
function openPlain(address: Address, onConnect: () => void): Socket {
  const frames = new Frames((frame) => socket.emit('data', frame))
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  const onread = {
    buffer,
    callback(size: number): boolean {
      frames.read(buffer.subarray(0, size))
      return true
    },
  }
  const socket = connectPlain({ ...address, onread }, onConnect)
  return socket
}
