// Expected records that were not found, until an unexpected one turns out to be one of them, altered.
import { type ExpectedRecords, push } from './expected-records.ts'

export class MissingRecords {
  readonly #left: Set<number>
  /** By key; `''` = ticks and markers. */
  readonly #byKey = new Map<string, number[]>()

  constructor(expected: ExpectedRecords, upToTick: number | null) {
    this.#left = new Set(expected.missing(upToTick))
    for (const i of this.#left) push(this.#byKey, expected.keyOf(i) ?? '', i)
  }

  /** Those that nothing stands for. */
  get left(): Iterable<number> {
    return this.#left
  }

  /** The first of these that is missing; from now on it is not. */
  takeOne(among: number[]): number | undefined {
    return among.find((i) => this.#left.delete(i))
  }

  /** The one of this key that is nearest to index `near`. */
  takeNearest(key: string | null, near: number): number | undefined {
    const distance = (i: number) => Math.abs(i - near)
    const [nearest] = (this.#byKey.get(key ?? '') ?? [])
      .filter((i) => this.#left.has(i))
      .sort((a, b) => distance(a) - distance(b))
    if (nearest !== undefined) this.#left.delete(nearest)
    return nearest
  }
}
