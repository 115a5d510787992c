// Vehicles at stop lines, second by second: they come at random or from the junction before, wait at red, leave at the
// saturation flow, and those that go straight on reach the next stop line after the way there.
import type { AssetStreams } from '../../../simulation/streams.ts'

/** Seconds that the road's memory holds: the longest way and a block of simulated seconds fit. */
export const ROAD_S = 128
/** Room on the road to a closed junction: who would go straight on turns off before it. */
export const CLOSED = -1_000_000

/** All approaches of all junctions, by number of the approach. */
export type Approaches = {
  /** Vehicles waiting. */
  queue: Uint32Array
  /** What is left of a unit exponential until the next arrival from side roads; the flow uses it up. */
  gap: Float64Array
  /** Part of a vehicle that the last green had left to serve. */
  credit: Float64Array
  /** Vehicles that the green left behind when it ended last. */
  left: Uint32Array
  /** Vehicles that fit; more from side roads find another way, more from the junction before wait there. */
  storage: Uint32Array
  /** Approach that the road straight ahead leads to; −1 = out of what is simulated. */
  next: Int32Array
  /** Part of the vehicles that go straight on to it, what is left of that part until the next one, and the way in s. */
  ahead: Float64Array
  share: Float64Array
  wayS: Uint8Array
  /** Vehicles on the way from the junction before, those of them by the second of their arrival, and the room for more. */
  onRoad: Uint32Array
  coming: Uint8Array
  room: Int32Array
  arrivals: AssetStreams
}

/** The seconds [from, to) at a stop line, and what is served in them. */
export type GreenStretch = {
  from: number
  to: number
  /** Second of the cycle at `from`, the cycle, and its green [greenFrom, greenTo). */
  phase: number
  cycleS: number
  greenFrom: number
  greenTo: number
  /** Vehicles per s: arrivals from side roads, departures at green. */
  flow: number
  saturation: number
  /** Nobody gets in or through: who waits turns round, who comes goes another way. */
  closed?: boolean
}

/** What happened at an approach; adds up until it is emptied. */
export type Passage = {
  arrived: number
  served: number
  /** Arrivals that found no room and took another way. */
  refused: number
  /** Vehicle-seconds of waiting. */
  waitedS: number
  /** Of the arrived: those from the junction before; of the served: those handed on to the next. */
  came: number
  sentOn: number
}

/**
 * Lets a stretch of seconds pass at approach `a`. Store and forward: q' = q + arrivals − min(q + arrivals, flow that
 * green lets through and the road ahead has room for), so that arrived − served = Δqueue exactly. Arrivals from side
 * roads are Poisson with `flow` per s; green serves `saturation` per s. Adds to `out`.
 */
export function pass(approaches: Approaches, a: number, stretch: GreenStretch, out: Passage): void {
  const { to, cycleS, greenFrom, greenTo } = stretch
  let { from: second, phase } = stretch
  if (stretch.closed) {
    turnAway(approaches, a, stretch, out)
    return
  }
  while (second < to) {
    const green = phase >= greenFrom && phase < greenTo
    const changesAt = green ? greenTo : phase < greenFrom ? greenFrom : cycleS
    const seconds = Math.min(changesAt - phase, to - second)
    if (green) passGreen(approaches, a, second, seconds, stretch, out)
    else passRed(approaches, a, second, seconds, stretch.flow, out)
    second += seconds
    phase += seconds
    if (green && phase === greenTo) approaches.credit[a] -= Math.floor(approaches.credit[a])
    if (phase === cycleS) phase = 0
  }
}

/** Everybody goes another way: nothing is served, nobody waits. */
function turnAway(
  approaches: Approaches,
  a: number,
  { from, to, flow }: GreenStretch,
  out: Passage,
): void {
  const { queue, onRoad, coming, arrivals } = approaches
  // They had come, and leave as if they had not: arrived − served stays the change of the queue.
  out.arrived -= queue[a]
  out.refused += queue[a]
  queue[a] = 0
  approaches.left[a] = 0
  approaches.credit[a] = 0
  for (let second = from; second < to && onRoad[a] > 0; second++) {
    const slot = a * ROAD_S + (second & (ROAD_S - 1))
    onRoad[a] -= coming[slot]
    out.came += coming[slot]
    out.refused += coming[slot]
    coming[slot] = 0
  }
  const until = flow * (to - from)
  let gap = approaches.gap[a]
  for (; gap < until; gap += arrivals.exponential(a, 1)) out.refused++
  approaches.gap[a] = gap - until
}

