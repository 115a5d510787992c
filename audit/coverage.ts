// How much of a run an audit compared: a verdict about nothing is none.

import type { AuditedLane } from './compare/one-lane.ts'
import type { PublishedRecords } from './input.ts'

/** `of` = what the events give. */
export type Share = { compared: number; of: number }

/** Null = that topic was not at hand, so nothing of it is compared. */
export type Coverage = {
  /** Windows per domain whose every final reading was compared. */
  windows: Share
  /** Windows per topic-partition. */
  truths: Share | null
  partials: Share | null
  ledgers: Share | null
  /** Those that hold a tick of the run. */
  topicPartitions: Share
}

export class CoverageCount {
  readonly coverage: Coverage

  constructor({ truths, partials, ledgers }: PublishedRecords, hasTruth: boolean) {
    const none = (): Share => ({ compared: 0, of: 0 })
    this.coverage = {
      windows: none(),
      truths: truths && hasTruth ? none() : null,
      partials: partials && none(),
      ledgers: ledgers && none(),
      topicPartitions: none(),
    }
  }

  windows({ compared, of }: Share): void {
    addShare(this.coverage.windows, compared, of)
  }

  lane(lane: AuditedLane): void {
    const { truths, partials, ledgers, topicPartitions } = this.coverage
    addShare(truths, lane.truths, lane.windows.length)
    addShare(partials, lane.partials, lane.windows.length)
    addShare(ledgers, lane.ledgers, 1)
    addShare(topicPartitions, lane.report.ticks > 0 ? 1 : 0, 1)
  }
}

function addShare(share: Share | null, compared: number, of: number): void {
  if (!share) return
  share.compared += compared
  share.of += of
}

const NAMES: Record<keyof Coverage, string> = {
  windows: 'windows',
  truths: 'truths',
  partials: 'final partials',
  ledgers: 'ledgers',
  topicPartitions: 'topic-partitions',
}

export function coverageText(coverage: Coverage): string {
  const parts = Object.entries(coverage).flatMap(([name, share]) =>
    share ? [`${share.compared} of ${share.of} ${NAMES[name as keyof Coverage]}`] : [],
  )
  return `coverage: ${parts.join(', ')}`
}
