// A tiny city on a memory log with a console server over it: 200 assets of two made-up domains, time by hand.
// Long because it is the one double of a city that all tests of the console stand on.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import pino from 'pino'
import { Registry } from 'prom-client'
import WebSocket from 'ws'
import {
  decodeState,
  OP_DELTA,
  OP_SNAPSHOT,
  type ServerMessage,
  type StateMessage,
  SUBPROTOCOL,
} from '../../../console/messages.ts'
import {
  OP_OUTLINE,
  OP_PACKED,
  PACKED_HEADER_BYTES,
  PACKED_TEXT,
} from '../../../console/packed-messages.ts'
import type { ConsoleOptions } from '../../../console/server/options.ts'
import { createConsoleServer } from '../../../console/server/server.ts'
import { virtualClock } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import {
  encodeFrame,
  encodeSent,
  type Frame,
  SENT_HEADER,
} from '../../../processor/contract/frame.ts'
import { alertKey, kpiShapes, readingKey } from '../../../processor/contract/keys.ts'
import {
  type Alert,
  type KpiReading,
  type LedgerReading,
  OWNER_HEADER,
} from '../../../processor/contract/types.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import { type Descriptor, NO_INJECTED } from '../../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import type { Catalogue, City } from '../../../seeds/contract.ts'
import { descriptorRecord, horizonRecord } from '../../run-records.ts'

export const WALL = Date.parse('2026-01-05T00:00:00.000Z')
export const START = '2025-06-18T08:30:00.000Z'
export const END = '2025-06-18T20:30:00.000Z'
export const PARTITIONS = 4
export const LAMPS = 150
export const ASSETS = 200
export const CATALOGUE = 'cafe'.repeat(16)

const words = (text: string) => ({ zh: `${text}(中)`, en: text })

export const city: City = {
  id: 'smallville',
  name: words('Smallville'),
  code: '990000',
  scopes: [
    { code: '990000', name: words('Smallville') },
    { code: '990001', name: words('East') },
    { code: '990002', name: words('West') },
  ],
  districts: [],
  calendar: { holidays: [], workdays: [] },
  landmarks: [{ name: words('Tower'), lon: 113.3, lat: 23.1 }],
  cells: 240,
  demand: {},
  domainParameters: {},
  seedsDigest: '0',
  openData: {
    publisher: words('=Smallville office'),
    licence: { name: 'CC-BY-4.0', url: 'https://example.org/by', text: words('name us') },
  },
}

export function catalogueOfSize(size = ASSETS, hash = CATALOGUE): Catalogue {
  const numbers = Array.from({ length: size }, (_, i) => i)
  const ids = numbers.map((i) => (i < LAMPS ? `lamp-${i}` : `well-${i}`))
  return {
    hash,
    size,
    scale: 1,
    domains: ['lamp', 'well'],
    ranges: { lamp: { from: 0, to: LAMPS }, well: { from: LAMPS, to: size } },
    ids,
    domain: Uint8Array.from(numbers, (i) => (i < LAMPS ? 0 : 1)),
    district: Uint8Array.from(numbers, (i) => 1 + (i % 2)),
    // All in partition 0, published by one task.
    cell: Uint16Array.from(numbers, (i) => (PARTITIONS * i) % 240),
    lon: Float64Array.from(numbers, (i) => 113 + i / 1000),
    lat: Float64Array.from(numbers, (i) => 23 + i / 2000),
    commissionedAt: new Float64Array(size),
    attributes: numbers.map(() => ({ colour: 'white' })),
    names: ids.map(words),
    numberOf: (id) => ids.indexOf(id),
  }
}

function declaration(domain: string): Declaration {
  return {
    domain,
    label: words(domain),
    asset: words(domain),
    cityWide: false,
    cadenceMs: 60_000,
    events: [
      {
        ...{ name: 'status', type: `city.${domain}.status.v1`, periodic: true },
        ...{ label: words('status'), schema: {}, fields: {} },
      },
    ],
    layer: {
      ...{ shape: 'circle', order: 1, on: ['status'], state: 'on', value: 1 },
      states: Array.from({ length: 9 }, (_, i) => ({
        ...{ code: `s${i}`, label: words('s'), tone: 'normal' },
      })),
      ...{ valueScale: 1, valueLabel: words('light'), valueUnit: 'lx', freshForMs: 60_000 },
    },
    measures: [
      {
        ...{ name: 'coverage', label: words(`=${domain} "on"`), short: words('on'), good: 'up' },
        ...{
          rule: words('burning, of all'),
          kind: 'share',
          on: ['status'],
          unit: '1',
          decimals: 0,
          freshForMs: 600_000,
        },
      },
    ],
    commands: [
      {
        name: `${domain}.dim`,
        label: words('dim'),
        args: {
          type: 'object',
          properties: { level: { type: 'integer', minimum: 0, maximum: 10 } },
          required: ['level'],
          additionalProperties: false,
        },
        effect: words('darker'),
        reach: 'asset',
        moves: [],
      },
    ],
  } as Declaration
}

