// Saves what a walk passes into bytes: little endian, doubles as they are, texts as UTF-8.
import { Problem } from '../problem.ts'
import { HAS_TEXT, KEY_NUMBER, KEY_TEXT, NO_TEXT, PLAIN } from './state-tags.ts'
import type { HasState, StateWalk, WalkedColumn } from './state-walk.ts'

const PIECE_BYTES = 4 * 1024 * 1024
const WORST_BYTES_PER_UNIT = 3 // one UTF-16 unit is at most three bytes of UTF-8

export class StateWriter implements StateWalk {
  /** Those that are full, and the one that is written to. */
  readonly #full: Buffer[] = []
  #buffer = Buffer.allocUnsafe(PIECE_BYTES)
  #at = 0

  /** What was written so far, piece by piece: views. */
  get written(): Buffer[] {
    return [...this.#full, this.#buffer.subarray(0, this.#at)]
  }

  refuse(why: string | null): void {
    if (why !== null) throw new Problem(why)
  }

  number(value: number): number {
    this.#makeRoom(8)
    this.#at = this.#buffer.writeDoubleLE(value, this.#at)
    return value
  }

  count(value: number): number {
    this.#makeRoom(4)
    this.#at = this.#buffer.writeUInt32LE(value, this.#at)
    return value
  }

  flag(value: boolean): boolean {
    this.#byte(value ? 1 : 0)
    return value
  }

  text<T extends string>(value: T): T {
    this.#makeRoom(4 + value.length * WORST_BYTES_PER_UNIT)
    const length = this.#buffer.write(value, this.#at + 4, 'utf8')
    this.#buffer.writeUInt32LE(length, this.#at)
    this.#at += 4 + length
    return value
  }

  maybe(value: string | undefined): string | undefined {
    this.#byte(value === undefined ? NO_TEXT : HAS_TEXT)
    return value === undefined ? value : this.text(value)
  }

  bytes(value: Uint8Array): Buffer {
    this.#put(value)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  plain<T>(value: T): T {
    if (value === undefined) this.#byte(PLAIN.undefined)
    else if (value === null) this.#byte(PLAIN.null)
    else if (typeof value === 'boolean') this.#byte(value ? PLAIN.true : PLAIN.false)
    else if (typeof value === 'number') this.number(this.#tagged(PLAIN.number, value))
    else if (typeof value === 'string') this.text(this.#tagged(PLAIN.text, value as string))
    else if (value instanceof Uint8Array) this.bytes(this.#tagged(PLAIN.bytes, value))
    else if (Array.isArray(value)) {
      this.count(this.#tagged(PLAIN.list, value.length))
      for (const one of value) this.plain(one)
    } else if (isPlainObject(value)) {
      const entries = Object.entries(value)
      this.count(this.#tagged(PLAIN.object, entries.length))
      for (const [key, of] of entries) {
        this.text(key)
        this.plain(of)
      }
    } else throw new Error(`state: ${typeof value} ${String(value)} is no plain data`)
    return value
  }

  numbers(column: WalkedColumn): void {
    this.#put(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  }

  texts(column: (string | undefined)[]): void {
    let set = 0
    for (const text of column) if (text !== undefined) set++
    this.count(set)
    column.forEach((text, i) => {
      if (text === undefined) return
      this.count(i)
      this.text(text)
    })
  }

  growing(list: number[]): void {
    const areSmall = this.flag(list.every((value) => Object.is(value | 0, value)))
    this.numbers(areSmall ? Int32Array.from(list) : Float64Array.from(list))
  }

  list<T>(list: T[], _blank: T, each: (one: T) => T): void {
    this.count(list.length)
    for (const one of list) each(one)
  }

  map<K extends string | number, V>(map: Map<K, V>, _blank: V, each: (one: V) => V): void {
    this.count(map.size)
    for (const [key, value] of map) {
      this.#byte(typeof key === 'number' ? KEY_NUMBER : KEY_TEXT)
      if (typeof key === 'number') this.number(key)
      else this.text(key)
      each(value)
    }
  }

  each<T>(list: readonly T[], visit: (one: T) => void): void {
    this.count(list.length)
    list.forEach(visit)
  }

  part(part: HasState): void {
    part.state(this)
  }

  parts(parts: readonly HasState[]): void {
    this.count(parts.length)
    for (const part of parts) part.state(this)
  }

  #put(bytes: Uint8Array): void {
    this.count(bytes.length)
    this.#makeRoom(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #byte(value: number): void {
    this.#makeRoom(1)
    this.#buffer[this.#at++] = value
  }

  #tagged<T>(tag: number, value: T): T {
    this.#byte(tag)
    return value
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    this.#full.push(this.#buffer.subarray(0, this.#at))
    this.#buffer = Buffer.allocUnsafe(Math.max(bytes, PIECE_BYTES))
    this.#at = 0
  }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object') return false
  const kind = Object.getPrototypeOf(value)
  return kind === Object.prototype || kind === null
}
