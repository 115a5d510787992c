// The final readings of a run in one order, whether they were computed here or read from Kafka.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKpiReader, kpiFault } from '../../processor/contract/read-kpi.ts'
import { type RecordFault, runFacts } from '../../processor/contract/run-facts.ts'
import type { KpiReading, LedgerReading } from '../../processor/contract/types.ts'
import type { City } from '../../seeds/contract.ts'
import type { RecordedRun } from './recorded-run.ts'

/** By window end, then KPI: two runs' outputs can be compared line by line. */
export function byWindow(a: KpiReading, b: KpiReading): number {
  if (a.window.end !== b.window.end) return a.window.end < b.window.end ? -1 : 1
  return a.kpi < b.kpi ? -1 : a.kpi > b.kpi ? 1 : 0
}

/** What `kpi` holds of a run: the last record of each final's key, and the last ledger of each topic-partition. */
export async function readFinals(run: RecordedRun, city: City) {
  const readings = new Map<string, KpiReading>()
  const ledgers = new Map<string, LedgerReading>()
  const facts = runFacts(run.epoch, run.descriptor, city)
  const read = createKpiReader()
  const { kpi: topic } = run.topics

  function take(record: LogRecord): RecordFault | null {
    const got = read(record)
    if (got.fault) return got.fault
    const { value } = got
    if (value.epoch !== run.epoch) return null
    const fault = kpiFault(facts, value)
    if (fault) return fault
    const name = record.key!.toString()
    if (value.kind === 'ledger') ledgers.set(name, value.ledger)
    else {
      const { reading } = value
      if (reading.final && Date.parse(reading.window.end) <= run.end) readings.set(name, reading)
    }
    return null
  }

  for await (const records of readRange(run.log, { topic, partition: 0 })) {
    for (const record of records) {
      const fault = record.value && take(record)
      if (fault) run.ignored.report({ topic, partition: 0, offset: record.offset, ...fault })
    }
  }
  return { readings: [...readings.values()].sort(byWindow), ledger: [...ledgers.values()] }
}
