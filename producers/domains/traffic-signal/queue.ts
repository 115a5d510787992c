// Vehicles at stop lines, second by second: they arrive at random, wait at red and leave at the saturation flow.
import type { AssetStreams } from '../../simulation/streams.ts'

/** All approaches of all junctions, by number of the approach. */
export type Approaches = {
  /** Vehicles waiting. */
  queue: Uint32Array
  /** What is left of a unit exponential until the next arrival; the flow uses it up. */
  gap: Float64Array
  /** Part of a vehicle that the last green had left to serve. */
  credit: Float64Array
  arrivals: AssetStreams
}

/** What happened at an approach. */
export type Passage = {
  arrived: number
  served: number
  /** Arrivals that found no room and took another way. */
  refused: number
  /** Vehicle-seconds of waiting. */
  waitedS: number
  /** Vehicles that the green left behind. */
  left: number
}

/**
 * Lets `cycleS` seconds pass at approach `a`, green from second `from` until `to`. Store and forward:
 * q' = q + arrivals − min(q + arrivals, flow that green lets through), so that arrived − served = Δqueue exactly.
 * Arrivals are Poisson with `flow` per s; green serves `saturation` per s; `storage` vehicles fit. Writes `out`.
 */
export function passCycle(
  approaches: Approaches,
  a: number,
  cycleS: number,
  from: number,
  to: number,
  flow: number,
  saturation: number,
  storage: number,
  out: Passage,
): void {
  const { arrivals } = approaches
  let queue = approaches.queue[a]
  let gap = approaches.gap[a]
  let credit = approaches.credit[a]
  let arrived = 0
  let served = 0
  let refused = 0
  let waited = 0
  let left = 0
  for (let second = 0; second < cycleS; second++) {
    gap -= flow
    while (gap < 0) {
      gap += arrivals.exponential(a, 1)
      if (queue < storage) {
        queue++
        arrived++
      } else refused++
    }
    if (second >= from && second < to) {
      credit += saturation
      const go = Math.min(Math.floor(credit), queue)
      queue -= go
      served += go
      credit -= go
      // An idle stop line cannot save up green: at most the next vehicle finds it open at once.
      if (queue === 0 && credit > 1) credit = 1
      left = queue
    }
    waited += queue
  }
  approaches.queue[a] = queue
  approaches.gap[a] = gap
  approaches.credit[a] = credit - Math.floor(credit)
  out.arrived = arrived
  out.served = served
  out.refused = refused
  out.waitedS = waited
  out.left = left
}
