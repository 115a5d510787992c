// The city's clock as the page shows it: extrapolated between messages, never past what may have been simulated.
import { signal } from '@preact/signals'
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

/** The shown clock does not step back by jitter; a jump back of more than this (ms) is real. */
const TOLERANCE_MS = 60_000

/** From this part of the asked speed on, what is reached goes without saying. */
const ENOUGH = 0.9
/** So long (ms) behind one asked speed, and not just for a moment. */
const STEADY_MS = 20_000

/** Whether a city that was asked for `speed` stays behind it. */
export const isBehind = (achieved: number, speed: number): boolean => achieved < ENOUGH * speed

export class SimClock {
  readonly view = signal<ClockView | null>(null)
  /** The most that this machine reached of a speed that it stayed behind; null while it keeps up with all that was asked. */
  readonly limit = signal<number | null>(null)
  readonly #serverNow: () => number
  #behind: { speed: number; since: number } | null = null
  #shown = Number.NEGATIVE_INFINITY
  /** The newest sim time that a frame brought: it may be ahead of the horizon that the page knows. */
  #seen = 0

  /** `serverNow` = wall ms on the server's clock. */
  constructor(serverNow: () => number) {
    this.#serverNow = serverNow
  }

  /** The server says how its clock stands. */
  put(view: ClockView): void {
    this.view.value = view
    const { status, speed, achieved } = view
    if (status !== 'running') {
      this.#behind = null
      return
    }
    const now = this.#serverNow()
    const limit = this.limit.value
    if (!isBehind(achieved, speed)) {
      this.#behind = null
      if (limit !== null && limit < achieved) this.limit.value = null
      return
    }
    if (this.#behind?.speed !== speed) this.#behind = { speed, since: now }
    if (now - this.#behind.since >= STEADY_MS) this.limit.value = Math.max(limit ?? 0, achieved)
  }

  /** A frame shows the city at `simTime`. */
  saw(simTime: number): void {
    this.#seen = Math.max(this.#seen, simTime)
  }

  /** The city's time now (ms), or null before the first message. */
  now(): number | null {
    const view = this.view.value
    if (!view) return null
    const horizon = Math.max(view.horizon, this.#seen)
    const next = simTimeAt({ ...view, horizon }, this.#serverNow())
    const isJitter = next < this.#shown && this.#shown - next < TOLERANCE_MS
    if (!isJitter) this.#shown = next
    return this.#shown
  }

  /** Another run: its time has nothing to do with that of the one before. */
  reset(): void {
    this.#shown = Number.NEGATIVE_INFINITY
    this.#seen = 0
  }
}
