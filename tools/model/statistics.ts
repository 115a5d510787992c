// What the checks of the model measure with.
import { ln } from '../../infra/maths.ts'

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]
  return sum / values.length
}

export function deviation(values: number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

export function correlation(a: number[], b: number[]): number {
  const [ma, mb] = [mean(a), mean(b)]
  const covariance = mean(a.map((value, k) => (value - ma) * (b[k] - mb)))
  return covariance / (deviation(a) * deviation(b))
}

/** Correlation of a series with itself `lag` steps later. */
export function autocorrelation(values: number[], lag = 1): number {
  return correlation(values.slice(0, -lag), values.slice(lag))
}

/** Value that a share of the sorted values does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

/** Gini coefficient: 0 = all alike, 1 = one has everything. */
export function gini(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  let weighted = 0
  let sum = 0
  sorted.forEach((value, k) => {
    weighted += (k + 1) * value
    sum += value
  })
  return (2 * weighted) / (sorted.length * sum) - (sorted.length + 1) / sorted.length
}

/** Pearson's χ² of counts against what was expected of each. */
export function chiSquare(counts: number[], expected: number[]): number {
  return counts.reduce((sum, count, k) => sum + (count - expected[k]) ** 2 / expected[k], 0)
}

/** The χ² that 99 % of all draws with so many degrees of freedom stay below (Wilson & Hilferty 1931). */
export function chiSquare99(freedom: number): number {
  const part = 2 / (9 * freedom)
  return freedom * (1 - part + 2.326348 * Math.sqrt(part)) ** 3
}

/** Share of arrivals that M/G/c/c turns away at offered load `load`. */
export function erlangB(servers: number, load: number): number {
  let blocking = 1
  for (let c = 1; c <= servers; c++) blocking = (load * blocking) / (c + load * blocking)
  return blocking
}

/** Half the width of the 99 % interval of the values' mean, for thirty values or more. */
export function half99(values: number[]): number {
  return (2.7 * deviation(values)) / Math.sqrt(values.length - 1)
}

/** Median and sigma of the logarithm of positive values. */
export function logSpread(values: number[]): { median: number; sigma: number } {
  return { median: quantile(values, 0.5), sigma: deviation(values.map(ln)) }
}
