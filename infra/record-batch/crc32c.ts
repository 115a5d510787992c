// CRC-32C (Castagnoli), the checksum of Kafka's record batches: eight bytes at a time.

const POLYNOMIAL = 0x82f63b78

const TABLES: Int32Array[] = Array.from({ length: 8 }, () => new Int32Array(256))
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  TABLES[0][byte] = crc
}
for (let t = 1; t < 8; t++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = TABLES[t - 1][byte]
    TABLES[t][byte] = (before >>> 8) ^ TABLES[0][before & 0xff]
  }
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES

export function crc32c(bytes: Uint8Array): number {
  let crc = -1
  let i = 0
  for (const whole = bytes.length - 7; i < whole; i += 8) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    crc =
      T7[crc & 0xff] ^
      T6[(crc >>> 8) & 0xff] ^
      T5[(crc >>> 16) & 0xff] ^
      T4[crc >>> 24] ^
      T3[bytes[i + 4]] ^
      T2[bytes[i + 5]] ^
      T1[bytes[i + 6]] ^
      T0[bytes[i + 7]]
  }
  for (; i < bytes.length; i++) crc = T0[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return (crc ^ -1) >>> 0
}
