// What the processor hands downstream: readings, alerts, map frames.
import type { Ledger } from '../producers/contract/records.ts'

export type Status = 'met' | 'ahead' | 'on-track' | 'behind' | 'missed' | 'no-data' | 'warming-up'

export type ScopeReading = {
  /** numerator × weight / denominator, 6 decimals; null = 0/0. */
  value: number | null
  /** Plain decimals before weight. */
  numerator: number
  denominator: number | null
  n: number
}

/** A record of `city.kpi`: all scopes of one KPI and window; keys in this order on the wire. */
export type KpiReading = {
  epoch: number
  kpi: string
  window: { kind: 'window' | 'day'; start: string; end: string }
  final: boolean
  watermark: string
  weight: number
  unit: string
  target: string | null
  expected: number | null
  status: Status | null
  truth: 'equal' | 'differs' | 'pending' | null
  scopes: Record<string, ScopeReading>
  /** Of a provisional: a task lacks records that retention took before it read them; no final will follow. */
  incomplete?: true
}

/** One event that the producers count and that never arrived, as its neighbours in the asset's numbering tell it. */
export type MissingEvent = {
  asset: string
  district: string
  seq: number
  /** Times of the asset's last event before it (null = it had none) and of the one that gave it away. */
  after: string | null
  before: string
}

/** A tick interval [from, to) that does not add up. */
export type LedgerBreak = {
  from: string
  to: string
  /** Events that the tick counts in it, and those that arrived in it. */
  expected: number
  got: number
  /** Of expected − got, what no injected fault explains; negative where earlier missing ones came in it. */
  unexplained: number
  /** Nothing is missing and no fault was injected, yet the bytes or their order are not those that were hashed. */
  altered: boolean
  /** Of the missing ones, how many came in a later interval after all. */
  returned: number
  /**
   * Missing events by name, at most 20, sought only where something is unexplained. An asset is known as soon as it
   * reports again; until then expected − got − returned is larger than this list.
   */
  missing: MissingEvent[]
}

/** Record header of a ledger: which processor owns the task. Not in the value, which is the same whoever writes it. */
export const OWNER_HEADER = 'owner'

/** A record of `city.kpi` under `epoch|ledger|domain|p`. */
export type LedgerReading = Ledger & {
  epoch: number
  domain: string
  partition: number
  watermark: string
  /** Chain of the last tick that was read, recomputed from the events: equal, or where it broke. */
  chain: string
  chainEqual: boolean
  /** Newest last, at most 20; those that injected faults explain go first when there are more. */
  breaks: LedgerBreak[]
  /** Records were gone before the task could read them: a task that began late counts from its first tick. */
  incomplete?: true
}

export type Alert = {
  epoch: number
  id: string
  kpi: string
  scope: string
  severity: 'warning' | 'critical'
  openedAt: string
  closedAt: string | null
  value: number | null
  threshold: number
  windows: number
}

export type DeadLetterReason =
  | 'null'
  | 'not-json'
  | 'schema'
  | 'unknown-asset'
  | 'too-large'
  | 'foreign-run'

/** A record of `city.late` and `city.dead-letter`. */
export type Rejected = {
  topic: string
  partition: number
  offset: string
  reason: DeadLetterReason | 'late'
  detail: string
  key: string | null
  value: string | null
  sha256: string | null
  bytes: number
}

/**
 * Binary map frame (`city.map`, little-endian, 32-byte header):
 * u32 magic 'HCF1', u32 epoch, f64 offset, f64 sim time, u32 flags (1 = keyframe), u32 count,
 * then u32 number[count], u16 value[count] (padded to 4 bytes), u8 state[count].
 * The header key `catalogue` (record header) carries the catalogue hash.
 */
export const FRAME_MAGIC = 0x31464348
export const FRAME_HEADER_BYTES = 32
export const FRAME_KEYFRAME = 1

/** Record header of a frame: f64 oldest, f64 newest intended send time (wall ms) of the events it tells. */
export const SENT_HEADER = 'sent'

export type Sent = { oldest: number; newest: number }

export type Frame = {
  epoch: number
  offset: number
  time: number
  keyframe: boolean
  /** Of the events since the last frame; null when there were none. Travels as a record header, not in the bytes. */
  sent?: Sent | null
  number: Uint32Array
  state: Uint8Array
  value: Uint16Array
}

export function frameBytes(count: number): number {
  return FRAME_HEADER_BYTES + 4 * count + 2 * (count + (count & 1)) + count
}

export function encodeFrame(frame: Frame): Buffer {
  const count = frame.number.length
  const out = Buffer.alloc(frameBytes(count))
  out.writeUInt32LE(FRAME_MAGIC, 0)
  out.writeUInt32LE(frame.epoch, 4)
  out.writeDoubleLE(frame.offset, 8)
  out.writeDoubleLE(frame.time, 16)
  out.writeUInt32LE(frame.keyframe ? FRAME_KEYFRAME : 0, 24)
  out.writeUInt32LE(count, 28)
  let at = FRAME_HEADER_BYTES
  for (let i = 0; i < count; i++) out.writeUInt32LE(frame.number[i], at + 4 * i)
  at += 4 * count
  for (let i = 0; i < count; i++) out.writeUInt16LE(frame.value[i], at + 2 * i)
  at += 2 * (count + (count & 1))
  out.set(frame.state, at)
  return out
}

/** Throws when the bytes are not a frame: a frame is our own product, so that is a programmer's error. */
export function decodeFrame(bytes: Buffer): Frame {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32LE(0) !== FRAME_MAGIC) {
    throw new Error(`map frame: ${bytes.length} bytes without the HCF1 header`)
  }
  const count = bytes.readUInt32LE(28)
  if (bytes.length !== frameBytes(count)) {
    throw new Error(
      `map frame: ${bytes.length} bytes, expected ${frameBytes(count)} for ${count} assets`,
    )
  }
  const number = new Uint32Array(count)
  const value = new Uint16Array(count)
  let at = FRAME_HEADER_BYTES
  for (let i = 0; i < count; i++) number[i] = bytes.readUInt32LE(at + 4 * i)
  at += 4 * count
  for (let i = 0; i < count; i++) value[i] = bytes.readUInt16LE(at + 2 * i)
  at += 2 * (count + (count & 1))
  return {
    epoch: bytes.readUInt32LE(4),
    offset: bytes.readDoubleLE(8),
    time: bytes.readDoubleLE(16),
    keyframe: (bytes.readUInt32LE(24) & FRAME_KEYFRAME) !== 0,
    number,
    state: new Uint8Array(bytes.subarray(at, at + count)),
    value,
  }
}

export function encodeSent({ oldest, newest }: Sent): Buffer {
  const out = Buffer.alloc(16)
  out.writeDoubleLE(oldest, 0)
  out.writeDoubleLE(newest, 8)
  return out
}

/** Null without the header: an old frame, or one that tells no event. */
export function sentOf(headers: [string, Buffer | null][] | undefined): Sent | null {
  const value = headers?.find(([name]) => name === SENT_HEADER)?.[1]
  if (value?.length !== 16) return null
  return { oldest: value.readDoubleLE(0), newest: value.readDoubleLE(8) }
}
