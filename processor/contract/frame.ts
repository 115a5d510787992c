// The codec of map frames: what a task says of its assets, and the times that travel beside it.

/**
 * Binary map frame (`city.map`, little-endian, 32-byte header):
 * u32 magic 'HCF1', u32 epoch, f64 offset, f64 sim time, u32 flags (1 = keyframe), u32 count,
 * then u32 number[count], u16 value[count] (padded to 4 bytes), u8 state[count].
 * The header key `catalogue` (record header) carries the catalogue hash.
 */
const FRAME_MAGIC = 0x31464348
const FRAME_HEADER_BYTES = 32
const FRAME_KEYFRAME = 1

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Record header of a frame: f64 oldest, f64 newest intended send time (wall ms) of the events it shows. */
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

function frameBytes(count: number): number {
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

/** A text says why the bytes are not a frame: anybody may have written them. */
export function decodeFrame(bytes: Buffer): Frame | string {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32LE(0) !== FRAME_MAGIC) {
    return `map frame: ${bytes.length} bytes without the HCF1 header`
  }
  const count = bytes.readUInt32LE(28)
  if (bytes.length !== frameBytes(count)) {
    return `map frame: ${bytes.length} bytes, expected ${frameBytes(count)} for ${count} assets`
  }
  const number = new Uint32Array(count)
  const value = new Uint16Array(count)
  let at = FRAME_HEADER_BYTES
  copyColumn(bytes.subarray(at, at + 4 * count), number)
  at += 4 * count
  copyColumn(bytes.subarray(at, at + 2 * count), value)
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

/** A console that begins reads thousands of frames: not number by number. */
function copyColumn(bytes: Buffer, column: Uint32Array | Uint16Array): void {
  const copy = Buffer.from(column.buffer)
  copy.set(bytes)
  if (IS_LITTLE_ENDIAN) return
  if (column.BYTES_PER_ELEMENT === 4) copy.swap32()
  else copy.swap16()
}

export function encodeSent({ oldest, newest }: Sent): Buffer {
  const out = Buffer.alloc(16)
  out.writeDoubleLE(oldest, 0)
  out.writeDoubleLE(newest, 8)
  return out
}

/** Null without the header: an old frame, or one that shows no event. */
export function sentOf(headers: [string, Buffer | null][] | undefined): Sent | null {
  const value = headers?.find(([name]) => name === SENT_HEADER)?.[1]
  if (value?.length !== 16) return null
  return { oldest: value.readDoubleLE(0), newest: value.readDoubleLE(8) }
}
