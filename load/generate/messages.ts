// What a session and its workers tell each other; plain JSON, so that a worker may be another process.
import type { BucketCounts } from '../measure/latency-histogram.ts'
import type { RateSegment } from '../plan/load-plan.ts'

/** Slices are stretches of sim time, numbered; times are ms since the plan's start. */
export type ToWorker =
  /** Simulate up to there and say how many events it came to. */
  | { kind: 'simulate'; slice: number; to: number }
  /** What follows belongs to this plan; sent before its first slice is assigned. */
  | { kind: 'plan'; segments: RateSegment[] }
  /** The slice's events of all workers together are the plan's events from `base` on, `events` of them. */
  | { kind: 'assign'; slice: number; base: number; events: number }
  /** The slice happens from then till then, in step with sim time. */
  | { kind: 'stretch'; slice: number; from: number; till: number }
  /** The plan starts at this wall time; what is meant from `measureFrom` on counts. */
  | { kind: 'go'; startAt: number; measureFrom: number }
  /** Nothing more is assigned: say when all of it is acknowledged or lost. */
  | { kind: 'finish' }
  | { kind: 'close' }

/** Of events meant before the measuring began, and from there on. */
export type Phases = { warmUp: BucketCounts; measured: BucketCounts }

export type WorkerStats = {
  /** Wall time at which they were taken; everything counts since the ones before. */
  at: number
  /** Handed to the client: events, and all records with them. */
  sent: number
  records: number
  bytes: number
  acked: number
  failed: number
  /** The same, only of events that count. */
  measured: { sent: number; acked: number; failed: number; bytes: number }
  send: Phases
  ack: Phases
  cpuMs: number
  rssBytes: number
  loopP99Ms: number
}

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'simulated'; slice: number; events: number }
  | { kind: 'stats'; stats: WorkerStats }
  /** Ids of events that are followed to a sink, and when each was meant (wall ms). */
  | { kind: 'followed'; ids: string[]; meant: number[]; measured: boolean[] }
  | { kind: 'finished' }
  | { kind: 'failed'; problem: string }
  | { kind: 'closed' }

/** One worker as its session sees it, wherever it runs. */
export interface WorkerLink {
  post(message: ToWorker): void
  listen(heard: (message: FromWorker) => void): void
}
