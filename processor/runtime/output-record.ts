// A value that the processor writes, as a record of now.
import type { NewRecord } from '../../infra/event-log/event-log.ts'

/** Objects become JSON. `now` = wall clock (ms). */
export function outputRecord(key: string, value: Buffer | object, now: number): NewRecord {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
  return { key: Buffer.from(key), value: bytes, timestamp: now }
}
