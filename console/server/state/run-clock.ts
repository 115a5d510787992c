// The run's clock as the console sees it: asked speed from horizons, achieved speed from the shards' progress.
import type { Horizon, Progress, RunEnd } from '../../../producers/contract/records.ts'
import type { ClockView, RunStatus } from '../../messages.ts'

/** Achieved speed is measured over this much wall time. */
const MEASURED_MS = 5_000

type ProgressSample = { wall: number; sim: number }

export type ShownClock = ReturnType<typeof createRunClock>

/** `start` and `end` of the run in ms. */
export function createRunClock(start: number, end: number) {
  let horizon: { h: number; simAnchor: number; wallAnchor: number; speed: number } | null = null
  let ended: number | null = null
  let heardAt = Number.NEGATIVE_INFINITY
  const shards = new Map<number, ProgressSample[]>()

  function status(): RunStatus {
    if (ended !== null) return 'ended'
    if (!horizon) return 'waiting'
    return horizon.speed === 0 ? 'paused' : 'running'
  }

  /** Slowest shard's sim ms per wall ms; 0 when nothing was reported lately. */
  function achieved(now: number): number {
    let slowest = Number.POSITIVE_INFINITY
    for (const samples of shards.values()) {
      const first = samples[0]
      const last = samples[samples.length - 1]
      const stale = now - last.wall > MEASURED_MS
      const rate =
        stale || last.wall === first.wall ? 0 : (last.sim - first.sim) / (last.wall - first.wall)
      slowest = Math.min(slowest, rate)
    }
    return shards.size === 0 ? 0 : Math.round(slowest * 100) / 100
  }

  return {
    status,
    /** Wall time of the newest horizon. */
    heardAt: () => heardAt,
    horizonMs: () => horizon?.h ?? start,
    /** Takes a horizon; true when the speed changed. */
    onHorizon(record: Horizon, wall: number): boolean {
      const before = horizon?.speed
      horizon = {
        h: Date.parse(record.h),
        simAnchor: Date.parse(record.simAnchor),
        wallAnchor: record.wallAnchor,
        speed: record.speed,
      }
      heardAt = wall
      return before !== record.speed
    },
    onProgress(record: Progress, wall: number): void {
      const samples = shards.get(record.shard) ?? []
      shards.set(record.shard, samples)
      samples.push({ wall, sim: Date.parse(record.simulatedTo) })
      while (samples.length > 2 && wall - samples[0].wall > MEASURED_MS) samples.shift()
    },
    onEnd(record: RunEnd): void {
      ended = Date.parse(record.at)
    },
    view(now: number): ClockView {
      const state = status()
      const moving = state === 'running'
      return {
        status: state,
        simAnchor: ended ?? horizon?.simAnchor ?? start,
        wallAnchor: horizon?.wallAnchor ?? now,
        speed: state === 'ended' ? 0 : (horizon?.speed ?? 0),
        achieved: moving ? achieved(now) : 0,
        horizon: ended ?? horizon?.h ?? start,
        start,
        end,
      }
    },
  }
}
