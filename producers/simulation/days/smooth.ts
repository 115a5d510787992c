// A smooth line through a day's hourly values that rises and falls only where they do: monotone cubic pieces (Steffen 1990).

/** Values beyond each end that a piece needs. */
export const BEYOND = 2

/**
 * Slopes at the values, for values a step of 1 apart; the first and last stay 0 and are not to be used. No piece leaves the
 * span of its two values, and over whole days the mean of the line is the mean of the values.
 */
export function fillSlopes(values: Float64Array, slopes: Float64Array): void {
  for (let k = 1; k < values.length - 1; k++) {
    const before = values[k] - values[k - 1]
    const after = values[k + 1] - values[k]
    if (before * after <= 0) {
      slopes[k] = 0
      continue
    }
    const least = Math.min(Math.abs(before), Math.abs(after), Math.abs(before + after) / 4)
    slopes[k] = before > 0 ? 2 * least : -2 * least
  }
}

/** The line at `x` steps from the first value. */
export function smoothAt(values: Float64Array, slopes: Float64Array, x: number): number {
  const k = Math.floor(x)
  const t = x - k
  const rise = values[k + 1] - values[k]
  const cubic = slopes[k] + slopes[k + 1] - 2 * rise
  const square = 3 * rise - 2 * slopes[k] - slopes[k + 1]
  return values[k] + t * (slopes[k] + t * (square + t * cubic))
}
