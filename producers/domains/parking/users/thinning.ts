// When the next car of a group comes: thinning (Lewis & Shedler 1979) under a ceiling of each hour, as few people come to work at night.
import { HOUR_MS } from '../../../../infra/time.ts'
import type { LocalCurve } from '../../../simulation/local-demand.ts'
import type { AssetStreams } from '../../../simulation/streams.ts'

/** Hours whose ceilings are kept: look-aheads of a few days find each again. */
const KEPT_HOURS = 128

/** First arrival at lot `i` after `time`, whole ms; `ratePerMs` is the rate where the curve is 1. Infinity: none ever. */
export type NextCar = (stream: AssetStreams, i: number, time: number, ratePerMs: number) => number

/** `usualPeak` is the highest that is ever expected of the curve, wherever. */
export function createNextCar(curve: LocalCurve, usualPeak: number): NextCar {
  const { peak } = curve
  // How far a place may be above what is expected of it.
  const most = usualPeak > 0 ? peak / usualPeak : 1
  // Not saved: pure in the hour; found again.
  const ceilings = new Float64Array(KEPT_HOURS)
  // Not saved: likewise.
  const hours = new Float64Array(KEPT_HOURS).fill(Number.NaN)

  /** A curve turns at the middles of hours only, so that three points bound an hour. */
  function ceilingOf(hour: number): number {
    const slot = hour % KEPT_HOURS
    if (hours[slot] !== hour) {
      const from = hour * HOUR_MS
      const points = [from, from + HOUR_MS / 2, from + HOUR_MS - 1]
      ceilings[slot] = most * Math.max(...points.map((time) => curve.expected(time)))
      hours[slot] = hour
    }
    return ceilings[slot]
  }

  return (stream, i, time, ratePerMs) => {
    if (!(ratePerMs * peak > 0)) return Number.POSITIVE_INFINITY
    let proposal = time
    for (;;) {
      const hour = Math.floor(proposal / HOUR_MS)
      const ceiling = ceilingOf(hour)
      // What would come after the hour is drawn anew under the next one's ceiling: an exponential has no memory.
      const gap = ceiling > 0 ? stream.exponential(i, 1 / (ratePerMs * ceiling)) : HOUR_MS
      const end = (hour + 1) * HOUR_MS
      if (proposal + gap >= end) {
        proposal = end
        continue
      }
      proposal += gap
      if (stream.uniform(i) * ceiling < curve.level(proposal, i)) {
        return Math.floor(proposal) + 1
      }
    }
  }
}
