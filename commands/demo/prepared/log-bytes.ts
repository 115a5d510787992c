// What a log in memory holds, as bytes, and such a log again: the same records at the same offsets, packed where they were packed.
import { deserialize, serialize } from 'node:v8'
import type { Clock } from '../../../infra/clock.ts'
import type { TopicSpec } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog, type MemoryLog } from '../../../infra/memory/memory-log.ts'

/** Nobody writes to the log meanwhile. */
export const bytesOfLog = (log: MemoryLog, topics: readonly string[]): Buffer =>
  serialize(log.contents(topics))

/** A log with these topics that holds what `bytes` say, in memory of its own. */
export async function logOfBytes(
  bytes: Buffer,
  specs: TopicSpec[],
  clock: Clock,
): Promise<MemoryLog> {
  const log = createMemoryLog({ clock })
  await log.ensureTopics(specs)
  log.fill(deserialize(bytes))
  return log
}
