// Ranks by Zipf's law, for hot keys: rank r is drawn in proportion to 1 / r^s.
import { exp, ln } from '../../infra/maths.ts'
import { type StreamWords, uniform } from '../../infra/random.ts'

export class Zipf {
  /** Cumulative shares by rank; the last is 1. */
  readonly #cumulative: Float64Array

  constructor(ranks: number, exponent: number) {
    const cumulative = new Float64Array(ranks)
    let sum = 0
    for (let rank = 1; rank <= ranks; rank++) {
      sum += exp(-exponent * ln(rank))
      cumulative[rank - 1] = sum
    }
    for (let i = 0; i < ranks; i++) cumulative[i] /= sum
    this.#cumulative = cumulative
  }

  /** From 0, the most frequent. */
  draw(words: StreamWords): number {
    const at = uniform(words, 0)
    let low = 0
    let high = this.#cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#cumulative[middle] > at) high = middle
      else low = middle + 1
    }
    return low
  }
}
