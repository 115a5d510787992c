// How long things last, cars in a car park for one: a log-normal as a table of quantiles, so that a draw costs no logarithm.
import { exp, ln } from '../../infra/maths.ts'
import { MINUTE_MS } from '../../infra/time.ts'

/** Pieces of equal probability; the curve runs straight within each. */
const PIECES = 128
/** The outermost quantiles: nothing lasts for ever, and the shortest stay is not zero. */
const TAIL = 0.002

export type Stays = {
  /** Stay (whole ms, at least one minute) that a share `u` in [0, 1) does not exceed. */
  quantile(u: number): number
  /** Share whose stay is at most `ms`. */
  cdf(ms: number): number
  /** Mean of the table itself. */
  meanMs: number
}

/** Log-normal stays with the given median (minutes) and sigma of the logarithm. */
export function createStays(medianMin: number, sigma: number): Stays {
  const knots = new Float64Array(PIECES + 1)
  for (let k = 0; k <= PIECES; k++) {
    const u = Math.min(Math.max(k / PIECES, TAIL), 1 - TAIL)
    knots[k] = Math.max(MINUTE_MS, medianMin * MINUTE_MS * exp(sigma * normalQuantile(u)))
  }
  let sum = 0
  for (let k = 0; k < PIECES; k++) sum += (knots[k] + knots[k + 1]) / 2

  return {
    meanMs: sum / PIECES,
    quantile(u) {
      const x = u * PIECES
      const k = Math.min(Math.floor(x), PIECES - 1)
      return Math.round(knots[k] + (knots[k + 1] - knots[k]) * (x - k))
    },
    cdf(ms) {
      if (ms <= knots[0]) return 0
      if (ms >= knots[PIECES]) return 1
      let low = 0
      let high = PIECES
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (knots[middle] <= ms) low = middle
        else high = middle
      }
      return (low + (ms - knots[low]) / (knots[high] - knots[low] || 1)) / PIECES
    },
  }
}

/** Standard normal quantile, |error| < 4.5e-4 (Abramowitz & Stegun 26.2.23). */
function normalQuantile(p: number): number {
  const q = Math.min(p, 1 - p)
  const t = Math.sqrt(-2 * ln(q))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  const under = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  const z = t - above / under
  return p < 0.5 ? -z : z
}
