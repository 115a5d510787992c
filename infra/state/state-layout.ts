// A fingerprint of how something walks its state: of the texts of all methods that do. Other code, other fingerprint.
import { createHash } from 'node:crypto'
import type { HasState, StateWalk, WalkedColumn } from './state-walk.ts'

/**
 * Meets what is always there and looks into no list, so that one thing has one layout whatever it remembers just now.
 */
export function layoutOf(part: HasState): string {
  const walk = new LayoutWalk()
  walk.part(part)
  return walk.fingerprint()
}

class LayoutWalk implements StateWalk {
  readonly #texts = new Set<string>()

  fingerprint(): string {
    const hash = createHash('sha256')
    for (const text of [...this.#texts].sort()) hash.update(`${text}\n`)
    return hash.digest('hex').slice(0, 16)
  }

  refuse(_why: string | null): void {}

  number(value: number): number {
    return value
  }

  count(value: number): number {
    return value
  }

  flag(value: boolean): boolean {
    return value
  }

  text<T extends string>(value: T): T {
    return value
  }

  maybe(value: string | undefined): string | undefined {
    return value
  }

  bytes(value: Uint8Array): Buffer {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  plain<T>(value: T): T {
    return value
  }

  numbers(_column: WalkedColumn): void {}

  texts(_column: (string | undefined)[]): void {}

  growing(_list: number[]): void {}

  list<T>(_list: T[], _blank: T, each: (one: T) => T): void {
    this.#meet(each)
  }

  map<K extends string | number, V>(_map: Map<K, V>, _blank: V, each: (one: V) => V): void {
    this.#meet(each)
  }

  each<T>(_list: readonly T[], visit: (one: T) => void): void {
    this.#meet(visit)
  }

  part(part: HasState): void {
    this.#texts.add(String(part.state))
    part.state(this)
  }

  parts(parts: readonly HasState[]): void {
    if (parts.length > 0) this.part(parts[0])
  }

  /** What is written where it is used is part of the method's own text. */
  #meet(helper: { name: string }): void {
    if (helper.name !== '') this.#texts.add(String(helper))
  }
}
