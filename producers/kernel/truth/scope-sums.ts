// Plain sums per scope of one topic-partition: numerator, denominator, and how many entered.
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import type { Cell } from '../../contract/records.ts'

/** The assets of one topic-partition by row, each with its scope; scopes by number, in the order of their names. */
export class TruthRows {
  readonly ids: readonly string[]
  /** Number of a row's scope. Not saved: the same from the start on. */
  readonly scopeOf: Uint16Array
  readonly scopes: readonly string[]

  /** Ids and scopes by row. */
  constructor(ids: readonly string[], scopes: readonly string[]) {
    this.ids = ids
    this.scopes = [...new Set(scopes)].sort()
    const numbers = new Map(this.scopes.map((scope, number) => [scope, number]))
    this.scopeOf = Uint16Array.from(scopes, (scope) => numbers.get(scope)!)
  }
}

export class ScopeSums {
  readonly numerator: Float64Array
  readonly denominator: Float64Array
  readonly n: Float64Array
  readonly #scopes: readonly string[]
  readonly #isDivided: boolean

  constructor({ scopes }: TruthRows, isDivided: boolean) {
    this.#scopes = scopes
    this.#isDivided = isDivided
    this.numerator = new Float64Array(scopes.length)
    this.denominator = new Float64Array(scopes.length)
    this.n = new Float64Array(scopes.length)
  }

  add({ numerator, denominator, n }: ScopeSums): void {
    for (let scope = 0; scope < n.length; scope++) {
      this.numerator[scope] += numerator[scope]
      this.denominator[scope] += denominator[scope]
      this.n[scope] += n[scope]
    }
  }

  clear(): void {
    this.numerator.fill(0)
    this.denominator.fill(0)
    this.n.fill(0)
  }

  /** Those scopes in which anything entered, by name. */
  cells(): Record<string, Cell> {
    const out: Record<string, Cell> = {}
    for (const [scope, name] of this.#scopes.entries()) {
      if (this.n[scope] === 0) continue
      const denominator = this.#isDivided ? this.denominator[scope] : null
      out[name] = [this.numerator[scope], denominator, this.n[scope]]
    }
    return out
  }

  state(walk: StateWalk): void {
    walk.numbers(this.numerator)
    walk.numbers(this.denominator)
    walk.numbers(this.n)
  }
}
