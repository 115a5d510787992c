// The socket `/live`: hello, snapshot, deltas on arrival, readings twice a second, events as they happen.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../../infra/clock.ts'
import {
  type HealthView,
  type RunView,
  type ServerMessage,
  type ServerOffer,
  SUBPROTOCOL,
} from '../../messages.ts'
import type { ConsoleCommands } from '../commands/commands.ts'
import type { Presentation } from '../commands/stage.ts'
import type { ConsoleMetrics } from '../metrics.ts'
import type { ServerLimits } from '../options.ts'
import { clientAddress, type Trust } from '../proxy.ts'
import type { Security } from '../security.ts'
import type { ShownRun } from '../state/run.ts'
import type { Snapshot } from '../state/snapshot.ts'
import { alertViews } from '../views/alerts.ts'
import { AGGREGATE_MS, AggregateBroadcast } from './aggregate-broadcast.ts'
import { MAX_MESSAGE_BYTES } from './client-message.ts'
import { ClientSocket } from './client-socket.ts'
import { FrameBroadcast } from './frame-broadcast.ts'
import { Inbox } from './inbox.ts'
import { LiveClient } from './live-client.ts'
import { LiveClients } from './live-clients.ts'
import { LiveEncoder } from './live-encoder.ts'
import { SharedText } from './packing.ts'
import { endWith, isPackedAsked, refusalOf, STOPPING } from './upgrade.ts'

const PING_MS = 15_000
/** So often it is asked which assets are abnormal together. */
const LOOK_MS = 2_000
/** A cue that the clock reached is shown within this. */
const STAGE_MS = 250
const CLOSE_WAIT_MS = 1_000
/** Pages that come together get the same greeting: what changes in it by itself follows in the next `agg`. */
const HELLO_MS = 1_000

export type LiveContext = {
  snapshot: Snapshot
  commands: ConsoleCommands
  stage: Presentation
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
  capabilities: ServerOffer[]
}

export class Live {
  readonly #context: LiveContext
  readonly #clients: LiveClients
  readonly #encoder: LiveEncoder
  readonly #frames: FrameBroadcast
  readonly #aggregates: AggregateBroadcast
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  readonly #cancels: (() => void)[]
  #hello: { key: string; at: number; text: SharedText } | null = null
  #isClosing = false

  constructor(context: LiveContext) {
    const { snapshot, clock, metrics } = context
    this.#context = context
    this.#clients = new LiveClients(metrics)
    this.#encoder = new LiveEncoder(() => snapshot.current(), clock)
    this.#frames = new FrameBroadcast(this.#clients, this.#encoder, clock)
    this.#aggregates = new AggregateBroadcast(this.#clients, () => snapshot.current(), clock)
    this.#cancels = [
      repeat(clock, AGGREGATE_MS, () => this.#aggregates.send()),
      repeat(clock, LOOK_MS, () => {
        for (const finding of snapshot.current()?.findings.look() ?? []) {
          this.publish({ op: 'event', kind: 'finding', finding })
        }
      }),
      repeat(clock, STAGE_MS, () => context.stage.follow()),
      repeat(clock, PING_MS, () => {
        for (const { socket } of this.#clients) socket.ping()
      }),
    ]
    this.#follow(snapshot)
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  clientViews(): ReturnType<LiveClient['view']>[] {
    return [...this.#clients].map((client) => client.view())
  }

  /** One message to every page. */
  publish(message: ServerMessage): void {
    this.#clients.sendAll('event', JSON.stringify(message))
  }

  health(run: ShownRun): HealthView {
    return this.#aggregates.health(run)
  }

  /** Says goodbye (1001, or 4000 where another server takes over) to everybody and cuts who does not answer within a second. */
  async close(isReplaced = false): Promise<void> {
    this.#isClosing = true
    for (const cancel of this.#cancels) cancel()
    this.#frames.stop()
    const gone = [...this.#clients].map(({ socket }) => socket.goodbye(isReplaced))
    const cancel = this.#context.clock.schedule(CLOSE_WAIT_MS, () => {
      for (const { socket } of this.#clients) socket.terminate()
    })
    await Promise.all(gone)
    cancel()
  }

  #follow(snapshot: Snapshot): void {
    snapshot.listen({
      run: () => {
        this.#frames.reset(snapshot.current()?.map.size ?? null)
        for (const client of this.#clients) this.#greet(client)
      },
      clock: () => this.#aggregates.send(true),
      loss: () => this.#aggregates.send(true),
      frame: (numbers, oldest) => this.#frames.onFrame(numbers, oldest),
      alert: ({ id }) => {
        const run = snapshot.current()
        const alert = run && alertViews(run).find((view) => view.id === id)
        if (alert) this.publish({ op: 'event', kind: 'alert', alert })
      },
      incident: (incident) => this.publish({ op: 'event', kind: 'incident', incident }),
      commandResult: ({ id, ok, error, effectiveAt }) =>
        this.publish({ op: 'event', kind: 'command-result', id, ok, error, effectiveAt }),
    })
  }

  /** Hello and snapshot; before there is a run the client simply waits for it. */
  #greet(client: LiveClient): void {
    const run = this.#context.snapshot.current()
    if (!run) return
    client.socket.send('hello', this.#helloOf(run).for(client.isPacked))
    client.reset(run.map.size)
  }

  #helloOf(run: ShownRun): SharedText {
    const { clock, version, capabilities, stage, view } = this.#context
    const now = clock.now()
    const { status } = run.clock.view(now)
    const key = JSON.stringify([run.epoch, run.source.engine, status, stage.view()])
    if (this.#hello?.key === key && now - this.#hello.at < HELLO_MS) return this.#hello.text
    const hello: ServerMessage = {
      op: 'hello',
      version,
      epoch: run.epoch,
      run: view(run),
      serverTime: now,
      capabilities,
      stage: stage.view(),
    }
    this.#hello = { key, at: now, text: new SharedText(JSON.stringify(hello)) }
    return this.#hello.text
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { security, limits, logger, metrics, trust, basePath } = this.#context
    socket.on('error', (error) => logger.debug({ err: error }, 'upgrade failed'))
    const address = clientAddress(request, trust)
    try {
      const door = { security, limits, clients: this.#clients, address, basePath }
      const refusal = this.#isClosing ? STOPPING : refusalOf(request, door)
      if (refusal === null) {
        this.#sockets.handleUpgrade(request, socket, head, (opened) =>
          this.#admit(opened, address, isPackedAsked(request)),
        )
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

  #admit(opened: WebSocket, address: string, isPacked: boolean): void {
    const { clock, commands, stage, logger, metrics, limits } = this.#context
    const { maxBufferedBytes, messagesPerSecond } = limits
    const socket = new ClientSocket(opened, address, { metrics, maxBufferedBytes })
    const client = new LiveClient({ socket, clock, encoder: this.#encoder, metrics, isPacked })
    const inbox = new Inbox(client, { commands, stage, clock, logger, messagesPerSecond })
    this.#clients.add(client)
    opened.on('pong', () => socket.answered())
    opened.on('error', (error) => logger.debug({ address, err: error }, 'socket error'))
    opened.on('close', () => this.#clients.remove(client))
    opened.on('message', (data, isBinary) => inbox.take(data as Buffer, isBinary))
    this.#greet(client)
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
