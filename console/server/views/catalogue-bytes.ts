// The catalogue as the page reads it: positions on a 16-bit grid, domain and scope, in columns (messages.ts).
import type { Catalogue } from '../../../seeds/contract.ts'
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../messages.ts'

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
