// The record of `late` and `dead-letter`: where the source lies, why it was refused, and its first bytes.
import { createHash } from 'node:crypto'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { sourceKey } from './keys.ts'
import type { Rejected } from './types.ts'

/** The source stays in its topic at (topic, partition, offset); this much is kept for a look. */
const KEPT_BYTES = 64 * 1024
const KEPT_KEY_BYTES = 1024

export function rejected(
  topic: string,
  partition: number,
  record: LogRecord,
  reason: Rejected['reason'],
  detail: string,
): Rejected {
  const { key, value } = record
  return {
    topic,
    partition,
    offset: record.offset.toString(),
    reason,
    detail,
    key: key?.subarray(0, KEPT_KEY_BYTES).toString('utf8') ?? null,
    value: value?.subarray(0, KEPT_BYTES).toString('base64') ?? null,
    sha256: value && createHash('sha256').update(value).digest('hex'),
    bytes: value?.length ?? 0,
  }
}

/** Key in `late` and `dead-letter`: the same source record always gets the same key. */
export function rejectedKey(r: Rejected): string {
  return sourceKey.build(r)
}
