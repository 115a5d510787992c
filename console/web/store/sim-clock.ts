// The city's clock as the page shows it: extrapolated between messages, never past what may have been simulated.
import type { ClockView } from '../../messages.ts'

/**
 * Sim time (ms) at server wall time `serverNow`: simAnchor + elapsed × speed while running, never past the horizon
 * nor the end, never before the start.
 */
export function simTimeAt(view: ClockView, serverNow: number): number {
  const running = view.status === 'running' && view.speed > 0
  const moved = running ? Math.max(0, serverNow - view.wallAnchor) * view.speed : 0
  return Math.max(view.start, Math.min(view.simAnchor + moved, view.horizon, view.end))
}

const KEPT_SAMPLES = 12

/**
 * Estimates server clock − local clock from `serverTime` stamps. A message can only arrive late, so the largest of
 * the newest differences is the one that was delayed least.
 */
export function clockOffset() {
  const samples: number[] = []
  return {
    /** `serverTime` as sent, `receivedAt` on the local clock, both ms. */
    sample(serverTime: number, receivedAt: number): void {
      samples.push(serverTime - receivedAt)
      if (samples.length > KEPT_SAMPLES) samples.shift()
    },
    /** ms to add to the local clock; 0 before the first sample. */
    value(): number {
      return samples.length === 0 ? 0 : Math.max(...samples)
    },
    reset(): void {
      samples.length = 0
    },
  }
}

/** Keeps a shown clock from stepping back by jitter; a jump back of more than `tolerance` ms is real (a new run). */
export function monotone(tolerance = 60_000) {
  let last = Number.NEGATIVE_INFINITY
  return (next: number): number => {
    last = next < last && last - next < tolerance ? last : next
    return last
  }
}
