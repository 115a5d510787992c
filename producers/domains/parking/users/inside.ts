// Who is parked when the run starts: cars of the past days that have not left, as an endless past would have left them.
import { MINUTE_MS } from '../../../../infra/time.ts'
import type { LocalDemand } from '../../../simulation/local-demand.ts'
import type { AssetStreams } from '../../../simulation/streams.ts'
import { poisson } from '../../../simulation/under-way.ts'
import type { LeavesAt } from './leaving.ts'

const STEP_MS = 15 * MINUTE_MS
const STEPS_PER_DAY = 96
/** As long as an exit can say of a stay. */
const MOST_STEPS = 11 * STEPS_PER_DAY
/** Equal parts of chance; of each it is asked whether such a car is still there. */
const PARTS = 128
/** A car that by its part is still there, and by its own chance had left, leaves within so long. */
const SOON_MS = 5 * MINUTE_MS
/** Shares of those inside at whose times of arrival it is asked how their days differed from what was expected. */
const TYPICAL = [0.125, 0.375, 0.625, 0.875]

export type Inside = {
  /** Cars inside lot `i` per car and ms of mean demand, if nothing were ever full. */
  perRate(i: number): number
  /** Draws one of them: when it came and when it leaves, whole ms. The object is reused. */
  draw(stream: AssetStreams, i: number): { cameAt: number; leavesAt: number }
}

/** Tables for all lots that share a curve and a way of leaving, as at time `at`. */
export function createInside(
  demand: LocalDemand,
  curve: string,
  leavesAt: LeavesAt,
  at: number,
): Inside {
  // Not saved: a table.
  const upTo = [0]
  const parts: number[] = []
  const from = [0]
  // Once nobody of a whole day is left there is nobody of earlier days either.
  for (let step = 0, empty = 0; step < MOST_STEPS && empty < STEPS_PER_DAY; step++) {
    const time = at - Math.round((step + 0.5) * STEP_MS)
    for (let part = 0; part < PARTS; part++) {
      if (leavesAt(time, (part + 0.5) / PARTS) > at) parts.push(part)
    }
    const there = parts.length - from[step]
    empty = there === 0 ? empty + 1 : 0
    from.push(parts.length)
    upTo.push(upTo[step] + (demand.expected(curve, time) * there * STEP_MS) / PARTS)
  }
  const steps = upTo.length - 1
  const expected = upTo[steps]
  const typical = TYPICAL.map((u) => at - Math.round((stepOf(upTo, u * expected) + 0.5) * STEP_MS))
  // Not saved: filled anew for each draw.
  const one = { cameAt: 0, leavesAt: 0 }

  return {
    perRate(i) {
      let ratio = 0
      for (const time of typical) {
        const usual = demand.expected(curve, time)
        ratio += usual > 0 ? demand.level(curve, time, i) / usual : 1
      }
      return (expected * ratio) / typical.length
    },
    draw(stream, i) {
      const low = stepOf(upTo, stream.uniform(i) * expected)
      const within = stream.uniform(i)
      const cameAt = at - 1 - Math.floor((low + within) * STEP_MS)
      const x = stream.uniform(i) * (from[low + 1] - from[low])
      const part = parts[from[low] + Math.floor(x)]
      const leaves = leavesAt(cameAt, (part + (x % 1)) / PARTS)
      one.cameAt = cameAt
      one.leavesAt = leaves > at ? leaves : at + 1 + Math.floor(within * SOON_MS)
      return one
    },
  }
}

/** Step of the past in which the rising sums `upTo` reach `mass`. */
function stepOf(upTo: readonly number[], mass: number): number {
  let low = 0
  let high = upTo.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (upTo[middle] <= mass) low = middle
    else high = middle
  }
  return low
}

/** What overflows this often is simply full. */
const REDRAWS = 8

/** How many cars of each group are inside at the start, given their means and that no more than `most` fit. */
export function countsInside(
  stream: AssetStreams,
  i: number,
  means: readonly number[],
  most: number,
): number[] {
  for (let k = 0; k < REDRAWS; k++) {
    const drawn = means.map((mean) => poisson(stream, i, mean))
    if (sum(drawn) <= most) return drawn
  }
  const total = sum(means)
  const full = means.map((mean) => Math.floor((most * mean) / total))
  full[0] += most - sum(full)
  return full
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
