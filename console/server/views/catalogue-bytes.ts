// The catalogue as the page reads it: positions on a 16-bit grid, domain and scope, in columns (messages.ts).
import type { Catalogue } from '../../../seeds/contract.ts'
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../messages.ts'
import { COARSE_MAGIC, FINE_HEADER_BYTES, FINE_MAGIC } from '../../packed-messages.ts'

const GRID = 65_535

/** About 1.5 m per step over a city of 100 km. */
export function encodeCatalogue(catalogue: Catalogue): Buffer {
  const { size, lon, lat } = catalogue
  const bytes = Buffer.alloc(CATALOGUE_HEADER_BYTES + 6 * size)
  const x = grid(lon)
  const y = grid(lat)
  bytes.writeUInt32LE(CATALOGUE_MAGIC, 0)
  bytes.writeUInt32LE(size, 4)
  for (const [i, number] of [x.from, y.from, x.step, y.step].entries()) {
    bytes.writeDoubleLE(number, 8 + 8 * i)
  }
  let at = CATALOGUE_HEADER_BYTES
  for (const { from, step, of } of [x, y]) {
    for (let i = 0; i < size; i++)
      bytes.writeUInt16LE(Math.round((of[i] - from) / step), at + 2 * i)
    at += 2 * size
  }
  bytes.set(catalogue.domain.subarray(0, size), at)
  bytes.set(catalogue.district.subarray(0, size), at + size)
  return bytes
}

/** What a map of the whole city needs of `encodeCatalogue`'s bytes, and what is left: random bytes that nothing makes fewer. */
export function partsOf(whole: Buffer): { coarse: Buffer; fine: Buffer } {
  const size = whole.readUInt32LE(4)
  const positions = whole.subarray(CATALOGUE_HEADER_BYTES, CATALOGUE_HEADER_BYTES + 4 * size)
  const each = (byte: number) =>
    Uint8Array.from({ length: 2 * size }, (_, i) => positions[2 * i + byte])
  const rest = whole.subarray(CATALOGUE_HEADER_BYTES + 4 * size)
  const coarse = Buffer.concat([whole.subarray(0, CATALOGUE_HEADER_BYTES), each(1), rest])
  coarse.writeUInt32LE(COARSE_MAGIC, 0)
  const head = Buffer.alloc(FINE_HEADER_BYTES)
  head.writeUInt32LE(FINE_MAGIC, 0)
  head.writeUInt32LE(size, 4)
  return { coarse, fine: Buffer.concat([head, each(0)]) }
}

function grid(of: Float64Array): { from: number; step: number; of: Float64Array } {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const degrees of of) {
    from = Math.min(from, degrees)
    to = Math.max(to, degrees)
  }
  if (of.length === 0) return { from: 0, step: 1, of }
  return { from, step: to > from ? (to - from) / GRID : 1, of }
}
