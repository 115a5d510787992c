// Where the readings come from, for the engine room: the engine as their format tells, and how far it is behind.
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { ReadingsView } from '../../messages.ts'
import type { SnapshotTopics } from '../state/listener.ts'
import type { ShownRun } from '../state/run.ts'

export function readingsView(
  topics: SnapshotTopics,
  { source }: ShownRun,
  lag: number | null,
): ReadingsView {
  const { engine, windows, rewritten, otherRuns } = source
  return {
    ...{ topic: topics.readings ?? topics.kpi, engine, lag },
    ...{ waiting: windows.partial().length, rewritten, otherRuns },
  }
}

/** Events that the engine has not read; null where nobody wrote down how far it is. */
export async function readingsLag(
  log: EventLog,
  topics: SnapshotTopics,
  { descriptor, source }: ShownRun,
): Promise<number | null> {
  if (source.engine === null) return null
  const events = new Set(Object.keys(descriptor.declarations).map(topics.domain))
  // Whoever may not look at another engine's group does not know.
  const all =
    source.engine === 'processor'
      ? await log.lag(topics.taskGroup)
      : await log.lag(topics.flinkGroup).catch(() => [])
  const lags = all.filter(({ topic }) => events.has(topic))
  if (lags.length === 0) return null
  return lags.reduce((sum, { committed, latest }) => sum + Number(latest - committed), 0)
}
