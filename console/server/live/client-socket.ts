// One page's socket: counts what is sent, and cuts a page that costs more memory than it may or answers no pings.
import type { WebSocket } from 'ws'
import { REPLACED } from '../../messages.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import { closeReason } from './client-message.ts'

/** Pings without an answer before the page counts as gone. */
const MAX_MISSED = 2
/** WebSocket's close codes (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001
export const POLICY = 1008
export const INTERNAL = 1011

export type SocketLimits = { metrics: ConsoleMetrics; maxBufferedBytes: number }

export class ClientSocket {
  readonly address: string
  readonly #socket: WebSocket
  readonly #metrics: ConsoleMetrics
  readonly #maxBufferedBytes: number
  #missed = 0

  constructor(socket: WebSocket, address: string, { metrics, maxBufferedBytes }: SocketLimits) {
    this.#socket = socket
    this.address = address
    this.#metrics = metrics
    this.#maxBufferedBytes = maxBufferedBytes
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(kind: string, data: string | Uint8Array): void {
    if (!this.isOpen) return
    this.#metrics.sent.inc({ kind })
    this.#metrics.sentBytes.inc({ kind }, Buffer.byteLength(data))
    this.#socket.send(data)
    if (this.#socket.bufferedAmount > this.#maxBufferedBytes) this.#cut('too-slow')
  }

  /** Asks whether anybody is there; cuts a page that did not answer before. */
  ping(): void {
    if (this.#missed >= MAX_MISSED) this.#cut('silent')
    else {
      this.#missed++
      this.#socket.ping()
    }
  }

  answered(): void {
    this.#missed = 0
  }

  /** Closes it with a reason for the page, as much of it as fits into a close frame. */
  end(reason: string, code: number, text: string): void {
    this.#metrics.cut.inc({ reason })
    this.#socket.close(code, closeReason(text))
  }

  /** Says goodbye, or that another server is in this one's place; resolves when the page has answered or was terminated. */
  goodbye(isReplaced: boolean): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    if (isReplaced) this.#socket.close(REPLACED, 'server was replaced')
    else this.#socket.close(GOING_AWAY, 'server is stopping')
    return closed
  }

  terminate(): void {
    this.#socket.terminate()
  }

  #cut(reason: string): void {
    this.#metrics.cut.inc({ reason })
    this.#socket.terminate()
  }
}
