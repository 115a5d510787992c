// The console server as one thing: snapshot, socket and REST over an event log, listening on a free port.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem, problemText } from '../../infra/problem.ts'
import { listenProblem } from '../../infra/program/system-error.ts'
import type { StageMessage } from '../messages.ts'
import { buildApp } from './app.ts'
import { assemble, hostOf } from './assembly.ts'
import type { AppContext } from './context.ts'
import type { ConsoleOptions } from './options.ts'
import { reasonsOf } from './routes/operations.ts'
import { watchRun } from './views/run-metrics.ts'

export type { ConsoleOptions } from './options.ts'

const DEFAULT_PORT = 8080
const MORE_PORTS = 20
const CLOSE_MS = 3_000

export type ConsoleServer = {
  /** The application, for requests without a socket. */
  app: FastifyInstance
  /** Starts to listen; resolves with the address to open, e.g. `http://127.0.0.1:8080`. */
  listen(): Promise<string>
  /** In place of it: requests and upgrades to this port will be handed on to `app.server` as events. */
  standBehind(port: number): Promise<void>
  /** From now on no command is taken here, and those that wait for their answer get this one. */
  refuseCommands(why: string): void
  /** As if a page had sent it: it was sent to the server that stood here before. */
  present(order: StageMessage): void
  /** Tells those who present what went wrong on the way to where the city was sent. */
  tellPresenter(problem: string): void
  /** It has read which run there is, and reads on. */
  hasRun(): boolean
  /** The same address; empty before. */
  readonly url: string
  /**
   * Stops accepting, says goodbye to sockets (1001; 4000 where another server takes over) and stops
   * reading; takes at most about 3 s.
   */
  close(isReplaced?: boolean): Promise<void>
}

/**
 * Starts to read the log at once; nothing listens before `listen()`. Throws a Problem when the address is open to others
 * and no token guards it: `host` other than loopback needs `token` (16 characters or more), because whoever reaches the
 * server can command the run; where a container engine publishes the port, `published` is looked at instead. With a token, HTTP callers send `Authorization: Bearer <token>`; a page gets a one-time ticket
 * from `POST /api/ticket` and opens `/live?ticket=…`, so that the token never stands in a URL. The server speaks plain HTTP;
 * put TLS before it and name the public origin in `origins`.
 */
export async function createConsoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const context = assemble(options)
  const { snapshot, live } = context
  watchRun(options.metrics, snapshot, options.clock, () => reasonsOf(context).length === 0)
  const app = await buildApp(context)
  live.attach(app.server)
  return new AssembledServer(app, context)
}

class AssembledServer implements ConsoleServer {
  readonly app: FastifyInstance
  readonly #context: AppContext
  #url = ''

  constructor(app: FastifyInstance, context: AppContext) {
    this.app = app
    this.#context = context
  }

  get url(): string {
    return this.#url
  }

  async listen(): Promise<string> {
    const { options } = this.#context
    const host = hostOf(options)
    await listenOnFree(host, options.port, async (port) => {
      await this.app.listen({ host, port, listenTextResolver: () => 'console listens' })
    })
    return this.#standsAt((this.app.server.address() as AddressInfo).port)
  }

  refuseCommands(why: string): void {
    this.#context.commands.refuse(why)
  }

  present(order: StageMessage): void {
    this.#context.stage.take(order)
  }

  tellPresenter(problem: string): void {
    this.#context.stage.say(problem)
  }

  hasRun(): boolean {
    const { snapshot, reader } = this.#context
    return snapshot.current() !== null && reader.problems().length === 0
  }

  async standBehind(port: number): Promise<void> {
    await this.app.ready()
    this.#standsAt(port)
  }

  #standsAt(port: number): string {
    const { options, security } = this.#context
    const host = hostOf(options)
    security.listensOn(port)
    const own = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
    const shown = options.published ?? { host: own, port }
    const name = shown.host.includes(':') ? `[${shown.host}]` : shown.host
    this.#url = `http://${name}:${shown.port}${options.basePath ?? ''}`
    return this.#url
  }

  async close(isReplaced = false): Promise<void> {
    const { options, engine, live, reader, itemBook } = this.#context
    let cancel = () => {}
    const late = new Promise<void>((resolve) => {
      cancel = options.clock.schedule(CLOSE_MS, () => {
        options.logger.warn('console server did not stop in time')
        resolve()
      })
    })
    engine.close()
    const rest = () => Promise.all([this.app.close(), reader.close(), itemBook.close()])
    const stopping = live.close(isReplaced).then(rest)
    await Promise.race([stopping, late])
    cancel()
  }
}

/** Calls `listen` with `port` or the next free one. */
export async function listenOnFree(
  host: string,
  port = DEFAULT_PORT,
  listen: (port: number) => Promise<void>,
): Promise<void> {
  const last = port === 0 ? 0 : Math.min(65_535, port + MORE_PORTS)
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return await listen(candidate)
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken) throw listenProblem(error, `--port ${candidate} on --host ${host}`)
    }
  }
  const got = `${port} to ${last} are all taken`
  throw new Problem(problemText('console port', got, 'a free one', 'give --port another number'))
}
