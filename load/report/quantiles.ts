// A histogram as the figures that a report holds.
import type { LatencyHistogram } from '../measure/latency-histogram.ts'
import type { LatencyQuantiles } from './report-schema.ts'

export const quantilesOf = (histogram: LatencyHistogram): LatencyQuantiles => ({
  count: histogram.count,
  meanMs: histogram.mean(),
  p50Ms: histogram.quantile(0.5),
  p90Ms: histogram.quantile(0.9),
  p95Ms: histogram.quantile(0.95),
  p99Ms: histogram.quantile(0.99),
  p999Ms: histogram.quantile(0.999),
  p9999Ms: histogram.quantile(0.9999),
  maxMs: histogram.max(),
})
