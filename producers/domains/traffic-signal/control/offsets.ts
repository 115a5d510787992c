// When along a row each cycle begins, so that platoons find green: the offset of each link is the best of all for both
// ways, weighted by their flows (link-wise combination after Hillier 1965).

/** One way along a link: vehicles per s, the green that sends them off and the one that they come to, s. */
export type LinkWay = { flow: number; sendingS: number; greenS: number }

/** Points of a platoon at which its wait is looked at. */
const POINTS = 5

/**
 * Second of the first junction's cycle at which the second's begins. Platoons leave with the green of the main road,
 * which both cycles begin with, and drive `wayS` seconds.
 */
export function bestOffset(cycleS: number, wayS: number, there: LinkWay, back: LinkWay): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let offset = 0; offset < cycleS; offset++) {
    const wait = waitOf(cycleS, wayS - offset, there) + waitOf(cycleS, wayS + offset, back)
    if (wait < least) {
      least = wait
      best = offset
    }
  }
  return best
}

/** Wait of a platoon per s: its head arrives `headS` after the start of a green. */
function waitOf(cycleS: number, headS: number, { flow, sendingS, greenS }: LinkWay): number {
  let wait = 0
  for (let k = 0; k < POINTS; k++) {
    const phase = phaseOf(headS + (sendingS * k) / (POINTS - 1), cycleS)
    if (phase >= greenS) wait += cycleS - phase
  }
  return (flow * wait) / POINTS
}

/** ((at % cycleS) + cycleS) % cycleS to the bit, for whole cycles and times of a few of them: each subtraction is exact. */
function phaseOf(at: number, cycleS: number): number {
  let rest = at
  while (rest >= cycleS) rest -= cycleS
  while (rest <= -cycleS) rest += cycleS
  const phase = rest + cycleS
  return phase >= cycleS ? phase - cycleS : phase
}
