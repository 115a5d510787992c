// The buckets give what perf_hooks' histogram gives, add up over processes, and come out as HdrHistogram's text.
import { createHistogram } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { exponential, stream } from '../../../infra/random.ts'
import { hgrmText } from '../../../load/measure/hgrm.ts'
import { LatencyHistogram } from '../../../load/measure/latency-histogram.ts'

const SHARES = [0.001, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1]

/** Ms, from microseconds to minutes. */
function latencies(seed: number, count: number): number[] {
  const words = stream(seed, 'latency', 'test')
  return Array.from({ length: count }, (_, i) =>
    Number(exponential(words, 0, i % 10 === 0 ? 20_000 : 12).toFixed(3)),
  )
}

function filled(values: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  return histogram
}

describe('a latency histogram', () => {
  it.each([1, 2, 3])('gives the quantiles of perf_hooks, to the microsecond (seed %i)', (seed) => {
    const values = latencies(seed, 5_003)
    const theirs = createHistogram({ lowest: 1, highest: 2 ** 40, figures: 3 })
    for (const ms of values) theirs.record(Math.max(1, Math.round(ms * 1000)))
    const ours = filled(values)
    for (const share of SHARES) {
      expect(Math.max(1, Math.round(ours.quantile(share)! * 1000))).toBe(
        theirs.percentile(share * 100),
      )
    }
  })

  it('is off by no more than a thousandth', () => {
    for (const ms of [0.001, 1.5, 2.048, 99.999, 1841, 60_000, 4_000_000]) {
      expect(Math.abs(filled([ms]).max()! - ms)).toBeLessThanOrEqual(ms / 1000)
    }
  })

  it('adds up over processes, whose counts travel as JSON', () => {
    const [a, b] = [latencies(4, 1_000), latencies(5, 2_000)]
    const sum = new LatencyHistogram()
    for (const part of [a, b]) sum.add(JSON.parse(JSON.stringify(filled(part).drain())))
    const whole = filled([...a, ...b])
    expect(sum.counts()).toEqual(whole.counts())
    expect([sum.count, sum.mean()]).toEqual([whole.count, whole.mean()])
  })

  it('is empty after it was drained, and knows no quantile then', () => {
    const histogram = filled([1, 2, 3])
    histogram.drain()
    expect([histogram.count, histogram.quantile(0.5), histogram.max(), histogram.mean()]).toEqual([
      0,
      null,
      null,
      null,
    ])
    histogram.record(7)
    expect(histogram.max()).toBeCloseTo(7, 2)
  })

  it('takes what lies before nothing for nothing', () => {
    expect(filled([-5]).max()).toBe(0)
  })

  it('comes out as text for HdrHistogram’s plotter, from the least to the greatest', () => {
    const lines = hgrmText(filled(latencies(6, 1_000)))
      .trim()
      .split('\n')
    expect(lines[0]).toMatch(/Value\s+Percentile TotalCount 1\/\(1-Percentile\)/)
    const rows = lines.slice(2, -2).map((line) => line.trim().split(/\s+/).map(Number))
    expect(rows[0][1]).toBe(0)
    expect(rows.at(-1)!.slice(1)).toEqual([1, 1000])
    for (let i = 1; i < rows.length; i++) {
      expect(rows[i][0]).toBeGreaterThanOrEqual(rows[i - 1][0])
      expect(rows[i][1]).toBeGreaterThan(rows[i - 1][1])
    }
    expect(lines.at(-1)).toContain('Total count    =         1000')
  })
})
