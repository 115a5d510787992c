// The axes of a chart: values from 0, or from a break that is said, and as many times as there is room for.
import type { TimeMark } from '../timeline/marks.ts'

/** `isBroken`: it does not begin at 0, which must be said beside the chart. */
export type ValueAxis = { from: number; to: number; isBroken: boolean; step: number }

/** A line that moves by less than this part of its height could not be told from a level one. */
const FLAT = 0.2
/** What moves by less than this is not blown up to a mountain range. */
const LEAST_REACH = 0.02
const STEPS = 4

/** Null where there is no value. `isPart`: shares of a whole, which end at 1. */
export function valueAxis(values: (number | null | undefined)[], isPart = false): ValueAxis | null {
  const known = values.filter((v): v is number => typeof v === 'number')
  if (known.length === 0) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const isFlat = low > 0 && high - low < FLAT * high
  if (!isFlat) {
    const top = Math.max(high, 0) || (low < 0 ? 0 : 1)
    const step = niceStep((top - Math.min(low, 0)) / STEPS)
    const to = roundedUp(isPart && high <= 1 ? Math.min(1, top * 1.02) : top * 1.02, step)
    return { from: Math.floor(Math.min(low, 0) / step) * step, to, isBroken: false, step }
  }
  const reach = Math.max(high - low, LEAST_REACH * high)
  const middle = (low + high) / 2
  const step = niceStep((1.3 * reach) / STEPS)
  const from = Math.max(0, Math.floor((middle - 0.65 * reach) / step) * step)
  const top = middle + 0.65 * reach
  const to = roundedUp(isPart && high <= 1 ? Math.min(1, top) : top, step)
  return { from, to, isBroken: from > 0, step }
}

const roundedUp = (value: number, step: number) => Math.ceil(value / step - 1e-9) * step

/** 1, 2, 2.5 or 5 times a power of ten, at least `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const of = [1, 2, 2.5, 5, 10].find((n) => n * power >= step * (1 - 1e-9)) ?? 10
  return of * power
}

/** The values that are written at the axis. */
export function valueSplits({ from, to, step }: ValueAxis): number[] {
  const count = Math.round((to - from) / step)
  return Array.from({ length: count + 1 }, (_, i) => from + i * step)
}

/** Of all marks those that stand side by side without touching: each at least `apart` (ms) after the one before. */
export function thinned(marks: TimeMark[], apart: number): TimeMark[] {
  const kept: TimeMark[] = []
  for (const mark of marks) {
    const before = kept.at(-1)
    if (!before || mark.at - before.at >= apart) kept.push(mark)
  }
  return kept
}
