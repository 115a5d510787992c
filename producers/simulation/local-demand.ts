// What a daily curve is at an asset's place: the city's expectation, and what the day, the weather and chance make of it there.
import { createDeviation, meanShares, type WeatherShares } from './days/deviation.ts'
import { LocalFactors, placesOfAssets } from './days/local-factors.ts'
import type { SimulationContext } from './simulator.ts'

export type LocalDemand = {
  /** Level of a named curve at asset `i` of the context; its mean over days and places is the curve. */
  level(curve: string, time: number, i: number): number
  /** Upper bound of `level(curve, ·, ·)` over all times and places: the majorant for thinning. */
  peak(curve: string): number
  /** What is expected of the curve at `time`, wherever. */
  expected(curve: string, time: number): number
  /** Number of the asset's place: assets with the same number have the same level. */
  placeOf(i: number): number
}

/** A curve without `effects` is everywhere and always what is expected of it. */
export function createLocalDemand(context: SimulationContext): LocalDemand {
  const { city, demand, scenario, weather } = context
  const places = placesOfAssets(context)
  const known = new Map<string, LocalFactors | null>()
  let mean: WeatherShares | undefined

  function factorsOf(curve: string): LocalFactors | null {
    const found = known.get(curve)
    if (found !== undefined) return found
    const effects = city.demand[curve]?.effects
    let made: LocalFactors | null = null
    if (effects) {
      mean ??= meanShares(weather)
      const family = effects.family ?? curve
      const deviation = createDeviation({ effects, family, seed: scenario.seed, weather, mean })
      made = new LocalFactors(deviation, places)
    }
    known.set(curve, made)
    return made
  }

  return {
    level(curve, time, i) {
      const factors = factorsOf(curve)
      const expected = demand.curve(curve, time)
      return factors === null ? expected : expected * factors.at(time, places.of[i])
    },
    peak: (curve) => demand.peak(curve) * (factorsOf(curve)?.most ?? 1),
    expected: (curve, time) => demand.curve(curve, time),
    placeOf: (i) => places.of[i],
  }
}
