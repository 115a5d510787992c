// The page's clock: extrapolation bounded by the horizon, offset from the least delayed message, no steps back.
import { describe, expect, it } from 'vitest'
import type { ClockView } from '../../../../console/messages.ts'
import { clockOffset, monotone, simTimeAt } from '../../../../console/web/store/sim-clock.ts'

const view = (change: Partial<ClockView> = {}): ClockView => ({
  status: 'running',
  simAnchor: 1_000_000,
  wallAnchor: 5_000,
  speed: 30,
  achieved: 30,
  horizon: 1_100_000,
  start: 900_000,
  end: 2_000_000,
  ...change,
})

describe('simTimeAt', () => {
  it('moves on by the elapsed wall time times the speed', () => {
    expect(simTimeAt(view(), 6_000)).toBe(1_030_000)
  })

  it('never passes the horizon or the end', () => {
    expect(simTimeAt(view(), 60_000)).toBe(1_100_000)
    expect(simTimeAt(view({ horizon: 3_000_000 }), 1e9)).toBe(2_000_000)
  })

  it('never shows a time before the start', () => {
    expect(simTimeAt(view({ simAnchor: 800_000, status: 'waiting', speed: 0 }), 5_000)).toBe(
      900_000,
    )
  })

  it('stands while paused, and when the run has ended', () => {
    expect(simTimeAt(view({ status: 'paused', speed: 0 }), 9_000)).toBe(1_000_000)
    expect(simTimeAt(view({ status: 'ended' }), 9_000)).toBe(1_000_000)
  })

  it('takes a clock that lags behind the anchor as no time passed', () => {
    expect(simTimeAt(view(), 4_000)).toBe(1_000_000)
  })
})

describe('clockOffset', () => {
  it('trusts the least delayed message', () => {
    const offset = clockOffset()
    expect(offset.value()).toBe(0)
    offset.sample(10_000, 9_700)
    offset.sample(11_000, 10_950)
    offset.sample(12_000, 11_750)
    expect(offset.value()).toBe(300)
  })

  it('forgets old samples, so that a corrected clock is followed', () => {
    const offset = clockOffset()
    offset.sample(10_000, 0)
    for (let i = 0; i < 12; i++) offset.sample(1_000, 1_000)
    expect(offset.value()).toBe(0)
  })
})

describe('monotone', () => {
  it('hides small steps back and shows large ones', () => {
    const settle = monotone(60_000)
    expect(settle(100_000)).toBe(100_000)
    expect(settle(99_000)).toBe(100_000)
    expect(settle(10_000)).toBe(10_000)
  })
})
