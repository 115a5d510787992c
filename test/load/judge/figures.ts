// Figures of a load that went well, for tests to spoil.
import type { LoadFigures } from '../../../load/judge/figures.ts'
import { LatencyHistogram } from '../../../load/measure/latency-histogram.ts'

export function histogramOf(...values: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  return histogram
}

export const goodFigures = (more: Partial<LoadFigures> = {}): LoadFigures => ({
  offered: 1000,
  sent: 10_000,
  acked: 10_000,
  errors: 0,
  seconds: 10,
  send: histogramOf(1, 1, 2),
  ack: histogramOf(...Array.from({ length: 100 }, (_, i) => i + 1)),
  e2e: null,
  sink: null,
  lag: null,
  ...more,
})
