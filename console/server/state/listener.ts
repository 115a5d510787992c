// What the snapshot reads, and what it lets others know when something of it changes.
import type { Alert } from '../../../processor/contract/types.ts'
import type { CommandResult, IncidentRecord } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { DeltaTimes } from '../../messages.ts'

/** The topics behind the snapshot. */
export type SnapshotSource =
  | 'run'
  | 'kpi'
  | 'readings'
  | 'kpiTwin'
  | 'alert'
  | 'map'
  | 'incident'
  | 'commandResult'

/** `readings`: of the readings, where they are not the processor's own; absent = those of `kpi` are shown. */
export type SnapshotTopics = Topics & { readings?: string }

/** The oldest event of a frame or delta on its way: its times so far. */
export type EventTrace = Omit<DeltaTimes, 'forwarded'>

export type SnapshotListener = {
  /** The run changed, or who says its readings: everything must be sent anew. */
  run?(): void
  /** Speed, pause or end. */
  clock?(): void
  /** The account broke, or a missing event was named. */
  loss?(): void
  /** A final of a window was published. */
  final?(): void
  /** Assets whose state was reported, and the oldest event behind it; null where none is (a keyframe). */
  frame?(numbers: number[], tracer: EventTrace | null): void
  alert?(alert: Alert): void
  incident?(incident: IncidentRecord): void
  commandResult?(result: CommandResult): void
}
