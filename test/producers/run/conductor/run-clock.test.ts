// The clock of a run without anybody waiting: speed, pause, jump, stop, sleep and what others allow.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../../infra/time.ts'
import { UNPACED_SPEED } from '../../../../producers/contract/run/run-commands.ts'
import { RunClock } from '../../../../producers/run/conductor/run-clock.ts'

const START = Date.parse('2025-06-18T08:30:00.000Z')
const MINUTE = 60_000
const LEAD_MS = 250
const anything = () => Number.POSITIVE_INFINITY
const open = (more: object = {}) =>
  new RunClock({
    ...{ start: START, end: START + 60 * MINUTE, speed: 30, tickMs: 10_000 },
    ...{ now: 0, leadMs: LEAD_MS },
    ...more,
  })

describe('the clock of a run', () => {
  it('lets the city be simulated a lead ahead of itself', () => {
    const clock = open()
    expect(clock.move(1_000, START, anything)).toBe(false)
    expect(clock.h).toBe(START + (1_000 + LEAD_MS) * 30)
    expect(clock.horizon()).toEqual({
      ...{ h: isoTime(clock.h), simAnchor: isoTime(START), wallAnchor: 0, speed: 30 },
    })
  })

  it('waits for whoever is behind, and does not catch up on it', () => {
    const clock = open()
    expect(clock.move(10_000, START, () => START + 5_000)).toBe(true)
    expect(clock.h).toBe(START + 5_000)
    clock.move(10_100, START, anything)
    expect(clock.h - START).toBeLessThan(5_000 + (100 + LEAD_MS) * 30 + 1)
  })

  it('stands while it is paused, and goes on from there', () => {
    const clock = open()
    clock.move(1_000, START, anything)
    clock.pause(1_000)
    const { h } = clock
    clock.move(9_000, START, anything)
    expect([clock.h, clock.horizon().speed]).toEqual([h, 0])
    clock.resume(9_000)
    clock.move(9_000, START, anything)
    expect(clock.h).toBe(h)
  })

  it('jumps as fast as the shards follow, then keeps its speed', () => {
    const clock = open()
    const to = START + 10 * MINUTE
    expect(clock.jump(isoTime(to))).toBeNull()
    expect(clock.unpaced).toBe(true)
    clock.move(100, START, (slack) => START + slack)
    expect(clock.h).toBe(START + MINUTE)
    clock.move(200, to, anything)
    expect([clock.h, clock.unpaced, clock.horizon().speed]).toEqual([to, false, 30])
    expect(clock.jump(isoTime(START))).toContain('expected an instant after')
    expect(clock.jump('tomorrow')).toContain('args/to')
  })

  it('stands exactly where it is asked to, at its speed as after a jump', () => {
    const clock = open()
    const at = START + 50_000
    expect(clock.pause(0, isoTime(at))).toBeNull()
    clock.move(1_500, START, anything)
    expect([clock.h, clock.paused, clock.horizon().pauseAt]).toEqual([at, false, isoTime(at)])
    clock.move(2_000, at, anything)
    expect([clock.h, clock.paused, clock.horizon().simAnchor]).toEqual([at, true, isoTime(at)])
    expect(clock.pause(2_000, isoTime(at))).toContain('args/at')
    const to = at + MINUTE
    clock.resume(2_000)
    clock.jump(isoTime(to), true)
    expect(clock.horizon()).toMatchObject({ jumpTo: isoTime(to), pauseAt: isoTime(to), speed: 30 })
    clock.move(2_100, at, anything)
    clock.move(2_200, to, anything)
    expect([clock.h, clock.paused, clock.horizon().jumpTo]).toEqual([to, true, undefined])
  })

  it('stands again after a jump that found it standing, and goes through a stop before its end', () => {
    const clock = open()
    clock.pause(0, isoTime(START + MINUTE))
    clock.jump(isoTime(START + 2 * MINUTE))
    expect(clock.horizon().pauseAt).toBeUndefined()
    clock.move(100, START + 2 * MINUTE, anything)
    expect([clock.h, clock.paused]).toEqual([START + 2 * MINUTE, false])
    clock.pause(100)
    clock.jump(isoTime(START + 3 * MINUTE))
    clock.move(200, START + 3 * MINUTE, anything)
    expect([clock.h, clock.paused]).toEqual([START + 3 * MINUTE, true])
  })

  it('jumps in longer steps where the city is small', () => {
    const clock = open({ scale: 0.05 })
    clock.jump(isoTime(START + 30 * MINUTE))
    clock.move(100, START, (slack) => START + slack)
    expect(clock.h).toBe(START + 10 * MINUTE)
  })

  it('goes from tick to tick unpaced where ticks are further apart than a minute', () => {
    const clock = open({ speed: UNPACED_SPEED, tickMs: 20 * MINUTE })
    clock.move(100, START, (slack) => START + slack)
    expect(clock.h).toBe(START + 20 * MINUTE)
  })

  it('ends at its horizon when it is stopped, also while it is paused', () => {
    const clock = open()
    clock.move(1_000, START, anything)
    clock.pause(1_000)
    clock.stop(2_000)
    expect([clock.end, clock.paused]).toEqual([clock.h, false])
  })

  it('stands where it was when the machine fell asleep', () => {
    const clock = open()
    clock.move(1_000, START, anything)
    const { h } = clock
    clock.sleptSince(1_000, 61_000)
    clock.move(61_100, START, anything)
    expect([clock.paused, clock.h]).toEqual([true, h])
    expect(clock.horizon()).toMatchObject({ simAnchor: isoTime(START + 30_000), slept: 60_000 })
    clock.resume(62_000)
    expect(clock.horizon().slept).toBeUndefined()
  })

  it('goes on from the horizon of a conductor before it, paused or not, at its speed', () => {
    const h = isoTime(START + MINUTE)
    const last = { h, simAnchor: h, wallAnchor: 0, speed: UNPACED_SPEED, term: 0 }
    expect([open({ last }).h, open({ last }).unpaced]).toEqual([START + MINUTE, true])
    const paused = open({ last: { ...last, speed: 0 } })
    expect([paused.paused, paused.asked]).toEqual([true, 30])
    const on = open({ last: { ...last, speed: 30, jumpTo: isoTime(START + 5 * MINUTE) } })
    expect([on.unpaced, on.horizon().jumpTo]).toEqual([true, isoTime(START + 5 * MINUTE)])
  })

  it('takes a higher horizon of somebody else for decided', () => {
    const clock = open()
    expect(clock.raise(START + MINUTE)).toBe(true)
    expect(clock.raise(START + 1_000)).toBe(false)
    expect(clock.h).toBe(START + MINUTE)
  })
})
