// Asset ids by their bytes: which asset a record's key names, without a text for every record.
import type { DomainProgram } from '../program/program.ts'
import { hashAt, isSameText, Memory } from './byte-text.ts'

/** Half of the places stay empty, so that a search is short. */
const PLACES_PER_ID = 2
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
  readonly #text: DataView
  readonly #starts: Uint32Array
  /** Index + 1 by hash, with open addressing; 0 = empty. */
  readonly #places: Uint32Array
  readonly #memory = new Memory()

  constructor(ids: string[]) {
    const plain = ids.map((id) => (PLAIN.test(id) ? id : ''))
    this.#text = new DataView(new TextEncoder().encode(plain.join('')).buffer)
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
  find(id: Uint8Array): number {
    const at = this.#memory.enter(id)
    const { view } = this.#memory
    const { length } = id
    const mask = this.#places.length - 1
    for (let place = hashAt(view, at, length) & mask; ; place = (place + 1) & mask) {
      const index = this.#places[place] - 1
      if (index === UNKNOWN) return UNKNOWN
      const start = this.#starts[index]
      if (this.#starts[index + 1] - start !== length) continue
      if (isSameText(this.#text, start, view, at, length)) return index
    }
  }

  /** True when the id of this index stands at `at`. */
  isAt(index: number, { view }: Memory, at: number): boolean {
    const start = this.#starts[index]
    const length = this.#starts[index + 1] - start
    return at + length <= view.byteLength && isSameText(this.#text, start, view, at, length)
  }

  #put(index: number): void {
    const mask = this.#places.length - 1
    const start = this.#starts[index]
    let at = hashAt(this.#text, start, this.#starts[index + 1] - start) & mask
    while (this.#places[at] !== 0) at = (at + 1) & mask
    this.#places[at] = index + 1
  }
}
