// The console server as one thing: snapshot, socket and REST over an event log, listening on a free port.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { listenProblem } from '../../infra/program/system-error.ts'
import { version } from '../../infra/version.ts'
import { buildApp } from './app.ts'
import { createCommands } from './commands/commands.ts'
import { createDemo } from './commands/demo.ts'
import type { AppContext } from './context.ts'
import { httpError } from './errors.ts'
import { Live } from './live/live.ts'
import { createLatestEvents } from './lookup/latest-event.ts'
import { createLineage } from './lookup/lineage.ts'
import { createReverseScan } from './lookup/reverse-scan.ts'
import { createConsoleMetrics } from './metrics.ts'
import { type ConsoleOptions, DEFAULT_LIMITS } from './options.ts'
import { trustOf } from './proxy.ts'
import { reasonsOf } from './routes/operations.ts'
import { createSecurity } from './security.ts'
import { startReader } from './state/feed/reader.ts'
import { runView, type ShownRun } from './state/run.ts'
import { Snapshot } from './state/snapshot.ts'
import { createEngine } from './views/engine.ts'
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
  /** The same address; empty before `listen`. */
  readonly url: string
  /** Stops accepting, says goodbye to sockets (1001) and stops reading; takes at most about 3 s. */
  close(): Promise<void>
}

/**
 * Starts to read the log at once; nothing listens before `listen()`. Throws a Problem when the address is open to others
 * and no token guards it: `host` other than loopback needs `token` (16 characters or more), because whoever reaches the
 * server can command the run; where a container engine publishes the port, `published` is looked at instead. With a token, HTTP callers send `Authorization: Bearer <token>`; a page gets a one-time ticket
 * from `POST /api/ticket` and opens `/live?ticket=…`, so that the token never stands in a URL. The server speaks plain HTTP;
 * put TLS before it and name the public origin in `origins`.
 */
export async function createConsoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const { log, clock, topics, logger, token, origins, published } = options
  const host = options.host === 'localhost' ? '127.0.0.1' : (options.host ?? '127.0.0.1')
  const security = createSecurity({ host, token, origins, published, clock })
  const trust = trustOf(options.trustProxy)
  const basePath = options.basePath ?? ''
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const metrics = createConsoleMetrics(options.metrics)
  const ignored = options.ignored ?? createIgnoredRecords({ clock, logger })
  const snapshot = new Snapshot({ ...options, logger, metrics, ignored })
  const allowed = options.commands ?? true
  const commands = createCommands({ log, clock, topic: topics.command, snapshot, metrics, allowed })
  const view = (run: ShownRun) => runView(run, clock.now(), options)
  const demo = createDemo({
    controls: options.demo ?? {},
    clock,
    sim: () => snapshot.current()?.clock.horizonMs() ?? 0,
    tell: (happening) => live.publish({ op: 'event', kind: 'demo', happening }),
  })
  const { capabilities } = demo
  const live = new Live({
    ...{
      snapshot,
      commands,
      security,
      clock,
      logger,
      metrics,
      limits,
      version,
      view,
      capabilities,
      ...{ trust, basePath },
    },
  })
  const reader = startReader({ log, clock, logger, metrics }, topics, snapshot)
  const reverseScan = createReverseScan({ log, clock })
  const engine = createEngine({
    ...{ log, clock, topics, stalls: options.stalls },
    clients: () => live.clientViews(),
    problems: reader.problems,
    ignored: ignored.list,
  })
  const context: AppContext = {
    ...{ options, limits, version, snapshot, reader, commands, live, security, metrics },
    ...{ engine, demo, trust },
    latestEvents: createLatestEvents({ reverseScan, topics }),
    lineage: createLineage({ reverseScan, topics }),
    publicUrl({ host, protocol, headers }) {
      // What a trusted proxy forwards counts where it is a name of ours; a client may have written it.
      const name = security.isOwnHost(host) ? host : (headers.host ?? '')
      return `${security.originOf(name) ?? `${protocol}://${name}`}${basePath}`
    },
    run() {
      const run = snapshot.current()
      if (run) return run
      throw httpError(503, 'no-run', snapshot.problem() ?? 'run: none')
    },
  }
  watchRun(options.metrics, snapshot, clock, () => reasonsOf(context).length === 0)
  const app = await buildApp(context)
  live.attach(app.server)
  let url = ''

  return {
    app,
    get url() {
      return url
    },
    async listen() {
      const port = await listenFrom(app, host, options.port ?? DEFAULT_PORT)
      security.listensOn(port)
      const own = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
      const shown = published ?? { host: own, port }
      const name = shown.host.includes(':') ? `[${shown.host}]` : shown.host
      url = `http://${name}:${shown.port}${basePath}`
      return url
    },
    async close() {
      let cancel = () => {}
      const late = new Promise<void>((resolve) => {
        cancel = clock.schedule(CLOSE_MS, () => {
          logger.warn('console server did not stop in time')
          resolve()
        })
      })
      engine.close()
      const stopping = live.close().then(() => Promise.all([app.close(), reader.close()]))
      await Promise.race([stopping, late])
      cancel()
    },
  }
}

/** Listens on `port` or the next free one; returns the port. */
async function listenFrom(app: FastifyInstance, host: string, port: number): Promise<number> {
  const last = port === 0 ? 0 : Math.min(65_535, port + MORE_PORTS)
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      await app.listen({ host, port: candidate, listenTextResolver: () => 'console listens' })
      return (app.server.address() as AddressInfo).port
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken) throw listenProblem(error, `--port ${candidate} on --host ${host}`)
    }
  }
  const got = `${port} to ${last} are all taken`
  throw new Problem(problemText('console port', got, 'a free one', 'give --port another number'))
}