/** Vehicles queue up, those of the road as they reach the stop line. */
function passRed(
  approaches: Approaches,
  a: number,
  from: number,
  seconds: number,
  flow: number,
  out: Passage,
): void {
  const { arrivals, coming } = approaches
  const road = a * ROAD_S
  const before = approaches.queue[a]
  let queue = before
  let waited = before * seconds
  let onRoad = approaches.onRoad[a]
  if (onRoad > 0) {
    for (let k = 0; k < seconds; k++) {
      const slot = road + ((from + k) & (ROAD_S - 1))
      const came = coming[slot]
      if (came === 0) continue
      coming[slot] = 0
      onRoad -= came
      queue += came
      waited += came * (seconds - k)
    }
    out.came += queue - before
    approaches.onRoad[a] = onRoad
  }
  const full = approaches.storage[a] - onRoad
  const until = flow * seconds
  let gap = approaches.gap[a]
  while (gap < until) {
    if (queue < full) {
      queue++
      waited += seconds - Math.floor(gap / flow)
    } else out.refused++
    gap += arrivals.exponential(a, 1)
  }
  approaches.gap[a] = gap - until
  approaches.queue[a] = queue
  out.arrived += queue - before
  out.waitedS += waited
}

/** Vehicles that come find others leave. What is handed on meanwhile goes onto another approach's road. */
function passGreen(
  approaches: Approaches,
  a: number,
  from: number,
  seconds: number,
  { flow, saturation }: GreenStretch,
  out: Passage,
): void {
  const { arrivals, coming } = approaches
  const storage = approaches.storage[a]
  const next = approaches.next[a]
  const road = a * ROAD_S
  let onRoad = approaches.onRoad[a]
  let queue = approaches.queue[a]
  let gap = approaches.gap[a]
  let credit = approaches.credit[a]
  let arrived = 0
  let served = 0
  let waited = 0
  for (let k = 0; k < seconds; k++) {
    if (queue === 0 && onRoad === 0 && gap > 2 * flow) {
      // Nobody waits and nobody comes: on to the second of the next arrival.
      const idle = Math.min(seconds - k, Math.floor(gap / flow))
      gap -= idle * flow
      credit = Math.min(1, credit + idle * saturation)
      k += idle - 1
      continue
    }
    if (onRoad > 0) {
      const slot = road + ((from + k) & (ROAD_S - 1))
      const came = coming[slot]
      if (came > 0) {
        coming[slot] = 0
        onRoad -= came
        queue += came
        arrived += came
        out.came += came
      }
    }
    gap -= flow
    while (gap < 0) {
      gap += arrivals.exponential(a, 1)
      if (queue + onRoad < storage) {
        queue++
        arrived++
      } else out.refused++
    }
    credit += saturation
    if (queue > 0) {
      let go = Math.min(Math.floor(credit), queue)
      if (next >= 0 && go > 0) go = handOn(approaches, a, from + k, go, out)
      queue -= go
      served += go
      credit -= go
      waited += queue
    }
    // An idle or blocked stop line cannot save up green: at most the next vehicle finds it open at once.
    if (credit > 1) credit = 1
  }
  approaches.onRoad[a] = onRoad
  approaches.queue[a] = queue
  approaches.gap[a] = gap
  approaches.credit[a] = credit
  approaches.left[a] = queue
  out.arrived += arrived
  out.served += served
  out.waitedS += waited
}

/** Of `most` vehicles at the head of the queue, how many leave: one that goes straight on into a full road stops all. */
function handOn(
  approaches: Approaches,
  a: number,
  second: number,
  most: number,
  out: Passage,
): number {
  const next = approaches.next[a]
  const ahead = approaches.ahead[a]
  let share = approaches.share[a]
  let sent = 0
  let go = 0
  for (; go < most; go++) {
    if (share + ahead >= 1 && approaches.room[next] > CLOSED) {
      if (sent >= approaches.room[next]) break
      share -= 1
      sent++
    } else if (share + ahead >= 1) share -= 1
    share += ahead
  }
  approaches.share[a] = share
  if (sent > 0) {
    approaches.room[next] -= sent
    approaches.onRoad[next] += sent
    approaches.coming[next * ROAD_S + ((second + approaches.wayS[next]) & (ROAD_S - 1))] += sent
    out.sentOn += sent
  }
  return go
}
