// What a daily curve is at an asset's place: the city's expectation, and what the day, the weather and chance make of it there.
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

export function createLocalDemand(context: SimulationContext): LocalDemand {
  const { assets, catalogue, demand } = context
  return {
    level: (curve, time) => demand.curve(curve, time),
    peak: (curve) => demand.peak(curve),
    expected: (curve, time) => demand.curve(curve, time),
    placeOf: (i) => catalogue.cell[assets[i]],
  }
}
