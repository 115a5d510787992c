// A histogram as the text that HdrHistogram's own plotter reads (`.hgrm`): value, percentile, total count, 1/(1-percentile).
import type { LatencyHistogram } from './latency-histogram.ts'

/** Points for each halving of what is left up to 100 %. */
const POINTS_PER_HALVING = 5

export function hgrmText(histogram: LatencyHistogram): string {
  const lines = ['       Value     Percentile TotalCount 1/(1-Percentile)', '']
  const { count } = histogram
  const line = (share: number) => {
    const value = (histogram.quantile(share) ?? 0).toFixed(3).padStart(12)
    const total = String(Math.max(1, Math.floor(share * count + 0.5))).padStart(10)
    const ratio = share < 1 ? (1 / (1 - share)).toFixed(2).padStart(14) : ''
    lines.push(`${value} ${share.toFixed(12)} ${total} ${ratio}`.trimEnd())
  }
  let share = 0
  for (let left = 1; count > 0 && left * count >= 1; left /= 2) {
    for (let i = 0; i < POINTS_PER_HALVING; i++) {
      share = 1 - left + (left / 2) * (i / POINTS_PER_HALVING)
      line(share)
    }
  }
  if (count > 0) line(1)
  const mean = (histogram.mean() ?? 0).toFixed(3)
  const max = (histogram.max() ?? 0).toFixed(3)
  lines.push(`#[Mean    = ${mean.padStart(12)}]`)
  lines.push(`#[Max     = ${max.padStart(12)}, Total count    = ${String(count).padStart(12)}]`)
  return `${lines.join('\n')}\n`
}
