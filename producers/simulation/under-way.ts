// What is under way when the run starts, so that it begins in a steady state: ages and whole lengths of what arrived before.
import { exp } from '../../infra/maths.ts'
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import type { LocalDemand } from './local-demand.ts'
import type { Stays } from './stays.ts'
import type { AssetStreams } from './streams.ts'

const STEP_MS = 15 * MINUTE_MS
/** Longer ago hardly anybody's stay reaches. */
const REACH_MS = 48 * HOUR_MS
/** Above this mean a normal draw stands in for the Poisson's. */
const LARGE_MEAN = 30
/** Ages at which a place is asked how much more or less has come there than expected; each stands for as many arrivals. */
const PLACE_AGES = 32
/** What overflows this often is simply full. */
const REDRAWS = 8

export type UnderWay = {
  /**
   * How many are under way at asset `i`: Poisson with the mean that the past's arrivals leave, given that no more than
   * `most` fit (the state of an M/G/c/c queue). `ratePerMs` is the rate of arrivals where the curve is 1.
   */
  count(stream: AssetStreams, i: number, ratePerMs: number, most?: number): number
  /** Draws one of them: its age and whole stay, whole ms, stay > age. The object is reused. */
  draw(stream: AssetStreams, i: number): { ageMs: number; stayMs: number }
}

/**
 * Tables for all assets that share a curve and a distribution of stays, as at time `at`; `reachMs` in steps of 15 min.
 * Ages are those of the whole city; how many there are is each place's own.
 */
export function createUnderWay(
  demand: LocalDemand,
  curve: string,
  stays: Stays,
  at: number,
  reachMs = REACH_MS,
): UnderWay {
  const steps = reachMs / STEP_MS
  // Per ms of mean arrivals, if nothing were ever full: ∫ curve(at − age) · P(stay > age) d age.
  const upTo = new Float64Array(steps + 1)
  for (let k = 0; k < steps; k++) {
    const age = (k + 0.5) * STEP_MS
    const staying = 1 - stays.cdf(age)
    upTo[k + 1] = upTo[k] + demand.expected(curve, at - age) * staying * STEP_MS
  }
  const perRate = upTo[steps]
  // Not saved: filled anew for each draw.
  const one = { ageMs: 0, stayMs: 0 }
  // Not saved: pure in the place; found again.
  const factorOf: number[] = []

  /** The age that a share of what is under way does not exceed. */
  function ageAt(share: number, within: number): number {
    const mass = share * perRate
    let low = 0
    let high = steps
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (upTo[middle] <= mass) low = middle
      else high = middle
    }
    return (low + within) * STEP_MS
  }

  /** How many more or less have come to the place of asset `i` than expected, as a factor. */
  function placeFactor(i: number): number {
    const place = demand.placeOf(i)
    if (factorOf[place] !== undefined) return factorOf[place]
    let sum = 0
    for (let k = 0; k < PLACE_AGES; k++) {
      const then = at - ageAt((k + 0.5) / PLACE_AGES, 0.5)
      const expected = demand.expected(curve, then)
      sum += expected > 0 ? demand.level(curve, then, i) / expected : 1
    }
    factorOf[place] = sum / PLACE_AGES
    return factorOf[place]
  }

  return {
    count(stream, i, ratePerMs, most = Number.POSITIVE_INFINITY) {
      for (let k = 0; k < REDRAWS; k++) {
        const drawn = poisson(stream, i, ratePerMs * perRate * placeFactor(i))
        if (drawn <= most) return drawn
      }
      return most
    },
    draw(stream, i) {
      const age = ageAt(stream.uniform(i), stream.uniform(i))
      const left = stays.cdf(age)
      one.ageMs = Math.floor(age)
      one.stayMs = Math.max(stays.quantile(left + stream.uniform(i) * (1 - left)), one.ageMs + 1)
      return one
    },
  }
}

/** Poisson draw; a large mean takes the normal distribution. */
export function poisson(stream: AssetStreams, i: number, mean: number): number {
  if (mean > LARGE_MEAN) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * stream.normal(i)))
  }
  const limit = exp(-mean)
  let product = stream.uniform(i)
  let count = 0
  while (product > limit) {
    product *= stream.uniform(i)
    count++
  }
  return count
}
