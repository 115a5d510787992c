// The socket `/live`: hello, snapshot, deltas on arrival, readings twice a second, events as they happen.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../../infra/clock.ts'
import { type Capability, type RunView, type ServerMessage, SUBPROTOCOL } from '../../messages.ts'
import type { ConsoleCommands } from '../commands/commands.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { ServerLimits } from '../options.ts'
import { clientAddress, type Trust } from '../proxy.ts'
import type { Security } from '../security.ts'
import type { EventTrace } from '../state/listener.ts'
import type { ShownRun } from '../state/run.ts'
import type { Snapshot } from '../state/snapshot.ts'
import { createAggregator } from './aggregate.ts'
import {
  closeReason,
  createAllowance,
  MAX_MESSAGE_BYTES,
  readClientMessage,
} from './client-message.ts'
import { createDirtySet, type DirtySet } from './dirty-set.ts'
import { createLiveClient, type LiveClient } from './live-client.ts'
import { createLiveEncoder, olderOf } from './live-encoder.ts'
import { endWith, refusalOf, STOPPING } from './upgrade.ts'

const FRAME_MS = 100
const AGGREGATE_MS = 500
const PING_MS = 15_000
const MAX_MISSED = 2
const CLOSE_WAIT_MS = 1_000
const GOING_AWAY = 1001
const POLICY = 1008
const INTERNAL = 1011

export type Live = ReturnType<typeof createLive>
export type LiveContext = {
  snapshot: Snapshot
  commands: ConsoleCommands
  security: Security
  clock: Clock
  logger: FastifyBaseLogger
  metrics: ConsoleMetrics
  limits: ServerLimits
  version: string
  view(run: ShownRun): RunView
  trust: Trust
  basePath: string
  /** What is listed in hello. */
  capabilities: Capability[]
}

