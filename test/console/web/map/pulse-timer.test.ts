// Repaints go on while pulses fade, less often where a frame is expensive, and end with them.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PulseTimer } from '../../../../console/web/map/pulse-timer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A timer whose frames cost so much, and the number of its repaints so far. */
function setUp(costMs: number, hidden = false) {
  const counted = { repaints: 0 }
  const timer = new PulseTimer(() => counted.repaints++, {
    frame: (task) => void setTimeout(() => task(performance.now()), costMs / 2),
    hidden: () => hidden,
  })
  return { timer, counted }
}

function repaintsOf(pulseMs: number, costMs: number, hidden = false): number {
  const { timer, counted } = setUp(costMs, hidden)
  timer.until(performance.now() + pulseMs)
  vi.advanceTimersByTime(10 * pulseMs)
  return counted.repaints
}

describe('pulse timer', () => {
  it('repaints ten times a second until the pulses have faded', () => {
    expect(repaintsOf(1_000, 32)).toBe(11)
  })

  it('repaints nothing while others do so as often', () => {
    const { timer, counted } = setUp(32)
    timer.until(performance.now() + 1_000)
    vi.advanceTimersByTime(33)
    for (let i = 0; i < 20; i++) {
      timer.until(performance.now() + 1_000)
      vi.advanceTimersByTime(60)
    }
    expect(counted.repaints).toBe(1)
  })

  it('leaves slow graphics two thirds of the time', () => {
    expect(repaintsOf(1_500, 100)).toBe(6)
  })

  it('stops at once when it should, and in a hidden tab', () => {
    const { timer, counted } = setUp(32)
    timer.until(performance.now() + 1_000)
    timer.stop()
    vi.advanceTimersByTime(1_000)
    expect(counted.repaints).toBe(0)
    expect(repaintsOf(1_000, 32, true)).toBe(1)
  })
})
