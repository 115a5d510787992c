// When an asset's periodic event is due: the scenario's cadence, spread over the period or aligned to the city's clock.
import { below, seedStream, streamTable } from '../../infra/random.ts'
import { CITY_OFFSET_MS } from '../../infra/time.ts'
import type { SimulationContext } from './simulator.ts'

export type Beats = {
  /** Time of the first event: the census, or the commissioning when that lies in the run. */
  first(i: number): number
  /** First beat after `time`. */
  next(i: number, time: number): number
}

/**
 * Beats of every asset of a context. `aligned`: at whole periods of the city's day (:00, :15, :30, :45 for 15 min);
 * `spread`: each asset at an offset of its own, drawn from its own stream, so that load is even.
 */
export function createBeats(context: SimulationContext): Beats {
  const { assets, catalogue, scenario } = context
  const { everyMs, phase } = context.cadence
  const offsets = new Float64Array(assets.length)
  if (phase === 'spread') {
    const words = streamTable(1)
    for (let i = 0; i < assets.length; i++) {
      seedStream(words, 0, scenario.seed, catalogue.ids[assets[i]], 'phase')
      offsets[i] = below(words, 0, everyMs)
    }
  }
  const lastAtOrBefore = (i: number, time: number) =>
    time - ((time + CITY_OFFSET_MS - offsets[i] + everyMs) % everyMs)
  return {
    first(i) {
      const commissioned = catalogue.commissionedAt[assets[i]]
      if (commissioned > scenario.start) return commissioned
      const beat = lastAtOrBefore(i, scenario.start - 1)
      // An asset that went into service since its last beat reports then, and never before.
      return Math.max(beat, Math.min(commissioned, scenario.start - 1))
    },
    next: (i, time) => lastAtOrBefore(i, time) + everyMs,
  }
}
