// What one fetch found in a topic-partition, cut to the port's sizes.
import type { EachBatchPayload } from 'kafkajs'
import type { Batch, LogRecord } from '../../event-log/event-log.ts'
import type { IgnoredRecords } from '../../event-log/ignored-records.ts'
import { foundIn } from './fetches.ts'

const MAX_RECORDS = 500
const MAX_BATCH_BYTES = 1024 * 1024

/**
 * At most 500 records and about 1 MB each; the last slice moves the position to the end of what was fetched, with or without
 * a record. Records below `from` are left out, damage is reported when its slice is asked for.
 */
export function* slicesOf(
  { batch }: EachBatchPayload,
  from: bigint,
  ignored: Pick<IgnoredRecords, 'report'>,
): Generator<Batch> {
  for (const slice of cut(batch, from)) {
    const { topic, partition } = slice
    for (const { offset, damage } of slice.records) {
      if (damage === undefined) continue
      ignored.report({ topic, partition, offset, reason: 'encoding', detail: damage })
    }
    yield slice
  }
}

function* cut(batch: EachBatchPayload['batch'], from: bigint): Generator<Batch> {
  const { topic, partition } = batch
  const found = foundIn(batch)
  const { end } = found
  let records: LogRecord[] = []
  let bytes = 0
  for (const several of found.batches) {
    for (const record of several) {
      if (record.offset < from) continue
      const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
      if (records.length > 0 && (records.length >= MAX_RECORDS || bytes + size > MAX_BATCH_BYTES)) {
        yield { topic, partition, records, next: record.offset, end }
        records = []
        bytes = 0
      }
      records.push(record)
      bytes += size
    }
  }
  if (found.next > from) yield { topic, partition, records, next: found.next, end }
}
