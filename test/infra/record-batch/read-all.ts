// What batches hold, all at once: the reader makes records only while they are asked for.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { readBatches } from '../../../infra/record-batch/record-batch.ts'

export async function readAll(
  ...given: Parameters<typeof readBatches>
): Promise<{ records: LogRecord[]; next: bigint | null }> {
  const { batches, next } = await readBatches(...given)
  return { records: [...batches].flat(), next }
}
