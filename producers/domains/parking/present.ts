// Who is already parked when the run starts: ages and remaining stays as the past two days' arrivals left them.
import { exp } from '../../../infra/maths.ts'
import { normal, type StreamWords, uniform } from '../../../infra/random.ts'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { Demand } from '../../simulation/demand.ts'
import type { Stays } from './stay.ts'

const STEP_MS = 15 * MINUTE_MS
/** Longer ago hardly anybody's stay reaches. */
const LOOK_BACK_MS = 48 * HOUR_MS
/** Above this mean a normal draw stands in for the Poisson's. */
const LARGE_MEAN = 30
/** A lot that overflows this often is simply full. */
const REDRAWS = 8

export type Present = {
  /** Cars inside per car a ms of mean arrivals, if no lot were ever full: ∫ curve(at − age) · P(stay > age) d age. */
  perRate: number
  /** Draws one car that is inside: its age and whole stay, ms, stay > age. */
  draw(words: StreamWords, at: number): { ageMs: number; stayMs: number }
}

/** Tables for all lots that share a curve and a distribution of stays, as at time `at`. */
export function createPresent(demand: Demand, curve: string, stays: Stays, at: number): Present {
  const steps = LOOK_BACK_MS / STEP_MS
  const upTo = new Float64Array(steps + 1)
  for (let k = 0; k < steps; k++) {
    const age = (k + 0.5) * STEP_MS
    const staying = 1 - stays.cdf(age)
    upTo[k + 1] = upTo[k] + demand.curve(curve, at - age) * staying * STEP_MS
  }
  const perRate = upTo[steps]
  const car = { ageMs: 0, stayMs: 0 }

  return {
    perRate,
    draw(words, at) {
      const mass = uniform(words, at) * perRate
      let low = 0
      let high = steps
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (upTo[middle] <= mass) low = middle
        else high = middle
      }
      const age = (low + uniform(words, at)) * STEP_MS
      const left = stays.cdf(age)
      car.ageMs = Math.floor(age)
      car.stayMs = Math.max(stays.quantile(left + uniform(words, at) * (1 - left)), car.ageMs + 1)
      return car
    },
  }
}

/** Cars inside a lot: Poisson with the given mean, given that they fit (the state of an M/G/c/c queue). */
export function drawOccupied(
  words: StreamWords,
  at: number,
  mean: number,
  capacity: number,
): number {
  for (let k = 0; k < REDRAWS; k++) {
    const cars = poisson(words, at, mean)
    if (cars <= capacity) return cars
  }
  return capacity
}

function poisson(words: StreamWords, at: number, mean: number): number {
  if (mean > LARGE_MEAN) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(words, at)))
  }
  const limit = exp(-mean)
  let product = uniform(words, at)
  let count = 0
  while (product > limit) {
    product *= uniform(words, at)
    count++
  }
  return count
}
