// Seeded randomness: one sfc32 stream per (seed, asset, purpose), so that no asset's draws depend on
// another's and adding a purpose never shifts an existing one.
import { cos, exp, ln } from './maths.ts'

/** Four 32-bit words of generator state per stream; several streams may share one array. */
export type StreamWords = Uint32Array

/** Words of one stream. */
export const STREAM_WORDS = 4
const WARM_UP_DRAWS = 12 // sfc32's author asks for 12 rounds to mix the seed

/** Room for `count` streams in one array: stream `i` starts at word `STREAM_WORDS * i`. */
export function streamTable(count: number): StreamWords {
  return new Uint32Array(count * STREAM_WORDS)
}

/** Seeds the stream at word `at` from a hash of (seed, id, purpose). */
export function seedStream(
  words: StreamWords,
  at: number,
  seed: number,
  id: string,
  purpose: string,
): void {
  const text = `${seed}\u0000${id}\u0000${purpose}`
  // cyrb128: four lanes over the text's code units, then a cross mix.
  let h1 = 1779033703
  let h2 = 3144134277
  let h3 = 1013904242
  let h4 = 2773480762
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179)
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067)
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233)
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213)
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179)
  h1 ^= h2 ^ h3 ^ h4
  words[at] = h1
  words[at + 1] = h2 ^ h1
  words[at + 2] = h3 ^ h1
  words[at + 3] = h4 ^ h1
  for (let i = 0; i < WARM_UP_DRAWS; i++) nextWord(words, at)
}

/** A stream of its own: `uniform(stream(seed, id, purpose), 0)`. */
export function stream(seed: number, id: string, purpose: string): StreamWords {
  const words = new Uint32Array(STREAM_WORDS)
  seedStream(words, 0, seed, id, purpose)
  return words
}

/** Next unsigned 32-bit word (sfc32, Chris Doty-Humphrey, PractRand). */
export function nextWord(words: StreamWords, at: number): number {
  const a = words[at]
  const b = words[at + 1]
  const c = words[at + 2]
  const d = words[at + 3]
  const t = (((a + b) | 0) + d) | 0
  words[at + 3] = (d + 1) | 0
  words[at] = b ^ (b >>> 9)
  words[at + 1] = (c + (c << 3)) | 0
  words[at + 2] = (((c << 21) | (c >>> 11)) + t) | 0
  return t >>> 0
}

/** Uniform in [0, 1), 32 bits of resolution. */
export function uniform(words: StreamWords, at: number): number {
  return nextWord(words, at) / 4294967296
}

/** Whole number in [0, n). */
export function below(words: StreamWords, at: number, n: number): number {
  return Math.floor((nextWord(words, at) / 4294967296) * n)
}

/** One element of a non-empty list. */
export function pick<T>(words: StreamWords, at: number, list: readonly T[]): T {
  return list[below(words, at, list.length)]
}

/** Exponential gap with the given mean (same unit as the mean). */
export function exponential(words: StreamWords, at: number, mean: number): number {
  return -ln(1 - nextWord(words, at) / 4294967296) * mean
}

/** Standard normal draw (Box-Muller, the cosine branch only, so that each draw costs two words). */
export function normal(words: StreamWords, at: number): number {
  const u = (nextWord(words, at) + 1) / 4294967297
  const v = nextWord(words, at) / 4294967296
  return Math.sqrt(-2 * ln(u)) * cos(2 * Math.PI * v)
}

/** Log-normal draw with the given median and sigma of the logarithm. */
export function logNormal(words: StreamWords, at: number, median: number, sigma: number): number {
  return median * exp(sigma * normal(words, at))
}
