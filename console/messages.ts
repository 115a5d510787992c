// The contract between console/server and console/web: subprotocol `huacheng.v1` on `/live`, and the REST shapes.
import type { Alert, KpiReading } from '../processor/contract/types.ts'
import type { Declaration } from '../producers/contract/declaration.ts'
import type { IncidentDeclaration, IncidentRecord } from '../producers/contract/records.ts'
import type { Cue, Landmark, Plan, Text } from '../seeds/contract.ts'
import type { Acknowledgement, AlertView, AssetItem, FindingView } from './alert-messages.ts'
import { BINARY_HEADER_BYTES, decodeOutline, OP_OUTLINE } from './packed-messages.ts'
import type { BrokenView, DemoHappening, EventRates, ServerOffer } from './proof-messages.ts'
import type { ReplayView } from './replay-messages.ts'

export type { IncidentDeclaration, IncidentRecord } from '../producers/contract/records.ts'
export type { Cue, IncidentPlace, Severity } from '../seeds/contract.ts'
export type * from './alert-messages.ts'
export type * from './proof-messages.ts'
export type * from './replay-messages.ts'

export const SUBPROTOCOL = 'huacheng.v1'
/** Close code of a socket whose server has another in its place already: dial again at once. */
export const REPLACED = 4000

export type RunStatus = 'waiting' | 'running' | 'paused' | 'ended'

/** State of a finding whose assets have fallen silent: they are in none of their layer's states. */
export const SILENT = 'silent'

/** The sim clock: simTime now = simAnchor + (wall now - wallAnchor) × speed, never past `horizon`. */
export type ClockView = {
  status: RunStatus
  simAnchor: number
  wallAnchor: number
  /** Asked speed; 0 while paused. */
  speed: number
  /** The speed that it has while it runs, also while it is paused: at which it will go on; 0 = not said yet. */
  asked: number
  /** Measured over the last seconds. */
  achieved: number
  /** ms; how far the city may be simulated now. */
  horizon: number
  start: number
  end: number
  /** The clock will stand still there; null = nowhere. */
  pauseAt: number | null
  /** It stands because the machine slept, or stalled, for so many wall ms; else null. */
  slept: number | null
  /** The run's last jump; null before one. */
  jump: JumpView | null
}

/** From sim time to sim time, as fast as can be; `since` = wall ms. */
export type JumpView = {
  from: number
  to: number
  since: number
  /** null while the city is on its way. */
  tookMs: number | null
}

/** What is being presented, the same on all pages. */
export type StageView = {
  /** Index in the run's cues; null = nobody presents. */
  cue: number | null
  /** The pages of the audience are dark. */
  blank: boolean
  /** Wall ms since which it is presented; null = nobody presents. */
  since: number | null
  /** Why the city did not go where it was sent, in words. */
  problem: string | null
}

/** GET /api/run. */
export type RunView = {
  run: string
  epoch: number
  scenario: string
  title: Text
  seed: number
  digest: string
  city: string
  catalogue: string
  assets: number
  scale: number
  partitions: number
  windowMs: number
  tickMs: number
  clock: ClockView
  declarations: Record<string, Declaration>
  /** Kinds of incidents that an operator may start. */
  incidents: IncidentDeclaration[]
  /** A presenter's walk, in its order; `at` is the sim time. */
  cues: Cue[]
  plan: Plan
  scopes: { code: string; name: Text }[]
  /** Speeds offered; the machine reaches them. */
  speeds: number[]
  commands: boolean
  /** Wall ms at which the run was put to this time of it, 0 = never: with another number nothing shown before holds. */
  world: number
  /** Absent where the city is live; `engine` where the processor says the readings, else windows only. */
  replay?: ReplayView
  engine?: 'flink-sql'
}

/** GET /api/opening: what happened before a page was opened. */
export type OpeningView = {
  epoch: number
  /** Newest first, as all of these. */
  alerts: AlertView[]
  /** What really happened, those that are over included; newest first. */
  incidents: IncidentRecord[]
  findings: FindingView[]
  acknowledgements: Acknowledgement[]
  /** The newest finals of the headline KPIs, oldest first. */
  histories: Record<string, KpiReading[]>
  /** What was done to the demo, newest last. */
  happenings: DemoHappening[]
  rates: EventRates
}

/** GET /api/twin: the city beside each of its twins, in the newest final window that both have. */
export type TwinView = {
  /** `usual` = without incidents and commands; else the id of the command left out. */
  twin: string
  watermark: string
  kpis: {
    kpi: string
    unit: string
    window: { start: string; end: string }
    /** `difference` = the city's value minus the twin's; null where one of them is. */
    scopes: Record<string, { value: number | null; twin: number | null; difference: number | null }>
    /** What the difference comes to in things that people count; null where the KPI's sums are nothing of that kind. */
    counted: CountedDifferences | null
  }[]
}

export type CountedDifferences = {
  unit: string
  /**
   * Start of the first window that differs: the amounts are summed from there to `window`; null = nothing differed yet,
   * or the amounts are as they stand in `window`, which `sums` says.
   */
  since: string | null
  sums: boolean
  /** The city's less the twin's. */
  scopes: Record<string, number>
}