export const descriptor: Descriptor = {
  run: 'r-000000000001',
  seed: 7,
  scenario: 'evening',
  title: words('Evening'),
  city: 'smallville',
  digest: 'd1'.repeat(32),
  start: START,
  end: END,
  partitions: PARTITIONS,
  scale: 1,
  window: 60_000,
  tick: 10_000,
  allowedLateness: 0,
  truth: true,
  shards: 2,
  speed: 45,
  catalogue: CATALOGUE,
  declarations: { lamp: declaration('lamp'), well: declaration('well') },
  plan: { targets: [], planned: {} },
}

const time = (minutes: number) => new Date(Date.parse(START) + minutes * 60_000).toISOString()

/** A reading of window number `k`; city value = `value`, each district half of it. */
export function reading(
  epoch: number,
  k: number,
  value: number | null,
  more: Partial<KpiReading> = {},
): KpiReading {
  const scope = (share: number) => ({
    value: value === null ? null : value * share,
    numerator: (value ?? 0) * share,
    denominator: 1,
    n: 100 * share,
  })
  const window = more.window ?? { kind: 'window', start: time(k), end: time(k + 1) }
  return {
    epoch,
    kpi: 'lamp.coverage',
    window,
    final: true,
    watermark: window.end,
    weight: 1,
    unit: '1',
    target: null,
    expected: null,
    status: null,
    truth: more.final === false ? 'pending' : 'equal',
    scopes: { 990000: scope(1), 990001: scope(0.5), 990002: scope(0.5) },
    ...more,
  }
}

export function ledger(epoch: number, more: Partial<LedgerReading> = {}): LedgerReading {
  return {
    ...{
      epoch,
      domain: 'lamp',
      partition: 0,
      watermark: time(1),
      chain: 'aa'.repeat(32),
      chainEqual: true,
    },
    ...{ read: 100, folded: 100, duplicate: 0, late: 0, deadLetter: 0, produced: 100 },
    ...{ injected: NO_INJECTED, unexplained: 0, breaks: [] },
    ...more,
  }
}

export function frame(epoch: number, offset: number, cells: [number, number, number][]): Frame {
  return {
    epoch,
    offset,
    time: Date.parse(START) + offset,
    keyframe: false,
    number: Uint32Array.from(cells, (c) => c[0]),
    state: Uint8Array.from(cells, (c) => c[1]),
    value: Uint16Array.from(cells, (c) => c[2]),
  }
}

export type Client = ReturnType<typeof follow>

const STATE_NAMES = { [OP_SNAPSHOT]: 'snapshot', [OP_DELTA]: 'delta', [OP_OUTLINE]: 'outline' }

/** Collects what a socket receives. */
function follow(socket: WebSocket) {
  socket.binaryType = 'arraybuffer'
  const texts: ServerMessage[] = []
  const states: StateMessage[] = []
  const client = {
    socket,
    texts,
    states,
    /** In the order of arrival: `hello`, `snapshot` (1), `delta` (2) ... */
    order: [] as string[],
    /** What of it came packed. */
    packed: [] as string[],
    closed: null as { code: number; reason: string } | null,
    refused: null as { status: number; body: string } | null,
    of: <Op extends ServerMessage['op']>(op: Op) =>
      texts.filter((m): m is Extract<ServerMessage, { op: Op }> => m.op === op),
    say: (message: unknown) => socket.send(JSON.stringify(message)),
  }
  const take = (data: Buffer, isBinary: boolean): void => {
    if (isBinary && data[0] === OP_PACKED) {
      take(inflateRawSync(data.subarray(PACKED_HEADER_BYTES)), data[1] !== PACKED_TEXT)
      client.packed.push(client.order.at(-1)!)
    } else if (isBinary) {
      states.push(decodeState(Uint8Array.from(data).buffer))
      client.order.push(STATE_NAMES[states.at(-1)!.op])
    } else {
      texts.push(JSON.parse(String(data)))
      client.order.push(texts.at(-1)!.op)
    }
  }
  socket.on('message', (data, isBinary) => take(Buffer.from(data as ArrayBuffer), isBinary))
  socket.on('close', (code, reason) => {
    client.closed = { code, reason: String(reason) }
  })
  socket.on('unexpected-response', (_request, response) => {
    const refused = { status: response.statusCode ?? 0, body: '' }
    response.on('data', (chunk) => {
      refused.body += chunk
    })
    response.on('end', () => {
      client.refused = refused
    })
  })
  socket.on('error', () => {}) // closed or refused says it
  return client
}

