// Seeded luck: one stream per purpose, so that a new kind of accident does not change the others.
import { below, exponential, pick, stream, uniform } from '../../infra/random.ts'

export type Chance = ReturnType<typeof createChance>

export function createChance(seed: number, purpose: string) {
  const words = stream(seed, 'simulation', purpose)
  return {
    /** True with probability p. */
    of: (p: number) => p > 0 && uniform(words, 0) < p,
    between: (low: number, high: number) => low + uniform(words, 0) * (high - low),
    /** A whole number from 0 to n - 1. */
    below: (n: number) => below(words, 0, n),
    pick: <T>(list: readonly T[]): T => pick(words, 0, list),
    exponential: (mean: number) => exponential(words, 0, mean),
    shuffled<T>(list: readonly T[]): T[] {
      const rest = [...list]
      const out: T[] = []
      while (rest.length > 0) out.push(...rest.splice(below(words, 0, rest.length), 1))
      return out
    },
  }
}
