// Counts what the tasks do and hands it to the process's metrics, once per batch instead of once per record.
import type { Batch } from '../../../infra/event-log/event-log.ts'
import type { Metrics } from '../../../infra/metrics.ts'
import type { Outcome } from '../../task/outcome.ts'

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

type Counts = Record<Outcome, number>

export class TaskCounters {
  readonly #metrics: Metrics | undefined
  readonly #totals = noCounts()
  /** As of the last batch. */
  #handedOver = noCounts()
  #closed = 0
  /** Topics whose counters stand at 0 at least: a rise from nothing at all is seen by no rate(). */
  readonly #begun = new Set<string>()

  constructor(metrics?: Metrics) {
    this.#metrics = metrics
  }

  count(outcome: Outcome): void {
    this.#totals[outcome]++
  }

  windowsClosed(windows: number): void {
    this.#closed += windows
  }

  /** One checkpoint packed: how long it took (ms) and how large it is. */
  checkpoint(ms: number, bytes: number): void {
    // The wall clock may be set back meanwhile.
    this.#metrics?.checkpointSeconds.inc(Math.max(0, ms) / 1000)
    this.#metrics?.checkpointBytes.inc(bytes)
  }

  /** Ends a batch at wall clock `now`. */
  batch({ topic, records }: Batch, now: number): void {
    const metrics = this.#metrics
    if (!metrics) return
    for (const outcome of OUTCOMES) {
      const count = this.#totals[outcome] - this.#handedOver[outcome]
      if (count > 0 || !this.#begun.has(topic)) {
        metrics.processorRecords.inc({ topic, outcome }, count)
      }
    }
    this.#begun.add(topic)
    this.#handedOver = { ...this.#totals }
    if (this.#closed > 0) metrics.windowsClosed.inc({ topic }, this.#closed)
    this.#closed = 0
    const last = records.at(-1)
    if (last) metrics.processorLatency.observe(Math.max(0, now - last.timestamp) / 1000)
  }

  /** Records since the start by what happened to them. */
  totals(): Counts {
    return { ...this.#totals }
  }
}

function noCounts(): Counts {
  return Object.fromEntries(OUTCOMES.map((o) => [o, 0])) as Counts
}
