// The stretches of mains, as the catalogue's attribute `feeder` names them: every asset hangs on one, its own or the nearest of its cell.
import { cos } from '../../infra/maths.ts'
import type { Catalogue } from '../../seeds/contract.ts'

const ATTRIBUTE = 'feeder'
const RADIANS = Math.PI / 180

export type Feeders = {
  readonly list: readonly { name: string; lon: number; lat: number }[]
  /** Feeder by asset number; -1 where its cell has none. */
  readonly of: Int32Array
}

/** Looked at over the whole city, so that every shard finds the same ones. A feeder begins where its first asset stands. */
export function feedersOf({ size, attributes, cell, lon, lat }: Catalogue): Feeders {
  const numbers = new Map<string, number>()
  const list: { name: string; lon: number; lat: number }[] = []
  const of = new Int32Array(size).fill(-1)
  const ofCell = new Map<number, number[]>()
  for (let n = 0; n < size; n++) {
    const name = attributes[n][ATTRIBUTE]
    if (name === undefined) continue
    let number = numbers.get(String(name))
    if (number === undefined) {
      number = list.push({ name: String(name), lon: lon[n], lat: lat[n] }) - 1
      numbers.set(String(name), number)
      const known = ofCell.get(cell[n])
      if (known) known.push(number)
      else ofCell.set(cell[n], [number])
    }
    of[n] = number
  }
  for (let n = 0; n < size; n++) {
    if (of[n] < 0) of[n] = nearest(list, ofCell.get(cell[n]) ?? [], lon[n], lat[n])
  }
  return { list, of }
}

function nearest(list: Feeders['list'], among: number[], lon: number, lat: number): number {
  const shrink = cos(lat * RADIANS)
  let found = -1
  let least = Number.POSITIVE_INFINITY
  for (const number of among) {
    const x = (list[number].lon - lon) * shrink
    const y = list[number].lat - lat
    const distance = x * x + y * y
    if (distance >= least) continue
    least = distance
    found = number
  }
  return found
}
