// What came over the wire, by request and by kind of socket message, as the browser's own network panel counts it.
import { inflateRawSync } from 'node:zlib'
import type { CDPSession } from 'playwright-core'
import { OP_PACKED, PACKED_HEADER_BYTES, PACKED_TEXT } from '../../../console/packed-messages.ts'

export type WireRow = { what: string; count: number; bytes: number }
/** `at` in seconds on the browser's own clock. */
type Arrival = { what: string; bytes: number; at: number }

/** A frame's own head by its length (RFC 6455 §5.2). */
const headOf = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10)
const BINARY = 2
/** As in console/messages.ts. */
const BINARY_KINDS: Record<number, string> = { 1: 'snapshot', 2: 'delta', 4: 'outline' }

/** Requests that the page's workers make are not seen: the rest of what a connection counted is theirs and the handshake's. */
export class WireBook {
  readonly #arrivals: Arrival[] = []
  readonly #paths = new Map<string, string>()
  /** Wall time (ms) at zero of the browser's clock. */
  #zero = 0

  /** Begin before the page is asked for; `debug` counts the network from here on. */
  static async of(debug: CDPSession): Promise<WireBook> {
    const book = new WireBook()
    debug.on('Network.requestWillBeSent', ({ requestId, request, timestamp, wallTime }) => {
      book.#paths.set(requestId, nameOf(request.url))
      book.#zero = 1000 * (wallTime - timestamp)
    })
    debug.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
      const what = book.#paths.get(requestId) ?? 'unknown'
      book.#arrivals.push({ what, bytes: encodedDataLength, at: timestamp })
    })
    debug.on('Network.webSocketFrameReceived', ({ response, timestamp }) => {
      const { opcode, payloadData } = response
      const bytes = Buffer.from(payloadData, opcode === BINARY ? 'base64' : 'utf8')
      const kind = opcode === BINARY ? binaryKind(bytes) : textKind(payloadData)
      const what = `socket: ${kind}`
      book.#arrivals.push({ what, bytes: bytes.length + headOf(bytes.length), at: timestamp })
    })
    await debug.send('Network.enable')
    return book
  }

  /** What had come at a wall time (ms), largest first. */
  rows(until: number): WireRow[] {
    const rows = new Map<string, WireRow>()
    for (const { what, bytes, at } of this.#arrivals) {
      if (this.#zero + 1000 * at > until) continue
      const row = rows.get(what) ?? { what, count: 0, bytes: 0 }
      rows.set(what, { what, count: row.count + 1, bytes: row.bytes + bytes })
    }
    return [...rows.values()].sort((a, b) => b.bytes - a.bytes)
  }
}

/** Without what a build or a run puts into an address. */
function nameOf(url: string): string {
  const { pathname, protocol } = new URL(url)
  if (protocol === 'data:' || protocol === 'blob:') return protocol
  return pathname
    .replace(/^\/assets\/(.*)-[\w-]{8}(\.\w+)$/, '$1$2')
    .replace(/(\/catalogue\/).*/, '$1…')
}

function textKind(text: string): string {
  const { op, kind } = JSON.parse(text) as { op: string; kind?: string }
  return kind ? `${op} ${kind}` : op
}

function binaryKind(bytes: Buffer): string {
  if (bytes[0] !== OP_PACKED) return BINARY_KINDS[bytes[0]] ?? `op ${bytes[0]}`
  const inner = inflateRawSync(bytes.subarray(PACKED_HEADER_BYTES))
  return `${bytes[1] === PACKED_TEXT ? textKind(inner.toString()) : binaryKind(inner)}, packed`
}

/** One line per row and one of the rest: what a connection got besides, of `total` bytes. */
export function wireLines(rows: WireRow[], total: number): string[] {
  const rest = total - rows.reduce((sum, { bytes }) => sum + bytes, 0)
  const all = [...rows, { what: "the page's workers, heads of the socket", count: 1, bytes: rest }]
  const width = Math.max(...all.map(({ what }) => what.length))
  const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(8)
  return [
    `${'on the wire until the map is idle'.padEnd(width)}      n       kB`,
    ...all.map(
      ({ what, count, bytes }) =>
        `${what.padEnd(width)}  ${String(count).padStart(5)} ${kb(bytes)}`,
    ),
    `${'in all'.padEnd(width)}        ${kb(total)}`,
  ]
}
