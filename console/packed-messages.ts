// What a page that opens may get in few bytes: packed messages of the socket, an outline of all assets, a coarse catalogue.

/** Of the binary messages that say how assets are. */
export const BINARY_HEADER_BYTES = 24

/**
 * `/live?packed=1` saves a page that opens its bytes: no frames come before it subscribes to them, an outline instead, and
 * what is long comes packed: u8 op 3, u8 form (1 = JSON text, 2 = binary message), u16 reserved, then that message as raw
 * deflate. The outline: the same header with op 4 and seq 0, u8 magnitude[count] (of each value, how many binary digits it
 * has), u8 state[count]; it is not acknowledged.
 */
export const OP_PACKED = 3
export const OP_OUTLINE = 4
export const PACKED_HEADER_BYTES = 4
export const PACKED_TEXT = 1
export const PACKED_BINARY = 2

/**
 * GET /api/catalogue/:hash?part=coarse: u32 magic 'HCC2', then as HCC1 up to byte 40 (messages.ts), then the high bytes of the
 * positions, u8 lon[count], u8 lat[count], and u8 domain[count], u8 scope[count]. `?part=fine`: u32 magic 'HCC3', u32 count,
 * then the low bytes, u8 lon[count], u8 lat[count]. Both together say what HCC1 says.
 */
export const COARSE_MAGIC = 0x32434348
export const FINE_MAGIC = 0x33434348
export const FINE_HEADER_BYTES = 8

/** A whole number's count of binary digits; 0 has none. */
const magnitudeOf = (value: number): number => 32 - Math.clz32(value)
/** The middle of all values with so many binary digits. */
const middleOf = (magnitude: number): number => Math.floor(0.75 * 2 ** magnitude)

/** All assets from afar, by number; `epoch` and `simTime` (sim ms) as in a snapshot. */
type Outline = { epoch: number; simTime: number; value: Uint16Array; state: Uint8Array }

/** Of a whole message; the states are a view of `bytes`. */
export function decodeOutline(
  bytes: ArrayBuffer,
): Outline & { op: typeof OP_OUTLINE; seq: number; number: null } {
  const view = new DataView(bytes)
  const count = view.getUint32(12, true)
  const expected = BINARY_HEADER_BYTES + 2 * count
  if (bytes.byteLength !== expected) {
    throw new Error(`live message: ${bytes.byteLength} bytes, expected ${expected}`)
  }
  const magnitudes = new Uint8Array(bytes, BINARY_HEADER_BYTES, count)
  const value = new Uint16Array(count)
  for (let i = 0; i < count; i++) value[i] = middleOf(magnitudes[i])
  return {
    op: OP_OUTLINE,
    epoch: view.getUint32(4, true),
    seq: view.getUint32(8, true),
    simTime: view.getFloat64(16, true),
    number: null,
    value,
    state: new Uint8Array(bytes, BINARY_HEADER_BYTES + count, count),
  }
}

/** Encodes what a page sees of all assets from afar. */
export function encodeOutline({ epoch, simTime, value, state }: Outline): Uint8Array {
  const bytes = new Uint8Array(BINARY_HEADER_BYTES + 2 * state.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, OP_OUTLINE)
  view.setUint32(4, epoch, true)
  view.setUint32(12, state.length, true)
  view.setFloat64(16, simTime, true)
  for (let i = 0; i < state.length; i++) bytes[BINARY_HEADER_BYTES + i] = magnitudeOf(value[i])
  bytes.set(state, BINARY_HEADER_BYTES + state.length)
  return bytes
}
