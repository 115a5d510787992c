// A report as lines on a terminal: the verdict first, then why, then the figures.
import type { LatencyQuantiles, LoadReport } from './report-schema.ts'

const VERDICTS = { pass: 'PASS', fail: 'FAIL', invalid: 'INVALID' }
const NAMES: [keyof LoadReport['latency'], string][] = [
  ['send', 'send delay'],
  ['ack', 'to acknowledged'],
  ['e2e', 'to the sink'],
]

export function summaryLines(report: LoadReport): string[] {
  const { load, city, rate, cost, thresholds, search } = report
  const length = `${(load.durationMs / 1000).toFixed(0)} s`
  return [
    `${VERDICTS[report.verdict]}  ${load.text} for ${length}, ${city.scenario} at scale ${city.scale}`,
    ...report.reasons.map((why) => `  ${why}`),
    ...thresholds.map(
      ({ text, actual, unit, ok }) => `  ${ok ? '✓' : '✗'} ${text}   ${figure(actual)} ${unit}`,
    ),
    '',
    `offered ${whole(rate.offered)}/s, acknowledged ${whole(rate.achieved)}/s (${(rate.bytesPerSecond / 1e6).toFixed(1)} MB/s), ` +
      `${whole(rate.sent)} events, ${whole(rate.errors)} errors`,
    ...latencyTable(report.latency),
    ...lagLines(report),
    `workers ${report.brokers.workers}: ${figure(cost.usPerEvent)} µs CPU an event, ${whole(cost.perCore ?? 0)} events a core second, ` +
      `${(cost.rssMaxBytes / 1e6).toFixed(0)} MB; the city went ${figure(load.simSpeed)} times as fast as the clock`,
    ...(search ? ['', ...searchLines(search)] : []),
  ]
}

function latencyTable(latency: LoadReport['latency']): string[] {
  const head = ['from the intended time, ms', 'p50', 'p90', 'p99', 'p99.9', 'max', 'events']
  const rows = NAMES.flatMap(([name, label]) => {
    const q = latency[name]
    return q ? [[`  ${label}`, ...cells(q)]] : []
  })
  return [head, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(10))).join(''),
  )
}

const cells = ({ p50Ms, p90Ms, p99Ms, p999Ms, maxMs, count }: LatencyQuantiles) => [
  ...[p50Ms, p90Ms, p99Ms, p999Ms, maxMs].map(figure),
  whole(count),
]

function lagLines({ lag, sink, rate }: LoadReport): string[] {
  const lines: string[] = []
  if (lag) {
    const share =
      lag.slope === null ? '' : ` (${((100 * lag.slope) / rate.offered).toFixed(2)} % of the rate)`
    lines.push(
      `lag of ${lag.group}: at most ${whole(lag.max)}, ${whole(lag.end)} at the end, slope ${figure(lag.slope)} ± ${figure(lag.margin)} records/s${share}`,
    )
  }
  if (sink) {
    const of = sink.followed === 1 ? 'every event' : `one event of ${sink.followed}`
    lines.push(
      `sink ${sink.topic} (${of} followed): ${whole(sink.sent)} sent, ${whole(sink.seen)} seen, ${whole(sink.lost)} lost, ` +
        `${whole(sink.duplicates)} twice${sink.withoutId > 0 ? `, ${whole(sink.withoutId)} records without ${sink.match}` : ''}`,
    )
  }
  return lines
}

function searchLines({ slos, steps, rate, isGeneratorsLimit }: NonNullable<LoadReport['search']>) {
  const found =
    rate === null
      ? `no rate was sustained with ${slos.join(', ')}`
      : `sustained: ${whole(rate)} events/s with ${slos.join(', ')}`
  return [
    ...steps.map(
      ({ phase, rate: tried, verdict, why }) =>
        `  ${phase.padEnd(8)}${whole(tried).padStart(12)}/s  ${verdict}${why.length > 0 ? `: ${why.join('; ')}` : ''}`,
    ),
    isGeneratorsLimit
      ? `${found}; above it the generator itself was late: the pipeline may sustain more`
      : found,
  ]
}

const whole = (n: number) => Math.round(n).toLocaleString('en')

/** Three digits that count. */
export function figure(n: number | null): string {
  if (n === null) return '–'
  const size = Math.abs(n)
  if (size >= 100) return whole(n)
  return n.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : size === 0 ? 0 : 3)
}
