// Development tool: serves the built page with invented data in the contract's shapes. It proves nothing about a city.
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  type Alert,
  type Capability,
  type ClientMessage,
  type ClockView,
  encodeState,
  type LedgerView,
  OP_DELTA,
  OP_SNAPSHOT,
  type OpeningView,
  type RunView,
  type ServerMessage,
  SUBPROTOCOL,
} from '../../console/messages.ts'
import { mockAlerts } from './alerts.ts'
import { mockAsset } from './asset.ts'
import { mockCatalogue, mockCity, mulberry } from './city.ts'
import { MOCK_COUNTS, MOCK_DECLARATIONS } from './declarations.ts'
import { createMockProof } from './proof.ts'
import { MOCK_NOTICE, MOCK_TARGETS, MOCK_UNITS, mockReadings } from './readings.ts'

const DIST = fileURLToPath(new URL('../../console/web/dist/', import.meta.url))
const START = Date.parse('2025-06-18T08:30:00.000Z')
const WINDOW_MS = 60_000
const DAY_MS = 86_400_000
const FRAME_MS = 250
const AGG_MS = 500
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
/** The policy of the real server, so that a violation shows here first. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

export type MockOptions = {
  port?: number
  /** Folder of a city whose shape to draw, e.g. seeds/<city>. */
  city?: string
  /** Assets relative to the full mock city. */
  scale?: number
  /** Never sends a number, as in the first seconds of a run. */
  cold?: boolean
  /** The asset of a lost event stays silent, so that it cannot be named, until `report` is called. */
  silentLosses?: boolean
}

export type Failure = { status: number; headers?: Record<string, string> }

export type RunningMock = {
  url: string
  dropAll(): void
  report(): void
  /** The next reads of this path fail, one after the other. */
  fail(path: string, ...failures: Failure[]): void
  /** Sockets get this binary message after their snapshot. */
  sayToAll(bytes: Uint8Array): void
  close(): Promise<void>
}