/** POST /api/twin: a twin without this command or incident; the answer is the same. */
export type TwinRequest = { without: string }

/** GET /api/twin/choices: what a twin could leave out, and whether this server can start one. */
export type TwinChoices = {
  canStart: boolean
  /** Accepted commands to the city, newest first. */
  commands: { id: string; name: string; target: string | null; by: string; effectiveAt: string }[]
}

/** GET /api/runs: newest first. */
export type RunSummary = {
  run: string
  epoch: number
  scenario: string
  seed: number
  start: string
  current: boolean
}

/** GET /api/city: what the map draws. `districts` and `water` are objects of the topology. */
export type CityView = {
  name: Text
  code: string
  topology: unknown
  landmarks: Landmark[]
  /** The schematic road graph as lon/lat polylines (示意路网). */
  roads: [number, number][][]
  /** One per polyline of `roads`. */
  roadInfo: { class: 'trunk' | 'arterial' | 'collector' | 'local'; name?: Text }[]
  bounds: [number, number, number, number]
  notice: Text
}

/** GET /api/city/roads: those that `?roads=main` leaves out of the city, drawn from nearer. */
export type RoadsView = Pick<CityView, 'roads' | 'roadInfo'>

/**
 * GET /api/catalogue/:hash, `application/octet-stream`, immutable, little-endian:
 * u32 magic 'HCC1', u32 count, f64 lon0, f64 lat0, f64 lonStep, f64 latStep (40 bytes), then
 * u16 lon[count], u16 lat[count], u8 domain[count], u8 scope[count]; position = lon0 + lon × lonStep.
 * Domain = index in the code-unit-sorted list of all domains of the catalogue, given in the header `x-domains`.
 */
export const CATALOGUE_MAGIC = 0x31434348
export const CATALOGUE_HEADER_BYTES = 40

/** GET /api/assets: what lists and searches show of an asset. */
export type FoundAsset = Pick<AssetView, 'number' | 'id' | 'domain' | 'name' | 'district'>

/** GET /api/assets/:id; an all-digit id is a catalogue number, which is what the map knows of an asset. */
export type AssetView = {
  id: string
  number: number
  domain: string
  name: Text
  district: string
  lon: number
  lat: number
  partition: number
  commissionedAt: string
  attributes: Record<string, string | number | boolean>
  /** Latest event with its place in the log, or null with the reason. */
  latest: { topic: string; partition: number; offset: string; value: unknown; text: string } | null
  note: string | null
  /** What is under way at the asset, as far as its newest events say; null where its domain declares no items. */
  items: AssetItem[] | null
}

/** Sums over all tasks' ledgers, and where a break is. */
export type LedgerView = {
  read: number
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  produced: number
  /** Events that a fault was injected into, of any kind. */
  injected: number
  /** Of these, dropped or corrupted: produced = folded + late + held + lost + unexplained. */
  lost?: number
  /** Unexplained once, and delivered after all: folded or late by now. */
  returned?: number
  held: number
  unexplained: number
  tasks: number
  balanced: boolean
  /** Intervals that nothing explains, newest first, at most 20. */
  broken: BrokenView[]
}

/** Rates of the pipeline, measured by the server from what it sees. */
export type HealthView = {
  /** null = too early to say: a census or a backlog is being read. */
  eventsPerSecond: number | null
  /** ms between the freshest horizon and the slowest watermark, in sim time. */
  lagSimMs: number
  clients: number
}

/** Server → client, JSON. */
export type ServerMessage =
  | {
      op: 'hello'
      version: string
      epoch: number
      run: RunView
      serverTime: number
      capabilities: ServerOffer[]
      stage: StageView
    }
  | {
      op: 'agg'
      epoch: number
      clock: ClockView
      serverTime: number
      /** Only readings that changed since this client's last `agg`; all of them in the first. */
      readings: KpiReading[]
      ledger: LedgerView
      health: HealthView
    }
  | { op: 'event'; kind: 'alert'; alert: AlertView }
  | { op: 'event'; kind: 'incident'; incident: IncidentRecord }
  | { op: 'event'; kind: 'finding'; finding: FindingView }
  | { op: 'event'; kind: 'acknowledgement'; acknowledgement: Acknowledgement }
  | { op: 'event'; kind: 'demo'; happening: DemoHappening }
  | { op: 'event'; kind: 'stage'; stage: StageView }
  | {
      op: 'event'
      kind: 'command-result'
      id: string
      ok: boolean
      error?: string
      /** Sim time from which the command counts. */
      effectiveAt?: string
    }
  | { op: 'result'; id: string; ok: boolean; error?: string; effectiveAt?: string }

/** What a presenter asks for; what is left out stays as it is. */
export type StageMessage = {
  /** Show this one, and take the city there; null = end the presentation. */
  cue?: number | null
  blank?: boolean
  /** Begin the run anew, at its first cue. */
  restart?: boolean
}

