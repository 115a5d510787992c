// A task's state as bytes: a small JSON head and fixed-width columns by catalogue number, zstd; equal state, equal bytes.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Problem, problemText } from '../../infra/problem.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'

/** Raised whenever the layout below or the meaning of a column changes: older checkpoints are then discarded. */
export const STATE_VERSION = 3
export const MAX_CHECKPOINT_BYTES = 4 * 1024 * 1024
/** A guard against damaged bytes; the largest real state is far below. */
const MAX_STATE_BYTES = 256 * 1024 * 1024
const MAGIC = 0x314b4348 // 'HCK1'
/** u32 magic, u32 state version, f64 epoch, f64 next input offset: readable without unpacking. */
const PREFIX_BYTES = 24
/** Room for a state of unknown size: each further piece of it is copied once more. */
const USUAL_STATE_BYTES = 256 * 1024
const MOST_ROOM_BYTES = 32 * 1024 * 1024
const ROOM_BYTES = 1024
const ZSTD_MAGIC = 0xfd2fb528
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export type StateColumn = Float64Array | Uint16Array | Uint8Array
export type StateColumns = Record<string, StateColumn>
export type CheckpointPosition = { epoch: number; nextOffset: number }
export type Checkpoint<Head> = { head: Head; columns: StateColumns }

const KINDS = { f64: Float64Array, u16: Uint16Array, u8: Uint8Array } as const
type ColumnKind = keyof typeof KINDS

function kindOf(column: StateColumn): ColumnKind {
  if (column instanceof Float64Array) return 'f64'
  return column instanceof Uint16Array ? 'u16' : 'u8'
}

/**
 * The state as it is now, to be packed when it is called: that takes longest, and may wait. It throws a Problem when the
 * packed state is above 4 MiB. `where` names the task: `<domain>/<p>`.
 */
export function cutCheckpoint<Head extends CheckpointPosition>(
  where: string,
  { head, columns }: Checkpoint<Head>,
): () => Buffer {
  const list = Object.entries(columns)
  const layout = list.map(([name, column]) => [name, kindOf(column), column.length])
  const text = Buffer.from(JSON.stringify({ head, layout }))
  const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(text.length).buffer), text]
  for (const [, c] of list) parts.push(new Uint8Array(c.buffer, c.byteOffset, c.byteLength))
  const state = Buffer.concat(parts)
  const { epoch, nextOffset } = head
  return () => packed(where, { epoch, nextOffset }, state)
}

function packed(where: string, { epoch, nextOffset }: CheckpointPosition, state: Buffer): Buffer {
  const content = zstdCompressSync(state, COMPRESSION)
  const bytes = Buffer.alloc(PREFIX_BYTES + content.length)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(STATE_VERSION, 4)
  bytes.writeDoubleLE(epoch, 8)
  bytes.writeDoubleLE(nextOffset, 16)
  content.copy(bytes, PREFIX_BYTES)
  if (bytes.length > MAX_CHECKPOINT_BYTES) {
    const got = `${bytes.length} bytes of state`
    const todo = 'raise --partitions, so that each task owns fewer assets'
    throw new Problem(
      problemText(`checkpoint ${where}`, got, `at most ${MAX_CHECKPOINT_BYTES}`, todo),
    )
  }
  return bytes
}

/** Where a checkpoint stands, without unpacking it; a text says why the bytes are of no use. */
export function checkpointPosition(bytes: Buffer): CheckpointPosition | string {
  if (bytes.length < PREFIX_BYTES || bytes.readUInt32LE(0) !== MAGIC) return 'not a checkpoint'
  const version = bytes.readUInt32LE(4)
  if (version !== STATE_VERSION) return `state version ${version}, expected ${STATE_VERSION}`
  const position = { epoch: bytes.readDoubleLE(8), nextOffset: bytes.readDoubleLE(16) }
  const isPlace = Object.values(position).every((n) => Number.isSafeInteger(n) && n >= 0)
  return isPlace ? position : 'damaged: epoch or offset are no whole numbers'
}

/** Of a zstd frame (RFC 8878, 3.1.1.1) as long as it says that its content is: then it is unpacked in one piece. */
function roomFor(frame: Buffer): number {
  if (frame.length < 14 || frame.readUInt32LE(0) !== ZSTD_MAGIC) return USUAL_STATE_BYTES
  const descriptor = frame[4]
  const isSingle = (descriptor & 0x20) !== 0
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]
  if ((descriptor & 0x03) !== 0 || sizeBytes === 0) return USUAL_STATE_BYTES
  const at = isSingle ? 5 : 6
  const low = frame.readUIntLE(at, Math.min(4, sizeBytes))
  return Math.min(MOST_ROOM_BYTES, low + (sizeBytes === 2 ? 256 : 0) + ROOM_BYTES)
}

/** A text says why the bytes are of no use: another version, or damaged. What is in head and columns is not looked at. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint<unknown> | string {
  const position = checkpointPosition(bytes)
  if (typeof position === 'string') return position
  try {
    const content = bytes.subarray(PREFIX_BYTES)
    const raw = zstdDecompressSync(content, {
      maxOutputLength: MAX_STATE_BYTES,
      chunkSize: roomFor(content),
    })
    const textEnd = 4 + raw.readUInt32LE(0)
    const text = parseBoundedJson(raw.subarray(4, textEnd), { maxBytes: MAX_CHECKPOINT_BYTES })
    if (text.fault) return `damaged: head, ${text.fault.detail}`
    const { head, layout } = text.value as { head: unknown; layout: [string, ColumnKind, number][] }
    const columns: StateColumns = {}
    let at = textEnd
    for (const [name, kind, length] of layout) {
      const size = length * KINDS[kind].BYTES_PER_ELEMENT
      if (at + size > raw.length) return `damaged: column ${name} ends beyond the state`
      // A copy: typed arrays need their own alignment.
      columns[name] = new KINDS[kind](new Uint8Array(raw.subarray(at, at + size)).buffer)
      at += size
    }
    return { head, columns }
  } catch (error) {
    return `damaged: ${(error as Error).message}`
  }
}
