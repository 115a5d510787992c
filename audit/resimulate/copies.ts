// Rows of records that were there before: what a retried append leaves, or what somebody wrote twice.
import type { PlaceList } from '../place.ts'
import type { ExpectedRecords } from './expected-records.ts'

export class Copies {
  readonly #expected: ExpectedRecords
  readonly #places: PlaceList
  readonly #isStrict: boolean
  /** All expected records of the log, copies included, by where they stand; `name` = their bytes. */
  readonly #history: { name: string; offset: bigint; expected: number }[] = []
  /** Indices into the history: the row of copies that has not ended yet. */
  #row: number[] = []

  /** `strict`: copies right behind their originals count as doubled, not as retried. */
  constructor(expected: ExpectedRecords, places: PlaceList, strict: boolean) {
    this.#expected = expected
    this.#places = places
    this.#isStrict = strict
  }

  original(name: string, offset: bigint, expected: number): void {
    this.end()
    this.#history.push({ name, offset, expected })
  }

  copy(name: string, offset: bigint, expected: number): void {
    this.#row.push(this.#history.length)
    this.#history.push({ name, offset, expected })
  }

  /** A row of copies is harmless when it repeats what stands right before it, once or several times. */
  end(): void {
    const copies = this.#row
    if (copies.length === 0) return
    const history = this.#history
    const repeats = (period: number) =>
      copies.every((i) => history[i].name === history[i - period]?.name)
    const isRetry = copies.some((_, i) => repeats(i + 1))
    for (const i of copies) {
      const { expected, offset } = history[i]
      const behind = isRetry ? ', right behind it as a retried append leaves it' : ''
      const detail = `same bytes as offset ${this.#expected.offsetOf(expected)}${behind}`
      const kind = isRetry && !this.#isStrict ? 'retried' : 'doubled'
      this.#places.add({ ...this.#expected.about(expected), kind, offset, detail })
    }
    this.#row = []
  }
}