/** Client → server, JSON. */
export type ClientMessage =
  | { op: 'ack'; seq: number }
  | { op: 'subscribe'; maxHz: number; frames: boolean }
  | ({ op: 'stage' } & StageMessage)
  | { op: 'cmd'; id: string; name: string; target?: string; args: Record<string, unknown> }

/**
 * Binary messages, little-endian, 24-byte header:
 * u8 op (1 snapshot, 2 delta), u8 flags, u16 reserved, u32 epoch, u32 seq, u32 count, f64 simTime; then
 * snapshot (count = all assets): u16 value[count] padded to 4, u8 state[count];
 * delta: u32 number[count], u16 value[count] padded to 4, u8 state[count].
 * Flag 1 (deltas only): three f64 follow the columns, the wall times of DeltaTimes.
 * Every binary message is acknowledged by `ack {seq}` after it was drawn. `seq` grows from message to message, not without
 * gaps; a snapshot may come at any time and replaces everything.
 */
export const OP_SNAPSHOT = 1
export const OP_DELTA = 2

const FLAG_TIMES = 1
const TIMES_BYTES = 24

/** Wall ms of the oldest event in a delta: meant to be sent, published by its task (`told`), forwarded by this server. */
export type DeltaTimes = { sent: number; told: number; forwarded: number }

export type StateMessage = {
  op: typeof OP_SNAPSHOT | typeof OP_DELTA | typeof OP_OUTLINE
  epoch: number
  seq: number
  simTime: number
  /** Absent in a snapshot or outline: then index = asset number. */
  number: Uint32Array | null
  value: Uint16Array
  state: Uint8Array
  times?: DeltaTimes | null
}

const padded = (count: number) => 2 * (count + (count & 1))

/** Decodes a snapshot or delta; the arrays are views of `bytes` (which starts 8-byte aligned, as socket messages do). */
export function decodeState(bytes: ArrayBuffer): StateMessage {
  const view = new DataView(bytes)
  const op = view.getUint8(0)
  if (op === OP_OUTLINE) return decodeOutline(bytes)
  if (op !== OP_SNAPSHOT && op !== OP_DELTA)
    throw new Error(`live message: op ${op}, expected 1 or 2`)
  const count = view.getUint32(12, true)
  const valueAt = BINARY_HEADER_BYTES + (op === OP_DELTA ? 4 * count : 0)
  const stateAt = valueAt + padded(count)
  const end = stateAt + count
  const hasTimes = (view.getUint8(1) & FLAG_TIMES) !== 0
  const expected = end + (hasTimes ? TIMES_BYTES : 0)
  if (bytes.byteLength !== expected) {
    throw new Error(`live message: ${bytes.byteLength} bytes, expected ${expected}`)
  }
  const [sent, told, forwarded] = [0, 8, 16].map((at) =>
    hasTimes ? view.getFloat64(end + at, true) : 0,
  )
  return {
    op,
    epoch: view.getUint32(4, true),
    seq: view.getUint32(8, true),
    simTime: view.getFloat64(16, true),
    number: op === OP_DELTA ? new Uint32Array(bytes, BINARY_HEADER_BYTES, count) : null,
    value: new Uint16Array(bytes, valueAt, count),
    state: new Uint8Array(bytes, stateAt, count),
    times: hasTimes ? { sent, told, forwarded } : null,
  }
}

/** Encodes a snapshot (number null) or delta. */
export function encodeState(message: StateMessage): Uint8Array {
  const count = message.state.length
  const valueAt = BINARY_HEADER_BYTES + (message.number ? 4 * count : 0)
  const stateAt = valueAt + padded(count)
  const end = stateAt + count
  const { times } = message
  const bytes = new ArrayBuffer(end + (times ? TIMES_BYTES : 0))
  const view = new DataView(bytes)
  view.setUint8(0, message.op)
  view.setUint8(1, times ? FLAG_TIMES : 0)
  view.setUint32(4, message.epoch, true)
  view.setUint32(8, message.seq, true)
  view.setUint32(12, count, true)
  view.setFloat64(16, message.simTime, true)
  if (message.number) new Uint32Array(bytes, BINARY_HEADER_BYTES, count).set(message.number)
  new Uint16Array(bytes, valueAt, count).set(message.value)
  new Uint8Array(bytes, stateAt, count).set(message.state)
  if (times) {
    for (const [i, time] of [times.sent, times.told, times.forwarded].entries()) {
      view.setFloat64(end + 8 * i, time, true)
    }
  }
  return new Uint8Array(bytes)
}

/**
 * GET /api/kpis and /api/alerts return arrays of these; /api/kpis/:id/history?last=n an array of the newest n
 * final `window` readings, oldest first; with `scope` or `twin` (`usual`) that one's HistoryPoints. POST /api/commands takes CommandRequest and answers CommandAnswer.
 */
export type CommandRequest = {
  id: string
  name: string
  target?: string
  args: Record<string, unknown>
}
export type CommandAnswer = { id: string; ok: boolean; error?: string }
export type { Alert, KpiReading }
