// How large a record is on its way: what batches, buffers and counters go by.
import type { NewRecord } from './event-log.ts'

/** Key, value and header bytes. */
export function recordBytes(record: NewRecord): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const [name, value] of record.headers ?? []) {
    bytes += Buffer.byteLength(name) + (value?.length ?? 0)
  }
  return bytes
}
