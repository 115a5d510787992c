// One run in a conductor's hands: its clock, how far its shards are, and how far both let the city go.
import type { Descriptor, Horizon, RunEnd } from '../../contract/records.ts'
import { Repeater } from '../repeater.ts'
import { createRunClock, type RunClock } from './run-clock.ts'

export type ConductedRun = {
  epoch: number
  /** Offset at which this conductor announced itself. */
  term: number
  descriptor: Descriptor
  start: number
  clock: RunClock
  ended: boolean
  /** As this conductor wrote it; null before, and where somebody else ended the run. */
  end: RunEnd | null
  toldOvertaken: boolean
  /** Simulated-to of each shard. */
  progress: number[]
  /** Says when the horizon is written, and the end once there is one. */
  repeater: Repeater
}

/** A run from its start, or from the furthest horizon that a conductor before us wrote. */
export function takeInHand(options: {
  epoch: number
  term: number
  descriptor: Descriptor
  last: Horizon | null
  now: number
  leadMs: number
}): ConductedRun {
  const { epoch, term, descriptor, last, now, leadMs } = options
  const start = Date.parse(descriptor.start)
  const { end, speed, shards } = descriptor
  return {
    epoch,
    term,
    descriptor,
    start,
    clock: createRunClock({ start, end: Date.parse(end), speed, now, leadMs, last }),
    ended: false,
    end: null,
    toldOvertaken: false,
    progress: new Array(shards).fill(Number.NEGATIVE_INFINITY),
    repeater: new Repeater(),
  }
}

/** Nobody simulates past the horizon, whatever a progress record says. */
export function slowestShard({ progress, clock }: ConductedRun): number {
  return Math.min(...progress, clock.h)
}

/** The latest sim time that shards and processor allow, given how far they may be behind. */
export function allowedBy(
  run: ConductedRun,
  slackSim: number,
  processed?: () => number | null,
): number {
  const slowest = slowestShard(run)
  const shards = slowest === Number.NEGATIVE_INFINITY ? run.start : slowest + slackSim
  if (!processed) return shards
  const folded = processed()
  // The watermark moves in ticks, so it may be two of them behind without being late.
  const processor = folded === null ? run.start : folded + 2 * run.descriptor.tick + slackSim
  return Math.min(shards, processor)
}
