// The run's clock as the console sees it: asked speed from horizons, achieved speed from the shards' progress.
import type { Horizon, Progress, RunEnd } from '../../../producers/contract/records.ts'
import type { ClockView, RunStatus } from '../../messages.ts'
import { JumpWatch } from './feed/jump-watch.ts'

/** Achieved speed is measured over this much wall time. */
const MEASURED_MS = 5_000

type ShownHorizon = {
  h: number
  simAnchor: number
  wallAnchor: number
  speed: number
  pauseAt: number | null
  slept: number | null
}
const shownHorizon = (record: Horizon): ShownHorizon => ({
  h: Date.parse(record.h),
  simAnchor: Date.parse(record.simAnchor),
  wallAnchor: record.wallAnchor,
  speed: record.speed,
  pauseAt: record.pauseAt === undefined ? null : Date.parse(record.pauseAt),
  slept: record.slept ?? null,
})

type ProgressSample = { wall: number; sim: number }

export type ShownClock = ReturnType<typeof createRunClock>

/** `start` and `end` of the run in ms. */
export function createRunClock(start: number, end: number) {
  let asked = 0
  let horizon: ShownHorizon | null = null
  const jumps = new JumpWatch()
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
    /** Takes a horizon; true when the speed changed, or a jump began or ended. */
    onHorizon(record: Horizon, wall: number): boolean {
      const before = horizon?.speed
      if (record.speed > 0) asked = record.speed
      const hasJumped = jumps.take(record, wall)
      horizon = shownHorizon(record)
      heardAt = wall
      return before !== record.speed || hasJumped
    },
    /** A speed was asked for, which a paused clock does not show. */
    onSpeed(speed: number): void {
      asked = speed
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
        asked,
        achieved: moving ? achieved(now) : 0,
        horizon: ended ?? horizon?.h ?? start,
        start,
        end,
        pauseAt: state === 'ended' ? null : (horizon?.pauseAt ?? null),
        slept: state === 'paused' ? (horizon?.slept ?? null) : null,
        jump: jumps.view,
      }
    },
  }
}
