// When people come: a Poisson process with the rate of the day, the month and the place, by thinning (Lewis & Shedler 1979).
// Propose at the highest rate M ≥ λ(t), keep with probability λ(t)/M; closed hours are skipped whole.
import { exp } from '../../../infra/maths.ts'
import { DAY_MS } from '../../../infra/time.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import type { HasState, SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import type { PointChannels } from './channels.ts'
import { createOfficeHours } from './office-hours.ts'
import type { LicenceParameters } from './parameters.ts'

export type Arrivals = HasState & {
  /** First arrival at point `i` after `time`, whole ms; draws from the point's own stream. */
  next(i: number, time: number): number
  isOpen(i: number, time: number): boolean
}

export function createArrivals(context: SimulationContext, channels: PointChannels): Arrivals {
  const p = context.parameters as LicenceParameters
  const { assets, catalogue, scenario } = context
  const demand = createLocalDemand(context)
  const hours = createOfficeHours(context.demand, p.officeHours)
  const perMs = new Float64Array(assets.length)
  const { arrival } = createStreams(context, ['arrival'])
  for (let i = 0; i < assets.length; i++) {
    const { perDay, sigma } = p.points[String(catalogue.attributes[assets[i]].type)]
    // The mean of a log-normal is median·exp(σ²/2): points differ, their mean stays perDay.
    const size = arrival.logNormal(i, exp(-(sigma ** 2) / 2), sigma)
    // A tenth of the city has all of its online services, each with a tenth of what comes.
    const part = channels.channelOf(i).onSite ? 1 : scenario.scale
    perMs[i] = (perDay / DAY_MS) * size * part
  }

  return {
    state: (walk) => walk.part(arrival),
    isOpen: (i, time) => !channels.channelOf(i).officeHours || hours.isOpen(time),
    next(i, time) {
      const { curve, officeHours } = channels.channelOf(i)
      const mix = channels.mixOf(i)
      const peak = demand.peak(curve) * mix.peak
      const meanGap = 1 / (perMs[i] * peak)
      if (!(meanGap < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY
      let t = time
      for (;;) {
        t = Math.max(t + 1, Math.floor(t + arrival.exponential(i, meanGap)))
        if (officeHours && !hours.isOpen(t)) {
          // Memoryless: nothing can arrive while closed, so the next proposal counts from the opening.
          t = hours.opensAt(t) - 1
          if (t === Number.POSITIVE_INFINITY) return t
          continue
        }
        const level = demand.level(curve, t, i) * mix.volume[channels.month(t)]
        if (arrival.uniform(i) * peak < level) return t
      }
    },
  }
}