/** Builds the state a page would show: snapshot first, deltas over it. */
export function shown(client: Client): { state: number[]; value: number[] } {
  const state = new Array(ASSETS).fill(-1)
  const value = new Array(ASSETS).fill(-1)
  for (const message of client.states) {
    for (let i = 0; i < message.state.length; i++) {
      const n = message.number ? message.number[i] : i
      state[n] = message.state[i]
      value[n] = message.value[i]
    }
  }
  return { state, value }
}

export function builtPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'console-page-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  return folder
}

export type SmallCity = Awaited<ReturnType<typeof openSmallCity>>

export async function openSmallCity(
  more: Partial<ConsoleOptions> = {},
  log: EventLog = createMemoryLog(),
) {
  const clock = virtualClock(WALL)
  const topics = topicNames()
  await log.ensureTopics(topicSpecs(topics, ['lamp', 'well'], PARTITIONS))
  const server = await createConsoleServer({
    ...{ log, clock, topics, port: 0, webRoot: builtPage() },
    cityOf: () => city,
    catalogueOf: (d) => catalogueOfSize(ASSETS, d.catalogue),
    topologyOf: () => ({ type: 'Topology', objects: {}, arcs: [] }),
    roadsOf: () => ({
      polylines: [
        [
          [113.1, 23.1],
          [113.2, 23.2],
        ],
        [
          [113.1, 23.2],
          [113.11, 23.2],
        ],
      ],
      info: [{ class: 'trunk', name: { zh: '试路', en: 'Trial Road' } }, { class: 'local' }],
    }),
    logger: pino({ level: 'silent' }),
    metrics: new Registry(),
    limits: { requestsPerMinute: 1_000_000, costlyPerMinute: 1_000_000 },
    ...more,
  })
  const put = (
    topic: string,
    key: string,
    value: unknown,
    partition = 0,
    headers: Record<string, Buffer> = {},
  ) => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
    const record = { key: Buffer.from(key), value: bytes, timestamp: clock.now() }
    return log.append(topic, partition, [{ ...record, headers: Object.entries(headers) }])
  }
  const get = (url: string, method: 'GET' | 'POST' = 'GET') =>
    server.app.inject({
      ...{ url, method },
      headers: { host: hostOf(server.url), authorization: `Bearer ${more.token}` },
    })
  const here = {
    log,
    clock,
    topics,
    server,
    put,
    get,
    json: async (url: string) => JSON.parse((await get(url)).body),
    /** Starts a run and waits until the server shows it. */
    async start(change: Partial<Descriptor> = {}): Promise<number> {
      const run = { ...descriptor, ...change }
      const epoch = Number(await log.append(topics.run, 0, [descriptorRecord(run)]))
      await shownEpoch(epoch)
      return epoch
    },
    horizon: (epoch: number, h: string, speed = 45) =>
      log.append(topics.run, 0, [
        {
          ...horizonRecord(epoch, {
            ...{ h, simAnchor: START, wallAnchor: clock.now(), speed, term: epoch },
          }),
          timestamp: clock.now(),
        },
      ]),
    kpi: (r: KpiReading) => put(topics.kpi, readingKey(r), r),
    ledger: (l: LedgerReading, owner?: string) =>
      put(
        topics.kpi,
        kpiShapes.ledger.build(l),
        l,
        0,
        owner === undefined ? {} : { [OWNER_HEADER]: Buffer.from(owner) },
      ),
    alert: (a: Alert) => put(topics.alert, alertKey.build(a), a),
    frame: (f: Frame, task = 'lamp|0') =>
      put(topics.map, task, encodeFrame(f), 0, {
        catalogue: Buffer.from(descriptor.catalogue),
        ...(f.sent ? { [SENT_HEADER]: encodeSent(f.sent) } : {}),
      }),
    /** Opens a socket as the page would; other headers on request. */
    dial(change: { headers?: Record<string, string>; path?: string; protocol?: string } = {}) {
      const { headers = { origin: server.url }, path = '/live', protocol = SUBPROTOCOL } = change
      const address = `${server.url.replace('http', 'ws')}${path}`
      return follow(new WebSocket(address, protocol === '' ? [] : [protocol], { headers }))
    },
    /** A socket that has received hello and snapshot and has acknowledged it. */
    async join(): Promise<Client> {
      const client = here.dial()
      await waitUntil('the first snapshot', () => client.states.length > 0)
      client.say({ op: 'ack', seq: client.states[0].seq })
      return client
    },
    async close() {
      await server.close()
      await log.close()
    },
  }
  async function shownEpoch(epoch: number): Promise<void> {
    await waitUntil(
      `epoch ${epoch} is shown`,
      async () => (await here.json('/api/run')).epoch === epoch,
    )
  }
  return here
}

export const hostOf = (url: string) => (url === '' ? '127.0.0.1' : new URL(url).host)
