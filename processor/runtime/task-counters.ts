// Counts what the tasks do and hands it to the process's metrics, once per batch instead of once per record.
import type { Batch } from '../../infra/event-log/event-log.ts'
import type { Metrics } from '../../infra/metrics.ts'
import type { Outcome } from '../task/outcome.ts'

export interface TaskCounters {
  count(outcome: Outcome): void
  windowsClosed(windows: number): void
  /** One checkpoint packed: how long it took (ms) and how large it is. */
  checkpoint(ms: number, bytes: number): void
  /** Ends a batch at wall clock `now`. */
  batch(batch: Batch, now: number): void
  /** Records since the start by what happened to them. */
  totals(): Record<Outcome, number>
}

const OUTCOMES = [
  'folded',
  'duplicate',
  'late',
  'dead-letter',
  'tick',
  'started',
  'newer-run',
  'ignored',
] as const satisfies Outcome[]

export function createTaskCounters(metrics?: Metrics): TaskCounters {
  const zero = () => Object.fromEntries(OUTCOMES.map((o) => [o, 0])) as Record<Outcome, number>
  const totals = zero()
  let told = zero()
  let closed = 0
  /** Topics whose counters stand at 0 at least: a rise from nothing at all is seen by no rate(). */
  const begun = new Set<string>()
  return {
    count(outcome) {
      totals[outcome]++
    },
    windowsClosed(windows) {
      closed += windows
    },
    checkpoint(ms, bytes) {
      metrics?.checkpointSeconds.inc(ms / 1000)
      metrics?.checkpointBytes.inc(bytes)
    },
    batch({ topic, records }, now) {
      if (!metrics) return
      for (const outcome of OUTCOMES) {
        const count = totals[outcome] - told[outcome]
        if (count > 0 || !begun.has(topic)) metrics.processorRecords.inc({ topic, outcome }, count)
      }
      begun.add(topic)
      told = { ...totals }
      if (closed > 0) metrics.windowsClosed.inc({ topic }, closed)
      closed = 0
      const last = records.at(-1)
      if (last) metrics.processorLatency.observe(Math.max(0, now - last.timestamp) / 1000)
    },
    totals: () => ({ ...totals }),
  }
}
