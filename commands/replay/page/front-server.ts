// One address for consoles that take one another's place: requests and sockets go to the one that stands there now.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConsoleServer, listenOnFree } from '../../../console/server/server.ts'

/** As a console does that listens by itself. */
const REQUEST_TIMEOUT_MS = 10_000
const CONNECTION_TIMEOUT_MS = 30_000
/** Node's own 5 s end connections that a caller, kept waiting by other work, is about to use again. */
const KEEP_ALIVE_MS = 72_000

export class FrontServer {
  readonly #server: Server
  #shown: ConsoleServer | null = null
  #port = 0

  constructor() {
    this.#server = createServer({
      ...{ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    })
    this.#server.setTimeout(CONNECTION_TIMEOUT_MS)
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#shown!.app.server.emit('request', request, response),
    )
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#shown!.app.server.emit('upgrade', request, socket, head)
    })
  }

  /** Listens on `port` or the next free one, for `first`; resolves with the address to open. */
  async listen(host: string, port: number | undefined, first: ConsoleServer): Promise<string> {
    await listenOnFree(host, port, (candidate) => this.#listenOn(host, candidate))
    this.#port = (this.#server.address() as AddressInfo).port
    await this.show(first)
    return first.url
  }

  /** From now on `next` answers; pages of the one before dial again. */
  async show(next: ConsoleServer): Promise<void> {
    await next.standBehind(this.#port)
    const old = this.#shown
    this.#shown = next
    await old?.close(true)
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await this.#shown?.close()
    this.#server.closeAllConnections()
    await closed
  }

  #listenOn(host: string, port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen({ host, port }, () => {
      this.#server.off('error', reject)
      resolve()
    })
    return promise
  }
}
