// The final readings of a run in one order, whether they were computed here or read from Kafka.
import { readRange } from '../infra/log-range.ts'
import type { KpiReading, LedgerReading } from '../processor/contract/types.ts'
import type { RecordedRun } from './recorded-run.ts'

/** By window end, then KPI: two runs' outputs can be compared line by line. */
export function byWindow(a: KpiReading, b: KpiReading): number {
  if (a.window.end !== b.window.end) return a.window.end < b.window.end ? -1 : 1
  return a.kpi < b.kpi ? -1 : a.kpi > b.kpi ? 1 : 0
}

/** What `kpi` holds of a run: the last record of each final's key, and the last ledger of each topic-partition. */
export async function readFinals(run: RecordedRun) {
  const readings = new Map<string, KpiReading>()
  const ledgers = new Map<string, LedgerReading>()
  const head = `${run.epoch}|`
  for await (const records of readRange(run.log, { topic: run.topics.kpi, partition: 0 })) {
    for (const { key, value } of records) {
      const name = key?.toString() ?? ''
      if (!value || !name.startsWith(head)) continue
      if (name.startsWith(`${head}ledger|`)) {
        ledgers.set(name, JSON.parse(value.toString()) as LedgerReading)
        continue
      }
      const reading = JSON.parse(value.toString()) as KpiReading
      if (reading.final && Date.parse(reading.window.end) <= run.end) readings.set(name, reading)
    }
  }
  return { readings: [...readings.values()].sort(byWindow), ledger: [...ledgers.values()] }
}
