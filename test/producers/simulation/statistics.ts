// What the tests of days and noise measure.

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
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
