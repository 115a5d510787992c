// Chance that belongs to a moment and a place instead of an asset: noise with memory, drawn by hash, the same whoever asks.
import { nextWord, stream } from '../../../infra/random.ts'

/** What is older than this many steps is forgotten. */
const MEMORY = 16
const LEAST_WEIGHT = 0.004
/** Standard deviations at which noise is cut, so that a bound can be given. */
export const MOST_SIGMAS = 2.5
/** Variance of a uniform draw in [0, 1). */
const UNIFORM_VARIANCE = 1 / 12

/** A value for each (place, step); places and steps are whole numbers. */
export type Chance = {
  /** Uniform in [0, 1), independent of all others. */
  uniform(place: number, step: number): number
  /**
   * About normal with mean 0 and variance 1: first-order autoregressive, the share `memory` of its value one step ago,
   * as the sum of the last 16 independent draws. Places are independent of each other.
   */
  noise(place: number, step: number, memory: number): number
}

/** `purpose` keeps the chance of one thing apart from that of others. */
export function createChance(seed: number, purpose: string): Chance {
  const base = nextWord(stream(seed, 'city', purpose), 0) | 0

  function uniform(place: number, step: number): number {
    let h = Math.imul(base ^ Math.imul(place + 1, 0x9e3779b1), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 15) ^ step, 0xc2b2ae35)
    h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f)
    h = Math.imul(h ^ (h >>> 16), 0x165667b1)
    return ((h ^ (h >>> 15)) >>> 0) / 4294967296
  }

  return {
    uniform,
    noise(place, step, memory) {
      let sum = 0
      let weight = 1
      let weights = 0
      for (let k = 0; k < MEMORY && weight > LEAST_WEIGHT; k++) {
        sum += weight * (uniform(place, step - k) - 0.5)
        weights += weight * weight
        weight *= memory
      }
      return sum / Math.sqrt(weights * UNIFORM_VARIANCE)
    },
  }
}

/** Cut at ± `MOST_SIGMAS`. */
export function cut(value: number): number {
  return Math.max(-MOST_SIGMAS, Math.min(MOST_SIGMAS, value))
}

/** Noise that city, district and cell have in common; the parts are shares of its variance and sum to 1. */
export type Shared = { city: number; district: number; cell: number }

/** Place numbers of `Chance` for the three: cells and districts do not meet. */
export const CITY_PLACE = 0
export const districtPlace = (scope: number): number => 1 + scope
export const cellPlace = (cell: number): number => 1000 + cell
