// The walk over what something remembers: one method of each class passes its fields, and the walk saves or restores them.

/** Columns of fixed length, overwritten in place. */
export type WalkedColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

/** Whoever has one passes each field that changes, always in the same order, and assigns what the walk gives back. */
export interface HasState {
  state(walk: StateWalk): void
}

/**
 * Saving, each call takes a value and gives it back; restoring, it gives the one that was saved, and what is handed in as a
 * container is filled anew. Numbers come back to the bit (NaN, −0, Infinity).
 */
export interface StateWalk {
  /** Saving, throws a Problem with this text where there is one: it cannot be saved just now. */
  refuse(why: string | null): void
  number(value: number): number
  /** A number of entries that follow: refused if there are not that many bytes left. */
  count(value: number): number
  flag(value: boolean): boolean
  /** One of a type's texts comes back as one of them: the bytes are sealed, and were written by the same code. */
  text<T extends string>(value: T): T
  /** A text, or undefined. */
  maybe(value: string | undefined): string | undefined
  bytes(value: Uint8Array): Buffer
  /** Plain data: null, undefined, booleans, numbers, texts, bytes, lists and objects of these. For what is few. */
  plain<T>(value: T): T
  numbers(column: WalkedColumn): void
  /** A column of fixed length; only entries other than undefined cost anything. */
  texts(column: (string | undefined)[]): void
  /** A list of any length, filled anew. */
  growing(list: number[]): void
  /** A list of any length, filled anew; `blank` is what `each` gets in place of an entry that is being restored. */
  list<T>(list: T[], blank: T, each: (one: T) => T): void
  /** Likewise; entries keep their order. */
  map<K extends string | number, V>(map: Map<K, V>, blank: V, each: (one: V) => V): void
  /** Visits entries that are always there, in place. */
  each<T>(list: readonly T[], visit: (one: T) => void): void
  part(part: HasState): void
  /** Parts of one kind that are always there. */
  parts(parts: readonly HasState[]): void
}
