// CRC-32C (Castagnoli), the checksum of Kafka's record batches: eight bytes at a time, read as two words.

const POLYNOMIAL = 0x82f63b78
const BYTES = 256
const STEP_BYTES = 8

/** Table t, at 256 t: what a byte does to the checksum when t more bytes follow it. One array, so that there is one bound to check. */
const TABLES = new Int32Array(STEP_BYTES * BYTES)
for (let byte = 0; byte < BYTES; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  TABLES[byte] = crc
}
for (let at = BYTES; at < TABLES.length; at++) {
  const before = TABLES[at - BYTES]
  TABLES[at] = (before >>> 8) ^ TABLES[before & 0xff]
}
/** Words are read as this machine has them; where that is the other way round, byte for byte. */
const IS_LITTLE_ENDIAN = new Uint8Array(Int32Array.of(1).buffer)[0] === 1

export function crc32c(bytes: Uint8Array): number {
  const { length, byteOffset } = bytes
  // A view of words has to begin at a word.
  const head = Math.min(length, -byteOffset & 3)
  let crc = byteByByte(-1, bytes, 0, head)
  const steps = IS_LITTLE_ENDIAN ? Math.floor((length - head) / STEP_BYTES) : 0
  const words = new Int32Array(bytes.buffer, steps > 0 ? byteOffset + head : 0, 2 * steps)
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i] ^ crc
    const high = words[i + 1]
    crc =
      TABLES[0x700 + (low & 0xff)] ^
      TABLES[0x600 + ((low >>> 8) & 0xff)] ^
      TABLES[0x500 + ((low >>> 16) & 0xff)] ^
      TABLES[0x400 + (low >>> 24)] ^
      TABLES[0x300 + (high & 0xff)] ^
      TABLES[0x200 + ((high >>> 8) & 0xff)] ^
      TABLES[0x100 + ((high >>> 16) & 0xff)] ^
      TABLES[high >>> 24]
  }
  crc = byteByByte(crc, bytes, head + STEP_BYTES * steps, length)
  return (crc ^ -1) >>> 0
}

function byteByByte(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start
  for (let i = from; i < to; i++) crc = TABLES[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return crc
}
