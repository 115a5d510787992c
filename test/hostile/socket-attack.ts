// Hostile messages on the socket: text, binary, fragments, and frames that no client writes.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import WebSocket from 'ws'
import { SUBPROTOCOL } from '../../console/messages.ts'
import { below, pick, type StreamWords, stream } from '../../infra/random.ts'
import { hostileJson } from './messages.ts'

/** Limits are by address, and an attacker has more than one; only Linux gives a machine a whole network of its own. */
const ADDRESSES = process.platform === 'linux' ? 200 : 1
const AT_ONCE = 16
/** A frame may claim to be longer than it is: then the server waits for the rest, and cuts the socket in its own time. */
const PATIENCE_MS = 3_000

type Send = (socket: WebSocket, words: StreamWords) => void

const KINDS: Send[] = [
  ...Array.from(
    { length: 12 },
    (): Send => (socket, words) => {
      socket.send(hostileJson(words), { binary: false })
    },
  ),
  (socket, words) => socket.send(hostileJson(words), { binary: true }),
  (socket, words) => {
    const bytes = hostileJson(words)
    const parts = 1 + below(words, 0, 5)
    for (let i = 0; i < parts; i++) {
      const from = Math.floor((i * bytes.length) / parts)
      const to = Math.floor(((i + 1) * bytes.length) / parts)
      socket.send(bytes.subarray(from, to), { binary: false, fin: i === parts - 1 })
    }
  },
  (socket, words) => raw(socket).write(rawFrame(words)),
  (socket, words) => socket.ping(Buffer.alloc(below(words, 0, 126))),
]

const raw = (socket: WebSocket) => (socket as unknown as { _socket: Socket })._socket

/** Any opcode and flags, masked or not, with a length that need not be true; sometimes garbage. */
function rawFrame(words: StreamWords): Buffer {
  const length = pick(words, 0, [0, 1, 125, 126, 127])
  const head = [below(words, 0, 256), (below(words, 0, 2) << 7) | length]
  const more = Array.from({ length: below(words, 0, 40) }, () => below(words, 0, 256))
  return Buffer.from([...head, ...more])
}

/** Sends `count` messages; resolves with how often each end was seen (`open` = the socket stayed, `waits` = for the rest of a frame). */
export async function attackSocket(url: string, seed: number, count: number) {
  const ends = new Map<string, number>()
  let left = count

  async function attacker(number: number): Promise<void> {
    const words = stream(seed, `attacker-${number}`, 'socket')
    let socket: WebSocket | null = null
    while (left > 0) {
      left--
      socket ??= await open(url, words)
      const end = await strike(socket, words)
      ends.set(end, (ends.get(end) ?? 0) + 1)
      if (end !== 'open') socket = null
    }
    socket?.terminate()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => attacker(i)))
  return ends
}

async function open(url: string, words: StreamWords): Promise<WebSocket> {
  const localAddress = `127.0.0.${1 + below(words, 0, ADDRESSES)}`
  const { origin } = new URL(url)
  const live = new URL('live', url.endsWith('/') ? url : `${url}/`)
  if (below(words, 0, 2) === 0) live.searchParams.set('packed', '1')
  const socket = new WebSocket(live, [SUBPROTOCOL], { localAddress, headers: { origin } })
  socket.on('error', () => {}) // told by its close
  await once(socket, 'open')
  return socket
}

/** One message, and then what the server makes of it: an answer to a ping says that it got past it. */
async function strike(socket: WebSocket, words: StreamWords): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const patience = setTimeout(() => resolve('waits'), PATIENCE_MS)
  const pong = (data: Buffer) => String(data) === 'past it?' && resolve('open')
  const close = (code: number) => resolve(String(code))
  socket.on('pong', pong)
  socket.on('close', close)
  pick(words, 0, KINDS)(socket, words)
  if (socket.readyState === socket.OPEN) raw(socket).write(PAST_IT)
  const end = await promise
  clearTimeout(patience)
  socket.off('pong', pong)
  socket.off('close', close)
  if (end === 'waits') socket.terminate()
  return end
}

/** A masked ping, written past the client's own idea of where it is: a fragment may be open. */
const PAST_IT = Buffer.concat([Buffer.from([0x89, 0x88, 0, 0, 0, 0]), Buffer.from('past it?')])
