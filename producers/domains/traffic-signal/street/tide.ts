// Commuters' tide on main roads: into the city's middle in the morning, out of it in the evening.
import { sin } from '../../../../infra/maths.ts'
import { DAY_MS, HOUR_MS } from '../../../../infra/time.ts'
import { INBOUND, OUTBOUND } from './layout.ts'

/** The tide turns with the clock: strongest inwards at 08:00, outwards at 20:00. */
const ZERO_MS = 2 * HOUR_MS

/** −1 (all outwards) to 1 (all inwards) at a time of the city's day, ms. */
export function turnAt(timeOfDayMs: number): number {
  return sin(((timeOfDayMs - ZERO_MS) / DAY_MS) * 2 * Math.PI)
}

/** Part of its mean flow that approach `k` of a junction has: less against the tide, by at most `tide`. */
export function tideFactor(k: number, turn: number, tide: number): number {
  if (k === INBOUND) return 1 - (tide * (1 - turn)) / 2
  if (k === OUTBOUND) return 1 - (tide * (1 + turn)) / 2
  return 1
}
