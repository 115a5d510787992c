// How long a cycle is and who gets how much green: Webster's fixed timings and an adaptive steering.

export type Limits = {
  lostPerStageS: number
  minGreenS: number
  minCycleS: number
  maxCycleS: number
}

/** Flow ratios above this leave no optimum: the cycle would grow without bound. */
const SATURATED = 0.95

/**
 * Cycle of least delay at fixed time, whole s within the limits: C₀ = (1.5 L + 5) / (1 − Y) (Webster 1958);
 * `lostS` is L, `flowRatio` is Y.
 */
export function websterCycle(flowRatio: number, lostS: number, limits: Limits): number {
  if (flowRatio >= SATURATED) return limits.maxCycleS
  return clampCycle((1.5 * lostS + 5) / (1 - flowRatio), limits)
}

/**
 * Next cycle of a controller that steers its degree of saturation to `target` (after SCATS): the cycle at which the
 * measured flow ratio would use that part of the green, approached by at most `stepS`.
 */
export function adaptiveCycle(
  currentS: number,
  flowRatio: number,
  lostS: number,
  target: number,
  stepS: number,
  limits: Limits,
): number {
  const spare = 1 - flowRatio / target
  const wanted = spare > 0 ? lostS / spare : limits.maxCycleS
  const step = Math.min(Math.max(wanted - currentS, -stepS), stepS)
  return clampCycle(currentS + step, limits)
}

function clampCycle(cycleS: number, limits: Limits): number {
  return Math.round(Math.min(Math.max(cycleS, limits.minCycleS), limits.maxCycleS))
}

/**
 * Shares a cycle's green in proportion to the stages' flow ratios: g = (y/Y)(C − L), whole s, none below the least
 * green. Writes `stages` values into `greens` from `at` on; they sum to C − L.
 */
export function splitGreen(
  cycleS: number,
  stages: number,
  flowRatios: ArrayLike<number>,
  ratiosAt: number,
  limits: Limits,
  greens: Uint8Array,
  at: number,
): void {
  const green = cycleS - stages * limits.lostPerStageS
  let total = 0
  for (let k = 0; k < stages; k++) total += flowRatios[ratiosAt + k]
  let rest = green
  let longest = 0
  for (let k = 0; k < stages; k++) {
    const part = total > 0 ? flowRatios[ratiosAt + k] / total : 1 / stages
    greens[at + k] = Math.max(limits.minGreenS, Math.floor(part * green))
    rest -= greens[at + k]
    if (greens[at + k] > greens[at + longest]) longest = k
  }
  greens[at + longest] += rest
}
