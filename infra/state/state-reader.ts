// Restores what a walk passes from bytes that a writer wrote; whatever does not fit is a Problem, never another error.
import { Problem, problemText } from '../problem.ts'
import { HAS_TEXT, KEY_NUMBER, KEY_TEXT, NO_TEXT, PLAIN } from './state-tags.ts'
import type { HasState, StateWalk, WalkedColumn } from './state-walk.ts'

/** Plain data goes no deeper. */
const DEEPEST = 32

export class StateReader implements StateWalk {
  readonly #bytes: Buffer
  #at = 0
  #depth = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.#left > 0) this.#reject(`${this.#left} bytes more`, 'the end')
  }

  refuse(_why: string | null): void {}

  number(_value: number): number {
    return this.#bytes.readDoubleLE(this.#take(8))
  }

  count(_value: number): number {
    const count = this.#bytes.readUInt32LE(this.#take(4))
    if (count > this.#left) this.#reject(`${count} entries`, `at most ${this.#left}`)
    return count
  }

  flag(_value: boolean): boolean {
    const byte = this.#byte()
    if (byte > 1) this.#reject(`byte ${byte}`, '0 or 1')
    return byte === 1
  }

  text<T extends string>(_value: T): T {
    const length = this.count(0)
    const from = this.#take(length)
    return this.#bytes.toString('utf8', from, from + length) as T
  }

  maybe(_value: string | undefined): string | undefined {
    const tag = this.#byte()
    if (tag !== NO_TEXT && tag !== HAS_TEXT) this.#reject(`byte ${tag}`, 'a text or none')
    return tag === NO_TEXT ? undefined : this.text('')
  }

  bytes(_value: Uint8Array): Buffer {
    return Buffer.from(this.#view())
  }

  plain<T>(_value: T): T {
    if (++this.#depth > DEEPEST) this.#reject('plain data', `at most ${DEEPEST} levels of it`)
    const value = this.#plain(this.#byte())
    this.#depth--
    return value as T
  }

  numbers(column: WalkedColumn): void {
    const saved = this.#view()
    if (saved.length !== column.byteLength) {
      this.#reject(`a column of ${saved.length} bytes`, `${column.byteLength}`)
    }
    new Uint8Array(column.buffer, column.byteOffset, column.byteLength).set(saved)
  }

  texts(column: (string | undefined)[]): void {
    column.fill(undefined)
    const set = this.count(0)
    for (let k = 0; k < set; k++) {
      const i = this.#bytes.readUInt32LE(this.#take(4))
      if (i >= column.length) this.#reject(`entry ${i}`, `one of ${column.length}`)
      column[i] = this.text('')
    }
  }

  growing(list: number[]): void {
    const areSmall = this.flag(false)
    const saved = this.#view()
    const size = areSmall ? 4 : 8
    if (saved.length % size !== 0) this.#reject(`${saved.length} bytes`, `a multiple of ${size}`)
    list.length = 0
    for (let at = 0; at < saved.length; at += size) {
      list.push(areSmall ? saved.readInt32LE(at) : saved.readDoubleLE(at))
    }
  }

  list<T>(list: T[], blank: T, each: (one: T) => T): void {
    list.length = 0
    const count = this.count(0)
    for (let k = 0; k < count; k++) list.push(each(blank))
  }

  map<K extends string | number, V>(map: Map<K, V>, blank: V, each: (one: V) => V): void {
    map.clear()
    const count = this.count(0)
    for (let k = 0; k < count; k++) {
      const tag = this.#byte()
      if (tag !== KEY_NUMBER && tag !== KEY_TEXT) this.#reject(`byte ${tag}`, 'a key')
      const key = tag === KEY_NUMBER ? this.number(0) : this.text('')
      map.set(key as K, each(blank))
    }
  }

  each<T>(list: readonly T[], visit: (one: T) => void): void {
    this.#expect(list.length)
    list.forEach(visit)
  }

  part(part: HasState): void {
    part.state(this)
  }

  parts(parts: readonly HasState[]): void {
    this.#expect(parts.length)
    for (const part of parts) part.state(this)
  }

  get #left(): number {
    return this.#bytes.length - this.#at
  }

  #plain(tag: number): unknown {
    switch (tag) {
      case PLAIN.undefined:
        return undefined
      case PLAIN.null:
        return null
      case PLAIN.false:
        return false
      case PLAIN.true:
        return true
      case PLAIN.number:
        return this.number(0)
      case PLAIN.text:
        return this.text('')
      case PLAIN.bytes:
        return this.bytes(Buffer.alloc(0))
      case PLAIN.list: {
        const list: unknown[] = []
        this.list(list, undefined, () => this.plain(undefined))
        return list
      }
      case PLAIN.object: {
        const entries: [string, unknown][] = []
        for (let left = this.count(0); left > 0; left--) {
          const key = this.text('')
          entries.push([key, this.plain(undefined)])
        }
        return Object.fromEntries(entries)
      }
      default:
        return this.#reject(`byte ${tag}`, 'plain data')
    }
  }

  #expect(length: number): void {
    const saved = this.#bytes.readUInt32LE(this.#take(4))
    if (saved !== length) this.#reject(`${saved} parts`, `${length}`)
  }

  #view(): Buffer {
    const length = this.count(0)
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]
  }

  /** Where the next `bytes` bytes begin. */
  #take(bytes: number): number {
    if (bytes > this.#left) this.#reject(`${this.#left} bytes left`, `${bytes} or more`)
    const from = this.#at
    this.#at += bytes
    return from
  }

  #reject(got: string, expected: string): never {
    throw new Problem(problemText(`saved state, byte ${this.#at}`, got, expected, 'save it anew'))
  }
}
