// CRC-32C (Castagnoli), the checksum of Kafka's record batches: sixteen bytes at a time, read as four words.

const POLYNOMIAL = 0x82f63b78
const BYTES = 256
const STEP_BYTES = 16
const STEP_BITS = 4
const STEP_WORDS = 4

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
  const steps = IS_LITTLE_ENDIAN ? (length - head) >>> STEP_BITS : 0
  const words = new Int32Array(bytes.buffer, steps > 0 ? byteOffset + head : 0, STEP_WORDS * steps)
  for (let i = 0; i < words.length; i += STEP_WORDS) {
    const first = words[i] ^ crc
    const second = words[i + 1]
    const third = words[i + 2]
    const last = words[i + 3]
    // What does not wait for the words before comes first.
    crc =
      TABLES[0x300 + (last & 0xff)] ^
      TABLES[0x200 + ((last >>> 8) & 0xff)] ^
      TABLES[0x100 + ((last >>> 16) & 0xff)] ^
      TABLES[last >>> 24] ^
      TABLES[0x700 + (third & 0xff)] ^
      TABLES[0x600 + ((third >>> 8) & 0xff)] ^
      TABLES[0x500 + ((third >>> 16) & 0xff)] ^
      TABLES[0x400 + (third >>> 24)] ^
      TABLES[0xb00 + (second & 0xff)] ^
      TABLES[0xa00 + ((second >>> 8) & 0xff)] ^
      TABLES[0x900 + ((second >>> 16) & 0xff)] ^
      TABLES[0x800 + (second >>> 24)] ^
      TABLES[0xf00 + (first & 0xff)] ^
      TABLES[0xe00 + ((first >>> 8) & 0xff)] ^
      TABLES[0xd00 + ((first >>> 16) & 0xff)] ^
      TABLES[0xc00 + (first >>> 24)]
  }
  crc = byteByByte(crc, bytes, head + STEP_BYTES * steps, length)
  return (crc ^ -1) >>> 0
}

function byteByByte(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start
  for (let i = from; i < to; i++) crc = TABLES[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return crc
}
