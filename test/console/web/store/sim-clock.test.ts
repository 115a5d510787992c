// The page's clock: extrapolation bounded by the horizon, offset from the least delayed message, no steps back.
import { describe, expect, it } from 'vitest'
import type { ClockView } from '../../../../console/messages.ts'
import { SimClock, simTimeAt } from '../../../../console/web/store/sim-clock.ts'

const view = (change: Partial<ClockView> = {}): ClockView => ({
  status: 'running',
  simAnchor: 1_000_000,
  wallAnchor: 5_000,
  speed: 30,
  asked: 30,
  achieved: 30,
  horizon: 1_100_000,
  start: 900_000,
  end: 2_000_000,
  ...{ pauseAt: null, slept: null, jump: null },
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

describe('the page’s sim clock', () => {
  function setUp() {
    const server = { now: 6_000 }
    const clock = new SimClock(() => server.now)
    clock.view.value = view()
    return { clock, server }
  }

  it('says nothing before the first message', () => {
    expect(new SimClock(() => 0).now()).toBeNull()
  })

  it('hides small steps back and shows large ones', () => {
    const { clock, server } = setUp()
    expect(clock.now()).toBe(1_030_000)
    server.now = 5_500
    expect(clock.now()).toBe(1_030_000)
    clock.view.value = view({ simAnchor: 900_000 })
    expect(clock.now()).toBe(915_000)
  })

  it('goes on past a horizon that frames have passed, until there is another run', () => {
    const { clock, server } = setUp()
    server.now = 60_000
    clock.saw(1_200_000)
    expect(clock.now()).toBe(1_200_000)
    clock.reset()
    expect(clock.now()).toBe(1_100_000)
  })

  it('knows the limit of a machine that stays behind, until it keeps up with more', () => {
    const { clock, server } = setUp()
    const limitIn = (ms: number, change: Partial<ClockView>) => {
      server.now += ms
      clock.put(view(change))
      return clock.limit.value
    }
    expect(limitIn(0, { speed: 120, achieved: 70 })).toBeNull()
    expect(limitIn(19_000, { speed: 120, achieved: 66 })).toBeNull()
    // A pause, or another speed, begins anew.
    expect(limitIn(500, { status: 'paused', speed: 0, achieved: 0 })).toBeNull()
    expect(limitIn(500, { speed: 120, achieved: 66 })).toBeNull()
    expect(limitIn(20_000, { speed: 120, achieved: 64 })).toBe(64)
    expect(limitIn(500, { speed: 120, achieved: 68 })).toBe(68)
    expect(limitIn(500, { speed: 60, achieved: 59 })).toBe(68)
    expect(limitIn(500, { speed: 120, achieved: 118 })).toBeNull()
  })
})
