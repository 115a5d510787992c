// What the readings of a run must be: the oracle over its events, every cell of every window that all topic-partitions closed.
// In: the run and its records. Out: per KPI, window and scope the exact sums, and when the window could first be known.
import { type DescribedCity, oneLaneOptions } from '../../audit/compare/lane-options.ts'
import type { MergedWindow } from '../../audit/compare/published.ts'
import { merge } from '../../audit/compare/readings.ts'
import { OracleLane } from '../../audit/oracle/lane.ts'
import { cellsOf, type OracleCell, type OracleKpi, oracleKpis } from '../../audit/oracle/reading.ts'
import { NOTHING, type Sum, sumOf } from '../../audit/oracle/sums.ts'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { Descriptor } from '../../producers/contract/records.ts'

/** A run whose records can be gone through more than once, each topic-partition in its order. */
export type GradedRun = DescribedCity & {
  each(domains: string[], take: (lane: RecordOfLane) => void): Promise<void>
}

export type RecordOfLane = { domain: string; partition: number; record: LogRecord }

export type ExpectedCell = OracleCell & { kpi: string; scope: string; start: number }

export class Expected {
  readonly kpis: Map<string, OracleKpi>
  readonly #run: GradedRun
  readonly #merged = new Map<string, MergedWindow>()
  /** By `<domain>|<start>`: the wall time (ms) of the last tick that its closing waited for. */
  readonly #closedAt = new Map<string, number>()
  readonly #cells = new Map<string, Record<string, OracleCell>>()

  private constructor(run: GradedRun) {
    this.#run = run
    this.kpis = oracleKpis(run.descriptor, run.scopes)
  }

  /** Goes through the records of these domains once. */
  static async of(run: GradedRun, domains: string[]): Promise<Expected> {
    const expected = new Expected(run)
    const lanes = new Map<string, OracleLane | null>()
    await run.each(domains, ({ domain, partition, record }) => {
      const name = `${domain}/${partition}`
      const lane = lanes.has(name)
        ? lanes.get(name)
        : new OracleLane(oneLaneOptions(run, domain, partition))
      lanes.set(name, lane ?? null)
      const verdict = lane?.record(record)
      if (verdict?.is === 'over') lanes.set(name, null)
      if (verdict?.is !== 'tick') return
      for (const window of verdict.closed) {
        merge(expected.#merged, domain, window)
        const key = `${domain}|${window.start}`
        const before = expected.#closedAt.get(key) ?? 0
        expected.#closedAt.set(key, Math.max(before, record.timestamp))
      }
    })
    return expected
  }

  /** Starts (ms) of the windows that every topic-partition of the KPI's domain closed. */
  windows(kpi: OracleKpi): number[] {
    return [...this.#merged.values()]
      .filter((w) => w.domain === kpi.domain && w.lanes === this.#run.descriptor.partitions)
      .map((w) => w.start)
  }

  cell(kpi: OracleKpi, scope: string, start: number): ExpectedCell | undefined {
    const window = this.#merged.get(`${kpi.domain}|${start}`)
    if (window?.lanes !== this.#run.descriptor.partitions) return undefined
    const key = `${kpi.kpi}|${start}`
    let cells = this.#cells.get(key)
    if (!cells) {
      const sums = window.measures.get(kpi.measure.name)!.window
      cells = cellsOf(this.#run.descriptor, kpi, sums)
      this.#cells.set(key, cells)
    }
    const cell = cells[scope]
    return cell && { ...cell, kpi: kpi.kpi, scope, start }
  }

  /** The exact sums behind a cell. */
  sumOf(kpi: OracleKpi, scope: string, start: number): Sum {
    const sums = this.#merged.get(`${kpi.domain}|${start}`)!.measures.get(kpi.measure.name)!.window
    if (scope !== kpi.scopes[0]) return sums.get(scope) ?? NOTHING
    return [...sums.values()].reduce(sumOf, NOTHING)
  }

  closedAt(kpi: OracleKpi, start: number): number | null {
    return this.#closedAt.get(`${kpi.domain}|${start}`) ?? null
  }
}

/** The cell that other sums would give. */
export function cellOfSum(
  descriptor: Descriptor,
  kpi: OracleKpi,
  scope: string,
  sum: Sum,
): OracleCell {
  return cellsOf(descriptor, { ...kpi, scopes: [scope] }, new Map([[scope, sum]]))[scope]
}
