// Two reports beside each other: what got worse by more than the guard, and whether they can be compared at all.
import type { LoadReport } from '../report/report-schema.ts'

/** Below that, two runs of the same thing differ by chance. */
export const GUARD = 0.1
/** Latencies below a millisecond are the clock's and the scheduler's. */
const LEAST_MS = 1

export type ComparedFigure = {
  name: string
  unit: string
  a: number
  b: number
  /** Of `a`; positive = more. */
  change: number
  verdict: 'same' | 'better' | 'worse'
}

export type ReportComparison = {
  figures: ComparedFigure[]
  /** What was not the same in both, so that a difference may come from it. */
  unlike: string[]
  /** Why nothing can be said; empty = it can. */
  invalid: string[]
  isWorse: boolean
}

type Figure = {
  name: string
  unit: string
  of(report: LoadReport): number | null | undefined
  more: 'better' | 'worse'
  least: number
}

const ms = (name: string, of: Figure['of']): Figure => ({
  ...{ name, unit: 'ms', of, more: 'worse', least: LEAST_MS },
})
const FIGURES: Figure[] = [
  { name: 'achieved', unit: 'events/s', of: (r) => r.rate.achieved, more: 'better', least: 1 },
  { name: 'sustained', unit: 'events/s', of: (r) => r.search?.rate, more: 'better', least: 1 },
  ms('ack p50', (r) => r.latency.ack.p50Ms),
  ms('ack p99', (r) => r.latency.ack.p99Ms),
  ms('ack p99.9', (r) => r.latency.ack.p999Ms),
  ms('e2e p50', (r) => r.latency.e2e?.p50Ms),
  ms('e2e p99', (r) => r.latency.e2e?.p99Ms),
  ms('e2e p99.9', (r) => r.latency.e2e?.p999Ms),
  { name: 'lag max', unit: 'records', of: (r) => r.lag?.max, more: 'worse', least: 100 },
  { name: 'CPU', unit: 'µs/event', of: (r) => r.cost.usPerEvent, more: 'worse', least: 0.1 },
]

const LIKE: [string, (r: LoadReport) => unknown][] = [
  ['load', (r) => r.load.text],
  ['length', (r) => r.load.durationMs],
  ['scenario', (r) => r.city.digest],
  ['scale', (r) => r.city.scale],
  ['partitions', (r) => r.city.partitions],
  ['bytes', (r) => r.load.changed.join(' ')],
  ['workers', (r) => r.brokers.workers],
  ['linger', (r) => r.brokers.lingerMs],
  ['compression', (r) => r.brokers.compression],
  ['CPU', (r) => `${r.machine.cpu} × ${r.machine.cores}`],
  ['Node', (r) => r.machine.node],
]

export function compareReports(a: LoadReport, b: LoadReport, guard = GUARD): ReportComparison {
  const figures = FIGURES.flatMap((figure): ComparedFigure[] => {
    const [was, is] = [figure.of(a), figure.of(b)]
    if (typeof was !== 'number' || typeof is !== 'number') return []
    const change = (is - was) / Math.max(Math.abs(was), figure.least)
    const isSame = Math.abs(change) <= guard
    const isMore = change > 0 ? figure.more : figure.more === 'better' ? 'worse' : 'better'
    const { name, unit } = figure
    return [{ name, unit, a: was, b: is, change, verdict: isSame ? 'same' : isMore }]
  })
  const unlike = LIKE.filter(([, of]) => of(a) !== of(b)).map(
    ([name, of]) => `${name}: ${of(a)} and ${of(b)}`,
  )
  const invalid = [a, b].flatMap((r, i) =>
    r.verdict === 'invalid'
      ? [`report ${i + 1} is of an invalid run: ${r.reasons.join('; ')}`]
      : [],
  )
  return { figures, unlike, invalid, isWorse: figures.some(({ verdict }) => verdict === 'worse') }
}
