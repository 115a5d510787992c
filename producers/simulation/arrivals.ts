// When things arrive by the hour's demand: a Poisson process with a varying rate, by thinning (Lewis & Shedler 1979).
import type { LocalDemand } from './local-demand.ts'
import type { AssetStreams } from './streams.ts'

/** First arrival at asset `i` after `time`, whole ms; `ratePerMs` is the rate where the curve is 1. Infinity: none ever. */
export type NextArrival = (i: number, time: number, curve: string, ratePerMs: number) => number

/** Proposes arrivals at the curve's highest rate, and keeps each with the probability that the curve has then and there. */
export function createArrivalTimes(demand: LocalDemand, stream: AssetStreams): NextArrival {
  return (i, time, curve, ratePerMs) => {
    const peak = demand.peak(curve)
    if (!(ratePerMs * peak > 0)) return Number.POSITIVE_INFINITY
    const meanGap = 1 / (ratePerMs * peak)
    let proposal = time
    for (;;) {
      proposal += stream.exponential(i, meanGap)
      if (stream.uniform(i) * peak < demand.level(curve, proposal, i))
        return Math.floor(proposal) + 1
    }
  }
}
