// Development tool: serves the built page with invented data in the contract's shapes. It proves nothing about a city. Long because it is one server, whose answers fit each other.
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  type AlertView,
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
import { type MockCity, mockCatalogue, mockCity, mulberry } from './city.ts'
import { MOCK_COUNTS, MOCK_DECLARATIONS } from './declarations.ts'
import { POLICY, TYPES } from './headers.ts'
import { createMockIncidents, MOCK_INCIDENT_KINDS, mockCues } from './incidents.ts'
import { createMockProof } from './proof.ts'
import { historyOf, MOCK_NOTICE, MOCK_TARGETS, MOCK_UNITS, mockReadings } from './readings.ts'

const DIST = fileURLToPath(new URL('../../console/web/dist/', import.meta.url))
const START = Date.parse('2025-06-18T08:30:00.000Z')
const WINDOW_MS = 60_000
const DAY_MS = 86_400_000
const FRAME_MS = 250
const AGG_MS = 500
export type MockOptions = {
  port?: number
  /** Folder of a city whose shape to draw, e.g. seeds/<city>. */
  city?: string
  /** Assets relative to the full mock city. */
  scale?: number
  /** Never sends a number, as in the first seconds of a run. */
  cold?: boolean
  /** Nothing is wrong in the city. */
  calm?: boolean
  /** The asset of a lost event stays silent, so that it cannot be named, until `report` is called. */
  silentLosses?: boolean
  flink?: boolean
}

export type Failure = { status: number; headers?: Record<string, string> }

export type RunningMock = {
  url: string
  dropAll(): void
  report(): void
  /** Says nothing more to the sockets that are open, and keeps them. */
  mute(): void
  /** Its machine slept for so long (ms): the clock stands, and says why. */
  sleep(ms: number): void
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
  const world = createWorld(city, catalogue, options)
  let reports = options.silentLosses !== true
  const proof = createMockProof({
    epoch: () => world.runView().epoch,
    domains: catalogue.domains,
    districts: city.scopes.map((s) => s.code),
    sim: world.sim,
    reports: () => reports,
    flink: options.flink === true,
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
    if (path === '/api/city/roads') return json({ roads: [], roadInfo: [] })
    if (path === '/api/twin') return json([])
    if (path === '/api/twin/choices') return json({ canStart: false, commands: [] })
    if (path === '/api/opening') {
      const rates = { from: START, stepMs: WINDOW_MS, counts: [] }
      return json({ ...world.opening(), happenings: proof.happenings, rates })
    }
    const known = proof.answer(path, query, { kpis: world.kpis, clients: clients.size })
    if (known !== undefined) return json(known)
    if (path.startsWith('/api/catalogue/')) {
      response.setHeader('x-domains', catalogue.domains.join(','))
      response.end(catalogue.bytes)
      return
    }
    const history = /^\/api\/kpis\/([^/]+)\/history$/.exec(path)
    if (history) return json(historyOf(world.history(history[1]), query.get('scope')))
    if (path === '/api/assets') {
      const numbers = query.get('numbers')?.split(',') ?? ['1', '2']
      return json(numbers.map((number) => world.asset(Number(number))))
    }
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
    const capabilities: Capability[] = options.flink ? [] : ['steal', 'kill']
    const stage = { cue: null, blank: false, since: null, problem: null }
    const serverTime = Date.now()
    say(socket, { op: 'hello', version: 'mock', epoch, run, serverTime, capabilities, stage })
    say(socket, world.agg(clients.size, proof.broken()))
    socket.send(world.snapshot(client.seq))
    socket.on('close', () => clients.delete(socket))
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ClientMessage
      if (message.op === 'ack') client.acked = message.seq
      else if (message.op === 'subscribe') client.frames = message.frames
      else if (message.op === 'cmd') {
        say(socket, { op: 'result', id: message.id, ok: true })
        world.command(message.name, message.args)
        const news = world.incidents.command(message.id, message.name, message.args)
        for (const one of news) for (const to of clients.keys()) say(to, one)
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
    mute: () => clients.clear(),
    sleep: (ms) => world.sleep(ms),
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
  city: MockCity,
  catalogue: ReturnType<typeof mockCatalogue>,
  { cold = false, calm = false, flink = false }: MockOptions,
) {
  const { size } = catalogue
  const { scopes } = city
  const random = mulberry(11)
  const state = new Uint8Array(size)
  const value = new Uint16Array(size)
  for (let i = 0; i < size; i++) draw(i)
  let epoch = 41
  let sim = START + 12 * WINDOW_MS
  let speed = 30
  let paused = false
  let slept: number | null = null
  let produced = 116_000
  const incidents = createMockIncidents(
    () => epoch,
    () => sim,
    scopes[5].code,
  )
  const alerts: AlertView[] = cold || calm ? [] : mockAlerts(scopes, epoch, sim)

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
      asked: speed,
      achieved: paused ? 0 : speed * 0.994,
      horizon: sim + 500 * speed,
      start: START,
      end: START + DAY_MS,
      ...{ pauseAt: null, slept, jump: null },
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
    incidents,
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
        incidents: MOCK_INCIDENT_KINDS,
        cues: mockCues(START, city.view),
        plan: { targets: MOCK_TARGETS, planned: {}, notice: MOCK_NOTICE, units: MOCK_UNITS },
        scopes,
        speeds: [1, 10, 30, 60, 300],
        commands: true,
        world: 0,
        ...(flink && { engine: 'flink-sql' as const }),
      }
    },
    history,
    opening(): Omit<OpeningView, 'happenings' | 'rates'> {
      const headlines = Object.values(MOCK_DECLARATIONS).flatMap((d) =>
        d.measures.filter((m) => m.headline !== undefined).map((m) => `${d.domain}.${m.name}`),
      )
      const histories = Object.fromEntries(headlines.map((kpi) => [kpi, history(kpi)]))
      return {
        epoch,
        alerts,
        incidents: incidents.all(),
        findings: [],
        acknowledgements: [],
        histories,
      }
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
    sleep(ms: number): void {
      paused = true
      slept = ms
    },
    command(name: string, args: Record<string, unknown>): void {
      if (name === 'clock.speed') speed = Number(args.speed)
      if (name === 'clock.pause') paused = true
      if (name === 'clock.resume') {
        paused = false
        slept = null
      }
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
