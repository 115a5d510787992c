// Records that retention took before a task read them: what is missing for good, in words.
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import type { Task } from '../../task/task.ts'
import type { TaskPlace } from './task-publisher.ts'

const INCOMPLETE = 'its readings are incomplete until a new run, keep input for longer'

/**
 * Null when nothing is lost before `first`, the next record that the task gets. Offsets may have holes; what retention
 * took is missing for good, and nothing that needs it may be called final.
 */
export async function lostBefore(
  first: LogRecord,
  task: Task,
  { topic, partition }: TaskPlace,
  log: Pick<EventLog, 'offsets'>,
): Promise<string | null> {
  const next = task.nextOffset
  if (!task.started || first.offset <= next) return null
  const range = (await log.offsets(topic)).find((o) => o.partition === partition)!
  if (range.earliest <= next) return null
  const lost = `records ${next} to ${range.earliest - 1n} are gone before they were read`
  return `${topic}/${partition}: ${lost}; ${INCOMPLETE}`
}

/** Of a task that began without its run's first record. */
export function lostBeginning({ topic, partition }: TaskPlace, { program }: Task): string {
  const lost = `the first record of run ${program.run} is gone and no checkpoint fits`
  return `${topic}/${partition}: ${lost}; ${INCOMPLETE}`
}
