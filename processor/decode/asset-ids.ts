// Asset ids by their bytes: which asset a record's key names, without a text for every record.
import type { DomainProgram } from '../program/program.ts'

/** Half of the places stay empty, so that a search is short. */
const PLACES_PER_ID = 2
const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193
const UNKNOWN = -1

/** Ids that are written as they are in JSON; any other is not found here. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

const tables = new WeakMap<DomainProgram, AssetIds>()

/** Of the domain's assets; made once for all of its topic-partitions. */
export function assetIdsOf(program: DomainProgram): AssetIds {
  const known = tables.get(program)
  if (known) return known
  const { from, to } = program.assets
  const table = new AssetIds(program.catalogue.ids.slice(from, to))
  tables.set(program, table)
  return table
}

export class AssetIds {
  /** All ids behind one another, and where each begins. */
  readonly #bytes: Buffer
  readonly #starts: Uint32Array
  /** Index + 1 by hash, with open addressing; 0 = empty. */
  readonly #places: Uint32Array

  constructor(ids: string[]) {
    const plain = ids.map((id) => (PLAIN.test(id) ? id : ''))
    this.#bytes = Buffer.from(plain.join(''), 'latin1')
    this.#starts = new Uint32Array(ids.length + 1)
    let start = 0
    for (let i = 0; i < plain.length; i++) {
      start += plain[i].length
      this.#starts[i + 1] = start
    }
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(PLACES_PER_ID * (ids.length + 1))))
    for (let i = 0; i < ids.length; i++) if (plain[i] !== '') this.#put(i)
  }

  /** The index of this id; -1 when it is none of them. */
  find(id: Buffer): number {
    const mask = this.#places.length - 1
    for (let at = hashOf(id, 0, id.length) & mask; ; at = (at + 1) & mask) {
      const index = this.#places[at] - 1
      if (index === UNKNOWN) return UNKNOWN
      if (this.#isId(index, id)) return index
    }
  }

  #put(index: number): void {
    const mask = this.#places.length - 1
    let at = hashOf(this.#bytes, this.#starts[index], this.#starts[index + 1]) & mask
    while (this.#places[at] !== 0) at = (at + 1) & mask
    this.#places[at] = index + 1
  }

  #isId(index: number, id: Buffer): boolean {
    const start = this.#starts[index]
    if (this.#starts[index + 1] - start !== id.length) return false
    for (let i = 0; i < id.length; i++) if (this.#bytes[start + i] !== id[i]) return false
    return true
  }
}

/** FNV-1a. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = FNV_START
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], FNV_PRIME)
  return (hash ^ (hash >>> 15)) >>> 0
}
