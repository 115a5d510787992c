// ISO 8601 durations as a form has them: one number of minutes, hours or days.

const UNIT_MS = { S: 1_000, M: 60_000, H: 3_600_000, D: 86_400_000 }
export type DurationUnit = keyof typeof UNIT_MS

const WHOLE = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** NaN for a text that is none. */
function durationMs(text: string): number {
  const parts = WHOLE.exec(text)
  if (!parts) return Number.NaN
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  const { S, M, H, D } = UNIT_MS
  return days * D + hours * H + minutes * M + seconds * S
}

/** As it was written where it has one part (its number may be NaN), else in the largest unit that it is a whole number of. */
export function partsOf(text: string): { count: number; unit: DurationUnit } {
  const single = /^P(?:(\d+|NaN)(D)|T(\d+|NaN)([HMS]))$/.exec(text)
  if (single) {
    return {
      count: Number(single[1] ?? single[3]),
      unit: (single[2] ?? single[4]) as DurationUnit,
    }
  }
  const ms = durationMs(text)
  const unit = (['D', 'H', 'M'] as const).find((u) => ms % UNIT_MS[u] === 0) ?? 'S'
  return { count: ms / UNIT_MS[unit], unit }
}

export const durationOf = (count: number, unit: DurationUnit): string =>
  unit === 'D' ? `P${count}D` : `PT${count}${unit}`

/** Lengths that people ask for, shortest first. */
const USUAL = 'PT30S PT1M PT2M PT5M PT10M PT30M PT1H PT2H PT4H PT12H P1D P3D P7D'.split(' ')

/** The few usual ones around `first` that lie within the bounds: a button each. */
export function proposed(
  first: string,
  { least = 'PT1S', most }: { least?: string; most?: string },
  count = 4,
): string[] {
  const [from, to] = [
    durationMs(least),
    most === undefined ? Number.POSITIVE_INFINITY : durationMs(most),
  ]
  const fit = USUAL.filter((text) => durationMs(text) >= from && durationMs(text) <= to)
  const at = fit.findIndex((text) => durationMs(text) >= durationMs(first))
  const begin = Math.max(0, Math.min((at < 0 ? fit.length : at) - 1, fit.length - count))
  return fit.slice(begin, begin + count)
}

/** Whether both last as long. */
export const isSame = (a: string, b: string): boolean => durationMs(a) === durationMs(b)

/** Whole numbers of the unit that lie within the bounds. */
export function boundsIn(
  unit: DurationUnit,
  { least = 'PT1S', most }: { least?: string; most?: string },
): { min: number; max?: number } {
  const min = Math.max(1, Math.ceil(durationMs(least) / UNIT_MS[unit]))
  return most === undefined ? { min } : { min, max: Math.floor(durationMs(most) / UNIT_MS[unit]) }
}
