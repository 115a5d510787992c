// What grows and how fast: the slope of a series by least squares, with what chance alone may have made of it.

export type TrendPoint = { atMs: number; value: number }

export type Trend = {
  /** Per second. */
  slope: number
  /** Two standard errors of it: a commit every few seconds makes a steady lag a saw. */
  margin: number
}

/** Null for fewer than three points, or points of one time. */
function trendOf(points: TrendPoint[]): Trend | null {
  const n = points.length
  if (n < 3) return null
  const meanAt = points.reduce((sum, p) => sum + p.atMs, 0) / n
  const meanValue = points.reduce((sum, p) => sum + p.value, 0) / n
  let products = 0
  let squares = 0
  for (const { atMs, value } of points) {
    products += (atMs - meanAt) * (value - meanValue)
    squares += (atMs - meanAt) ** 2
  }
  if (squares === 0) return null
  const perMs = products / squares
  const rest = points.reduce(
    (sum, { atMs, value }) => sum + (value - meanValue - perMs * (atMs - meanAt)) ** 2,
    0,
  )
  const error = Math.sqrt(rest / (n - 2) / squares)
  return { slope: perMs * 1000, margin: 2 * error * 1000 }
}

/** Of the points in the later half of the time from `from` to `to`: what comes first is the pipeline's own start. */
export function trendOfLastHalf(points: TrendPoint[], from: number, to: number): Trend | null {
  const middle = (from + to) / 2
  return trendOf(points.filter(({ atMs }) => atMs >= middle && atMs <= to))
}

/** What grows beyond doubt, per second; 0 where chance may have done all of it. */
export const certainGrowth = ({ slope, margin }: Trend): number => Math.max(0, slope - margin)
