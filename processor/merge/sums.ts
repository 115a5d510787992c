// The sums of partials side by side in lists of numbers: thousands of them wait for their windows, and as objects of objects each
// of their hundreds of cells would be walked by the garbage collector again and again.
import type { Cell, Partial } from '../../producers/contract/records.ts'

export type SumKind = 'window' | 'day'

/** Numerator, denominator (0 where there is none) and n of each measure's window and day, scope by scope; what is behind its end is zero. */
export type PackedSums = Float64Array

const CELL = 3
const KINDS = 2

/** Where the cells of one domain's partials stand: the measures as they are declared, the scopes as they are met. */
export class SumLayout {
  readonly #measures: readonly string[]
  readonly #scopes = new Map<string, number>()
  /** Numbers of one scope. */
  readonly #width: number

  /** `measures`: their names, in the declaration's order. */
  constructor(measures: readonly string[]) {
    this.#measures = measures
    this.#width = measures.length * KINDS * CELL
  }

  pack({ measures }: Pick<Partial, 'measures'>): PackedSums {
    const wanted = this.#measures.map((name) => measures[name])
    for (const one of wanted) {
      if (!one) continue
      for (const cells of [one.window, one.day]) {
        for (const code in cells) {
          if (!this.#scopes.has(code)) this.#scopes.set(code, this.#scopes.size)
        }
      }
    }
    const sums = new Float64Array(this.#scopes.size * this.#width)
    wanted.forEach((one, m) => {
      if (!one) return
      this.#put(sums, one.window, at(m, 'window'))
      this.#put(sums, one.day, at(m, 'day'))
    })
    return sums
  }

  /** Of measure m of all of these, by scope. */
  sumOver(all: Iterable<PackedSums>, m: number, kind: SumKind): Map<string, Cell> {
    const total = new Map<string, Cell>()
    for (const [code, scope] of this.#scopes) {
      const from = scope * this.#width + at(m, kind)
      const cell: Cell = [0, 0, 0]
      for (const sums of all) {
        if (from >= sums.length) continue
        cell[0] += sums[from]
        cell[1]! += sums[from + 1]
        cell[2] += sums[from + 2]
      }
      total.set(code, cell)
    }
    return total
  }

  /** Whether every cell of measure m is the same in both, number by number; undefined is all zeros. */
  areEqual(a: PackedSums, b: PackedSums | undefined, m: number, kind: SumKind): boolean {
    for (let scope = 0; scope < this.#scopes.size; scope++) {
      const from = scope * this.#width + at(m, kind)
      for (let i = from; i < from + CELL; i++) if ((a[i] ?? 0) !== (b?.[i] ?? 0)) return false
    }
    return true
  }

  #put(sums: PackedSums, cells: Record<string, Cell>, measureAt: number): void {
    for (const code in cells) {
      const [numerator, denominator, n] = cells[code]
      const to = this.#scopes.get(code)! * this.#width + measureAt
      sums[to] = numerator
      sums[to + 1] = denominator ?? 0
      sums[to + 2] = n
    }
  }
}

const at = (m: number, kind: SumKind) => (KINDS * m + (kind === 'window' ? 0 : 1)) * CELL