export function createLive(context: LiveContext) {
  const { snapshot, commands, security, clock, logger, metrics, limits, version, view } = context
  const clients = new Set<LiveClient>()
  const encoder = createLiveEncoder(snapshot.current, clock)
  const aggregator = createAggregator(clock, () => clients.size)
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  let pending: DirtySet | null = null
  let pendingTracer: EventTrace | null = null
  let flushedAt = Number.NEGATIVE_INFINITY
  let cancelFlush: (() => void) | null = null
  let closing = false
  const cancelAggregate = repeat(clock, AGGREGATE_MS, aggregate)
  const cancelPing = repeat(clock, PING_MS, ping)

  snapshot.listen({
    run: () => {
      cancelFlush?.()
      cancelFlush = null
      const run = snapshot.current()
      pending = run ? createDirtySet(run.map.size) : null
      pendingTracer = null
      encoder.changed()
      for (const client of clients) greet(client)
    },
    clock: () => aggregate(true),
    loss: () => aggregate(true),
    frame(numbers, tracer) {
      encoder.changed()
      if (clients.size === 0) return
      pending?.mark(numbers)
      pendingTracer = olderOf(pendingTracer, tracer)
      const wait = Math.max(0, flushedAt + FRAME_MS - clock.now())
      cancelFlush ??= clock.schedule(wait, flush)
    },
    alert: (alert) => toAll({ op: 'event', kind: 'alert', alert }),
    incident: (incident) => toAll({ op: 'event', kind: 'incident', incident }),
    commandResult: ({ id, ok, error, effectiveAt }) =>
      toAll({ op: 'event', kind: 'command-result', id, ok, error, effectiveAt }),
  })

  function toAll(message: ServerMessage): void {
    const text = JSON.stringify(message)
    for (const client of clients) client.send('event', text)
  }

  /** Hello and snapshot; before there is a run the client simply waits for it. */
  function greet(client: LiveClient): void {
    const run = snapshot.current()
    if (!run) return
    const { epoch } = run
    const hello: ServerMessage = {
      op: 'hello',
      version,
      epoch,
      run: view(run),
      serverTime: clock.now(),
      capabilities: context.capabilities,
    }
    client.send('hello', JSON.stringify(hello))
    client.reset(run.map.size)
  }

  function flush(): void {
    cancelFlush = null
    flushedAt = clock.now()
    const numbers = pending?.drain()
    const tracer = pendingTracer
    pendingTracer = null
    if (!numbers || numbers.length === 0) return
    let encoded: ReturnType<typeof encoder.delta> | null = null
    const shared = () => {
      encoded ??= encoder.delta(numbers, tracer)
      return encoded
    }
    for (const client of clients) client.onDelta(numbers, tracer, shared)
  }

  /** `now` = at once for everybody, because the presenter just did something. */
  function aggregate(now = false): void {
    const run = snapshot.current()
    if (!run) return
    aggregator.sample(run)
    if (clients.size === 0) return
    const message = aggregator.messages(run)
    const time = clock.now()
    for (const client of clients) {
      if (!now && !client.wantsAggregate(time, AGGREGATE_MS)) continue
      client.send('agg', message(client.readingsVersion))
      client.readingsVersion = run.readings.version()
      client.aggregateAt = time
    }
  }

  function ping(): void {
    for (const client of clients) {
      if (client.missed >= MAX_MISSED) client.cut('silent')
      else {
        client.missed++
        client.socket.ping()
      }
    }
  }

  function admit(socket: WebSocket, address: string): void {
    const { maxBufferedBytes, messagesPerSecond } = limits
    const client = createLiveClient({ socket, address, clock, encoder, metrics, maxBufferedBytes })
    const allowed = createAllowance(messagesPerSecond, clock.now)
    clients.add(client)
    metrics.clients.set(clients.size)
    socket.on('pong', () => {
      client.missed = 0
    })
    socket.on('error', (error) => logger.debug({ address, err: error }, 'socket error'))
    socket.on('close', () => {
      client.stop()
      clients.delete(client)
      metrics.clients.set(clients.size)
    })
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return
      try {
        const problem = allowed()
          ? isBinary
            ? 'message: binary, expected JSON text'
            : hear(client, data as Buffer)
          : `messages: more than ${messagesPerSecond} per second; send fewer`
        if (problem !== null) end(client, 'policy', POLICY, problem)
      } catch (error) {
        // One client's message is that client's affair: the others, and the process, go on.
        logger.error({ address, err: error }, 'a message on the socket failed')
        end(client, 'failed', INTERNAL, 'message: the server failed; its log says why')
      }
    })
    greet(client)
  }

  function end({ socket }: LiveClient, reason: string, code: number, text: string): void {
    metrics.cut.inc({ reason })
    socket.close(code, closeReason(text))
  }

  function hear(client: LiveClient, bytes: Buffer): string | null {
    const read = readClientMessage(bytes)
    if ('problem' in read) return read.problem
    const { message } = read
    if (message.op === 'ack') client.onAck(message.seq)
    else if (message.op === 'subscribe') client.onSubscribe(message.maxHz, message.frames)
    else {
      const { op: _op, ...command } = message
      commands.submit(command, 'console').then(
        ({ status: _status, ...result }) => {
          client.send('result', JSON.stringify({ op: 'result', ...result }))
        },
        (error: unknown) => logger.error({ err: error }, 'command failed'),
      )
    }
    return null
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (error) => logger.debug({ err: error }, 'upgrade failed'))
    const address = clientAddress(request, context.trust)
    try {
      const { basePath } = context
      const door = { security, limits, clients, address, basePath }
      const refusal = closing ? STOPPING : refusalOf(request, door)
      if (refusal === null) {
        sockets.handleUpgrade(request, socket, head, (opened) => admit(opened, address))
        return
      }
      metrics.refused.inc({ reason: refusal.reason })
      logger.warn({ address, reason: refusal.reason }, refusal.message)
      endWith(socket, refusal)
    } catch (error) {
      logger.error({ address, err: error }, 'an upgrade failed')
      socket.destroy()
    }
  }

  return {
    attach: (server: Server) => server.on('upgrade', upgrade),
    clients: () => clients.size,
    clientViews: () => [...clients].map((client) => client.view()),
    /** One message to every page. */
    tell: toAll,
    health: (run: ShownRun) => aggregator.health(run),
    /** Says goodbye (1001) to everybody and cuts who does not answer within a second. */
    async close(): Promise<void> {
      closing = true
      cancelAggregate()
      cancelPing()
      cancelFlush?.()
      const gone = [...clients].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      )
      for (const { socket } of clients) socket.close(GOING_AWAY, 'server is stopping')
      const cancel = clock.schedule(CLOSE_WAIT_MS, () => {
        for (const { socket } of clients) socket.terminate()
      })
      await Promise.all(gone)
      cancel()
    },
  }
}

/** Runs `task` every `ms` until cancelled. */
function repeat(clock: Clock, ms: number, task: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = clock.schedule(ms, () => {
      again()
      task()
    })
  }
  again()
  return () => cancel()
}