export async function startMock(options: MockOptions = {}): Promise<RunningMock> {
  const city = mockCity(options.city)
  const counts = Object.fromEntries(
    Object.entries(MOCK_COUNTS).map(([d, n]) => [
      d,
      Math.max(1, Math.round(n * (options.scale ?? 1))),
    ]),
  )
  const catalogue = mockCatalogue(city, counts, (d) => MOCK_DECLARATIONS[d].cityWide)
  const world = createWorld(city.scopes, catalogue, options.cold ?? false)
  let reports = options.silentLosses !== true
  const proof = createMockProof({
    epoch: () => world.runView().epoch,
    domains: catalogue.domains,
    districts: city.scopes.map((s) => s.code),
    sim: world.sim,
    reports: () => reports,
    start: START,
    windowMs: WINDOW_MS,
    publish(happening) {
      for (const socket of clients.keys()) say(socket, { op: 'event', kind: 'demo', happening })
    },
  })
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://mock').pathname)
    void answer(path, response, new URL(request.url ?? '/', 'http://mock').searchParams)
  })
  const sockets = new WebSocketServer({ server, path: '/live', handleProtocols: () => SUBPROTOCOL })

  async function answer(
    path: string,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> {
    response.setHeader('content-security-policy', POLICY)
    const failure = failures.get(path)?.shift()
    if (failure) {
      response.writeHead(failure.status, failure.headers).end('{}')
      return
    }
    const json = (value: unknown) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(value))
    }
    if (path === '/api/run') return json(world.runView())
    if (path === '/api/city') return json(city.view)
    if (path === '/api/twin') return json([])
    if (path === '/api/opening') {
      return json({ ...world.opening(), happenings: proof.happenings })
    }
    const known = proof.answer(path, query, { kpis: world.kpis, clients: clients.size })
    if (known !== undefined) return json(known)
    if (path.startsWith('/api/catalogue/')) {
      response.setHeader('x-domains', catalogue.domains.join(','))
      response.end(catalogue.bytes)
      return
    }
    const history = /^\/api\/kpis\/([^/]+)\/history$/.exec(path)
    if (history) return json(world.history(history[1]))
    const asset = /^\/api\/assets\/(\d+)$/.exec(path)
    if (asset) return json(world.asset(Number(asset[1])))
    const file = normalize(join(DIST, path === '/' ? 'index.html' : path))
    try {
      const bytes = await readFile(file)
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
      response.end(bytes)
    } catch {
      response.statusCode = 404
      response.end(`no ${path}`)
    }
  }

  const failures = new Map<string, Failure[]>()
  const clients = new Map<WebSocket, { seq: number; acked: number; frames: boolean }>()
  const say = (socket: WebSocket, message: ServerMessage) => socket.send(JSON.stringify(message))
  sockets.on('connection', (socket) => {
    const client = { seq: 0, acked: 0, frames: true }
    clients.set(socket, client)
    const run = world.runView()
    const { epoch } = run
    const capabilities: Capability[] = ['steal', 'kill']
    const serverTime = Date.now()
    say(socket, { op: 'hello', version: 'mock', epoch, run, serverTime, capabilities })
    say(socket, world.agg(clients.size, proof.broken()))
    socket.send(world.snapshot(client.seq))
    socket.on('close', () => clients.delete(socket))
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ClientMessage
      if (message.op === 'ack') client.acked = message.seq
      else if (message.op === 'subscribe') client.frames = message.frames
      else {
        say(socket, { op: 'result', id: message.id, ok: true })
        world.command(message.name, message.args)
        if (message.target) {
          say(socket, { op: 'event', kind: 'command-result', id: message.id, ok: true })
        }
      }
    })
  })

  const frames = setInterval(() => {
    const delta = world.step(FRAME_MS)
    if (!delta) return
    for (const [socket, client] of clients) {
      if (!client.frames || client.seq - client.acked >= 2) continue
      client.seq++
      const forwarded = Date.now()
      const times = { sent: forwarded - 260, told: forwarded - 60, forwarded }
      socket.send(encodeState({ ...delta, seq: client.seq, times }))
    }
  }, FRAME_MS)
  const aggs = setInterval(() => {
    const message = JSON.stringify(world.agg(clients.size, proof.broken()))
    for (const socket of clients.keys()) socket.send(message)
  }, AGG_MS)

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    dropAll() {
      for (const socket of clients.keys()) socket.terminate()
    },
    report() {
      reports = true
    },
    fail: (path, ...list) => void failures.set(path, list),
    sayToAll(bytes) {
      for (const socket of clients.keys()) socket.send(bytes)
    },
    async close() {
      clearInterval(frames)
      clearInterval(aggs)
      for (const socket of clients.keys()) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function createWorld(
  scopes: { code: string; name: { zh: string; en: string } }[],
  catalogue: ReturnType<typeof mockCatalogue>,
  cold: boolean,
) {
  const { size } = catalogue
  const random = mulberry(11)
  const state = new Uint8Array(size)
  const value = new Uint16Array(size)
  for (let i = 0; i < size; i++) draw(i)
  let epoch = 41
  let sim = START + 12 * WINDOW_MS
  let speed = 30
  let paused = false
  let produced = 116_000
  const alerts: Alert[] = cold ? [] : mockAlerts(scopes, epoch, sim)

  function draw(i: number): void {
    const states = MOCK_DECLARATIONS[catalogue.domains[catalogue.domain[i]]].layer.states.length
    const r = random()
    const rough = catalogue.scope[i] === 5 ? 0.06 : 0.006
    state[i] = states === 0 ? 1 : r < rough ? 1 + Math.floor(random() * states) : 1
    value[i] = Math.floor(random() * random() * 1000)
  }

  function clockView(): ClockView {
    const now = Date.now()
    return {
      status: paused ? 'paused' : 'running',
      simAnchor: sim,
      wallAnchor: now,
      speed: paused ? 0 : speed,
      achieved: paused ? 0 : speed * 0.994,
      horizon: sim + 500 * speed,
      start: START,
      end: START + DAY_MS,
    }
  }

  const windowNumber = () => Math.floor((sim - START) / WINDOW_MS) - 1

  function history(kpi: string) {
    const kept = cold ? 0 : Math.min(60, windowNumber())
    return Array.from({ length: kept }, (_, k) =>
      mockReadings(scopes, epoch, START, WINDOW_MS, windowNumber() - kept + k),
    )
      .flat()
      .filter((r) => r.kpi === kpi && r.window.kind === 'window')
  }

  return {
    alerts,
    sim: () => sim,
    kpis: Object.values(MOCK_DECLARATIONS).flatMap((d) =>
      d.measures.map((m) => `${d.domain}.${m.name}`),
    ),
    runView(): RunView {
      return {
        run: 'r-1f0c9a77b2e4',
        epoch,
        scenario: 'mock',
        title: { zh: '工作日傍晚（模拟服务）', en: 'Weekday evening (mock)' },
        seed: 990000,
        digest: '9b1e'.repeat(16),
        city: 'mock',
        catalogue: 'mock',
        assets: size,
        scale: 1,
        partitions: 12,
        windowMs: WINDOW_MS,
        tickMs: 10_000,
        clock: clockView(),
        declarations: MOCK_DECLARATIONS,
        incidents: [],
        plan: { targets: MOCK_TARGETS, planned: {}, notice: MOCK_NOTICE, units: MOCK_UNITS },
        scopes,
        speeds: [1, 10, 30, 60, 300],
        commands: true,
      }
    },
    history,
    opening(): Omit<OpeningView, 'happenings'> {
      const headlines = Object.values(MOCK_DECLARATIONS).flatMap((d) =>
        d.measures.filter((m) => m.headline !== undefined).map((m) => `${d.domain}.${m.name}`),
      )
      const histories = Object.fromEntries(headlines.map((kpi) => [kpi, history(kpi)]))
      return { epoch, alerts, histories }
    },
    agg(clients: number, broken: LedgerView['broken']): ServerMessage {
      const ledger: LedgerView = {
        read: produced - 1200 - broken.length,
        folded: produced - 1200 - broken.length,
        duplicate: 0,
        late: 0,
        deadLetter: 0,
        produced: produced - 1200,
        injected: 0,
        held: 0,
        unexplained: broken.length,
        tasks: 72,
        balanced: broken.length === 0,
        broken,
      }
      return {
        op: 'agg',
        epoch,
        clock: clockView(),
        serverTime: Date.now(),
        readings: cold ? [] : mockReadings(scopes, epoch, START, WINDOW_MS, windowNumber()),
        ledger,
        health: { eventsPerSecond: paused ? 0 : 300 * speed, lagSimMs: 7_400, clients },
      }
    },
    snapshot: (seq: number) =>
      encodeState({ op: OP_SNAPSHOT, epoch, seq, simTime: sim, number: null, value, state }),
    /** Moves the mock city on by `ms` of wall time. */
    step(ms: number) {
      if (paused) return null
      sim += ms * speed
      const count = Math.min(20_000, Math.round((300 * speed * ms) / 1000))
      produced += count
      const number = Uint32Array.from({ length: count }, () => Math.floor(random() * size))
      for (const i of number) draw(i)
      return {
        op: OP_DELTA as typeof OP_DELTA,
        epoch,
        simTime: sim,
        number,
        value: Uint16Array.from(number, (i) => value[i]),
        state: Uint8Array.from(number, (i) => state[i]),
      }
    },
    command(name: string, args: Record<string, unknown>): void {
      if (name === 'clock.speed') speed = Number(args.speed)
      if (name === 'clock.pause') paused = true
      if (name === 'clock.resume') paused = false
      if (name === 'run.restart') {
        epoch++
        sim = START + 2 * WINDOW_MS
        paused = false
      }
    },
    asset: (number: number) =>
      mockAsset({
        number,
        domain: catalogue.domains[catalogue.domain[number]],
        district: scopes[catalogue.scope[number]],
        load: value[number] / 10,
        sim,
      }),
  }
}
