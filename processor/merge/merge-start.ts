// Where a merge goes on by what was final, in place of the partials that it was made of.
import type { KpiReading } from '../contract/types.ts'

/** For a log of which it is known how far its readings are; of any other run the merge is rebuilt. */
export type MergeStart = {
  epoch: number
  /** By domain, the end of its newest final window (ms); where there is none, partials are merged from the first on. */
  finalEnds: ReadonlyMap<string, number>
  /**
   * Final window readings of the KPIs that have thresholds, in the windows' order: from before each open alert's streak
   * began.
   */
  readings: readonly KpiReading[]
  /** Offsets from which partials and truths are of windows that are not final; null = behind all that there are. */
  partialsFrom: bigint | null
  truthsFrom: bigint | null
}
