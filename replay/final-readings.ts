// The final readings among the records of a recording.
import { createKpiReader } from '../processor/contract/read-kpi.ts'
import type { KpiReading } from '../processor/contract/types.ts'
import type { RecordedRecord } from './recording/line.ts'

/** Null for whatever is no final reading of that topic: another topic's record, a ledger, a provisional, anybody's bytes. */
export function createFinalReader(topic: string): (record: RecordedRecord) => KpiReading | null {
  const read = createKpiReader()
  return (record) => {
    if (record.topic !== topic) return null
    const got = read(record)
    if (got.fault || got.value.kind !== 'reading') return null
    return got.value.reading.final ? got.value.reading : null
  }
}
