// When an asset's periodic event is due: the scenario's cadence, spread over the period or aligned to the city's clock.
import { CITY_OFFSET_MS } from '../../infra/time.ts'
import type { SimulationContext } from './simulator.ts'
import { MomentaryStream } from './streams.ts'

export type PeriodicEvents = {
  /** Time of the first event: the census, or the commissioning when that lies in the run. */
  first(i: number): number
  /** Time of the first event after `time`. */
  next(i: number, time: number): number
}

/**
 * The periodic event of every asset of a context. `aligned`: at whole periods of the city's day (:00, :15, :30, :45 for
 * 15 min); `spread`: each asset at an offset of its own, drawn from its own stream, so that load is even.
 */
export function createPeriodicEvents(context: SimulationContext): PeriodicEvents {
  const { assets, catalogue, scenario } = context
  const { everyMs, phase } = context.cadence
  const offsets = new Float64Array(assets.length)
  if (phase === 'spread') {
    const stream = new MomentaryStream(scenario.seed)
    for (let i = 0; i < assets.length; i++) {
      stream.begin(catalogue.ids[assets[i]], 'phase')
      offsets[i] = stream.below(everyMs)
    }
  }
  const lastAtOrBefore = (i: number, time: number) =>
    time - ((time + CITY_OFFSET_MS - offsets[i] + everyMs) % everyMs)
  return {
    first(i) {
      const commissioned = catalogue.commissionedAt[assets[i]]
      if (commissioned > scenario.start) return commissioned
      const report = lastAtOrBefore(i, scenario.start - 1)
      // An asset that went into service since its last report was due reports then, and never before.
      return Math.max(report, Math.min(commissioned, scenario.start - 1))
    },
    next: (i, time) => lastAtOrBefore(i, time) + everyMs,
  }
}
