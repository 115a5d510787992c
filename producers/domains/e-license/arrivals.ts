// When people come: a Poisson process with the day's rate, by thinning (Lewis & Shedler 1979).
// Propose at the highest rate M ≥ λ(t), keep with probability λ(t)/M; closed hours are skipped whole.
import { exp } from '../../../infra/maths.ts'
import { DAY_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { createOfficeHours } from './office-hours.ts'
import type { LicenceParameters } from './parameters.ts'

export type Arrivals = {
  /** First arrival at point `i` after `time`, whole ms; draws from the point's own stream. */
  next(i: number, time: number): number
  /** Expected arrivals per ms at `time`. */
  rate(i: number, time: number): number
  isOpen(i: number, time: number): boolean
}

export function createArrivals(context: SimulationContext): Arrivals {
  const p = context.parameters as LicenceParameters
  const { assets, catalogue, demand } = context
  const hours = createOfficeHours(demand, p.officeHours)
  const types = Object.values(p.points)
  const typeNames = Object.keys(p.points)
  const typeOf = new Uint8Array(assets.length)
  const perMs = new Float64Array(assets.length)
  const { arrival } = createStreams(context, ['arrival'])
  // The mean of a log-normal is median·exp(σ²/2): points differ, their mean stays perDay.
  const medianSize = exp(-(p.pointSigma ** 2) / 2)
  for (let i = 0; i < assets.length; i++) {
    typeOf[i] = typeNames.indexOf(String(catalogue.attributes[assets[i]].type))
    const size = arrival.logNormal(i, medianSize, p.pointSigma)
    perMs[i] = (types[typeOf[i]].perDay / DAY_MS) * size
  }
  const peaks = types.map((t) => demand.peak(t.curve))

  const isOpen = (i: number, time: number) => !types[typeOf[i]].officeHours || hours.isOpen(time)
  const shape = (i: number, time: number) =>
    isOpen(i, time) ? demand.curve(types[typeOf[i]].curve, time) : 0

  return {
    isOpen,
    rate: (i, time) => perMs[i] * shape(i, time),
    next(i, time) {
      const type = types[typeOf[i]]
      const peak = peaks[typeOf[i]]
      const meanGap = 1 / (perMs[i] * peak)
      if (!(meanGap < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY
      let t = time
      for (;;) {
        t = Math.max(t + 1, Math.floor(t + arrival.exponential(i, meanGap)))
        if (type.officeHours && !hours.isOpen(t)) {
          // Memoryless: nothing can arrive while closed, so the next proposal counts from the opening.
          t = hours.opensAt(t) - 1
          if (t === Number.POSITIVE_INFINITY) return t
          continue
        }
        if (arrival.uniform(i) * peak < demand.curve(type.curve, t)) return t
      }
    },
  }
}
