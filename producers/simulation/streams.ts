// Named streams of chance: each asset has one of its own per purpose, so that no draw depends on another asset or purpose.
import {
  below,
  exponential,
  logNormal,
  normal,
  pick,
  STREAM_WORDS,
  type StreamWords,
  seedStream,
  streamTable,
  uniform,
} from '../../infra/random.ts'
import type { HasState, SimulationContext, StateWalk } from './simulator.ts'

/** One purpose's streams, one for each asset of the context (or for each of its parts); `i` is the asset's index there. */
export class AssetStreams implements HasState {
  readonly #words: StreamWords

  constructor({ assets, catalogue, scenario }: SimulationContext, purposes: string[]) {
    const parts = purposes.length
    this.#words = streamTable(assets.length * parts)
    for (let i = 0; i < assets.length * parts; i++) {
      const id = catalogue.ids[assets[Math.floor(i / parts)]]
      seedStream(this.#words, i * STREAM_WORDS, scenario.seed, id, purposes[i % parts])
    }
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#words)
  }

  /** In [0, 1). */
  uniform(i: number): number {
    return uniform(this.#words, i * STREAM_WORDS)
  }

  /** Whole number in [0, n). */
  below(i: number, n: number): number {
    return below(this.#words, i * STREAM_WORDS, n)
  }

  /** One element of a non-empty list. */
  pick<T>(i: number, list: readonly T[]): T {
    return pick(this.#words, i * STREAM_WORDS, list)
  }

  /** Exponential with the given mean. */
  exponential(i: number, mean: number): number {
    return exponential(this.#words, i * STREAM_WORDS, mean)
  }

  /** Standard normal. */
  normal(i: number): number {
    return normal(this.#words, i * STREAM_WORDS)
  }

  /** Log-normal with the given median and sigma of the logarithm. */
  logNormal(i: number, median: number, sigma: number): number {
    return logNormal(this.#words, i * STREAM_WORDS, median, sigma)
  }
}

/**
 * The streams of a simulator by purpose: `createStreams(context, ['arrival', 'stay'])`, then `arrival.uniform(i)`.
 * A draw more for one purpose leaves all other draws as they are; so give each thing that is drawn a purpose.
 */
export function createStreams<const Purpose extends string>(
  context: SimulationContext,
  purposes: readonly Purpose[],
): Record<Purpose, AssetStreams> {
  const streams = purposes.map((purpose) => [purpose, new AssetStreams(context, [purpose])])
  return Object.fromEntries(streams) as Record<Purpose, AssetStreams>
}

/** Streams of the parts of each asset: part `k` of asset `i` draws at `i * parts + k`, for the purpose `<purpose>-<k>`. */
export function createPartStreams(
  context: SimulationContext,
  purpose: string,
  parts: number,
): AssetStreams {
  return new AssetStreams(
    context,
    Array.from({ length: parts }, (_, k) => `${purpose}-${k}`),
  )
}

/**
 * One stream that is begun anew for each thing drawn about: a feeder, an asset's day. What follows `begin` depends on the
 * seed, the id and the purpose alone, whoever asks and in whichever order.
 */
export class MomentaryStream {
  /** Not saved: begun anew before each draw. */
  readonly #words = streamTable(1)
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  begin(id: string, purpose: string): void {
    seedStream(this.#words, 0, this.#seed, id, purpose)
  }

  uniform(): number {
    return uniform(this.#words, 0)
  }

  below(n: number): number {
    return below(this.#words, 0, n)
  }

  logNormal(median: number, sigma: number): number {
    return logNormal(this.#words, 0, median, sigma)
  }
}
