// One address for consoles that take one another's place: requests and sockets go to the one that stands there now.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { withoutBase } from '../../../console/server/proxy.ts'
import { type ConsoleServer, listenOnFree } from '../../../console/server/server.ts'
import { realClock, sleep } from '../../../infra/clock.ts'

/** As a console does that listens by itself. */
const REQUEST_TIMEOUT_MS = 10_000
const CONNECTION_TIMEOUT_MS = 30_000
/** Node's own 5 s end connections that a caller, kept waiting by other work, is about to use again. */
const KEEP_ALIVE_MS = 72_000
/** A run that cannot be read is reported by the console itself. */
const PATIENCE_MS = 2_000
const LOOK_MS = 5
/** Under it, seen from the first one's address, a second console stands. */
export const BESIDE = 'b'

export class FrontServer {
  readonly #server: Server
  readonly #basePath: string
  #shown: ConsoleServer[] = []
  #port = 0

  /** `basePath`: the public path of the page. */
  constructor(basePath = '') {
    this.#basePath = basePath
    this.#server = createServer({
      ...{ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    })
    this.#server.setTimeout(CONNECTION_TIMEOUT_MS)
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#asked(request).app.server.emit('request', request, response),
    )
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#asked(request).app.server.emit('upgrade', request, socket, head)
    })
  }

  /** Listens on `port` or the next free one, for `first`; resolves with the address to open. */
  async listen(
    host: string,
    port: number | undefined,
    ...first: [ConsoleServer, ConsoleServer?]
  ): Promise<string> {
    this.#shown = first.filter((console) => console !== undefined)
    await areRead(this.#shown)
    await listenOnFree(host, port, (candidate) => this.#listenOn(host, candidate))
    this.#port = (this.#server.address() as AddressInfo).port
    await this.#stand(this.#shown)
    return first[0].url
  }

  /**
   * `next` answers, and `second` beside it, as soon as they have read their run: those before know theirs, and whoever asks
   * in between needs no refusal. Pages of those before dial again.
   */
  async show(next: ConsoleServer, second?: ConsoleServer): Promise<void> {
    const shown = second ? [next, second] : [next]
    await Promise.all([this.#stand(shown), areRead(shown)])
    const old = this.#shown
    this.#shown = shown
    await Promise.all(old.map((console) => console.close(true)))
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.all(this.#shown.map((console) => console.close()))
    this.#server.closeAllConnections()
    await closed
  }

  /** The console that a request is for; it sees the address as if it stood alone. */
  #asked(request: IncomingMessage): ConsoleServer {
    const [first, second] = this.#shown
    const path = withoutBase(request.url ?? '/', this.#basePath)
    if (!second || !path.startsWith(`/${BESIDE}/`)) return first
    request.url = path.slice(BESIDE.length + 1)
    return second
  }

  async #stand(shown: ConsoleServer[]): Promise<void> {
    await Promise.all(shown.map((console) => console.standBehind(this.#port)))
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

async function areRead(shown: ConsoleServer[]): Promise<void> {
  const until = realClock.now() + PATIENCE_MS
  const all = () => shown.every((console) => console.hasRun())
  while (!all() && realClock.now() < until) await sleep(realClock, LOOK_MS)
}
