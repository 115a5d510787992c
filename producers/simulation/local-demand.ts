// What a daily curve is at an asset's place: the city's expectation, and what the day, the weather and chance make of it there.
import { createDeviation, meanShares, type WeatherShares } from './days/deviation.ts'
import { LocalFactors, placesOfAssets } from './days/local-factors.ts'
import type { SimulationContext } from './simulator.ts'

/** One curve, found by its name once: for what asks for its level hundreds of thousands of times a second. */
export type LocalCurve = {
  /** Level at asset `i` of the context; its mean over days and places is what is expected. */
  level(time: number, i: number): number
  /** What is expected at `time`, wherever. */
  expected(time: number): number
  /** Upper bound of `level` over all times and places: the majorant for thinning. */
  peak: number
}

export type LocalDemand = {
  /** Throws a Problem for a name that the city's demand lacks. */
  curve(name: string): LocalCurve
  /** `curve(name).level(time, i)`, likewise the others: for what asks now and then. */
  level(name: string, time: number, i: number): number
  peak(name: string): number
  expected(name: string, time: number): number
  /** Number of the asset's place: assets with the same number have the same level. */
  placeOf(i: number): number
}

/** A curve without `effects` is everywhere and always what is expected of it. */
export function createLocalDemand(context: SimulationContext): LocalDemand {
  const { city, demand, scenario, weather } = context
  const places = placesOfAssets(context)
  // Not saved: made again when it is asked for.
  const known = new Map<string, LocalCurve>()
  // Not saved: likewise.
  let mean: WeatherShares | undefined

  function make(name: string): LocalCurve {
    const levels = demand.levels(name)
    const expected = (time: number) => levels.at(time)
    const effects = city.demand[name]?.effects
    if (!effects) return { level: expected, expected, peak: levels.peak }
    mean ??= meanShares(weather)
    const family = effects.family ?? name
    const deviation = createDeviation({ effects, family, seed: scenario.seed, weather, mean })
    const factors = new LocalFactors(deviation, places)
    return {
      level: (time, i) => levels.at(time) * factors.at(time, places.of[i]),
      expected,
      peak: levels.peak * factors.most,
    }
  }

  function curve(name: string): LocalCurve {
    let found = known.get(name)
    if (found === undefined) {
      found = make(name)
      known.set(name, found)
    }
    return found
  }

  return {
    curve,
    level: (name, time, i) => curve(name).level(time, i),
    peak: (name) => curve(name).peak,
    expected: (name, time) => curve(name).expected(time),
    placeOf: (i) => places.of[i],
  }
}
