// The clock that pages follow.
import { beforeEach, describe, expect, it } from 'vitest'
import { createRunClock, type ShownClock } from '../../../../console/server/state/run-clock.ts'
import { isoTime } from '../../../../infra/time.ts'

const START = Date.parse('2025-06-18T08:30:00.000Z')
const END = START + 3_600_000
const WALL = 1_000_000
let clock: ShownClock

beforeEach(() => {
  clock = createRunClock(START, END)
})

const horizon = (wall: number, speed: number, sim = START) =>
  clock.onHorizon(
    { h: isoTime(sim + 7_500), simAnchor: isoTime(sim), wallAnchor: wall, speed, term: 0 },
    wall,
  )
const progress = (shard: number, wall: number, sim: number) =>
  clock.onProgress({ shard, simulatedTo: isoTime(START + sim) }, wall)

describe('the status', () => {
  it('goes from waiting over running and paused to ended', () => {
    expect(clock.view(WALL)).toMatchObject({ status: 'waiting', speed: 0, horizon: START })
    horizon(WALL, 30)
    expect(clock.view(WALL)).toMatchObject({ status: 'running', speed: 30, horizon: START + 7_500 })
    horizon(WALL, 0)
    expect(clock.status()).toBe('paused')
    clock.onEnd({ at: isoTime(END), reason: 'duration', term: 0 })
    expect(clock.view(WALL)).toMatchObject({
      status: 'ended',
      speed: 0,
      simAnchor: END,
      horizon: END,
    })
  })

  it('knows at which speed a paused city will go on', () => {
    horizon(WALL, 30)
    horizon(WALL, 0)
    expect(clock.view(WALL)).toMatchObject({ speed: 0, asked: 30 })
    clock.onSpeed(60)
    horizon(WALL, 0)
    expect(clock.view(WALL).asked).toBe(60)
    horizon(WALL, 60)
    expect(clock.view(WALL)).toMatchObject({ speed: 60, asked: 60 })
  })

  it('says which horizon changed the speed', () => {
    expect([horizon(WALL, 30), horizon(WALL, 30), horizon(WALL, 0)]).toEqual([true, false, true])
  })
})

describe('a jump', () => {
  const jumping = (wall: number, sim: number, jumpTo?: number) => {
    const simAnchor = isoTime(sim)
    const to = jumpTo === undefined ? {} : { jumpTo: isoTime(jumpTo), pauseAt: isoTime(jumpTo) }
    return clock.onHorizon(
      { h: simAnchor, simAnchor, wallAnchor: wall, speed: 30, term: 0, ...to },
      wall,
    )
  }

  it('is told from its beginning on, and how long it took', () => {
    expect(clock.view(WALL)).toMatchObject({ jump: null, pauseAt: null, slept: null })
    jumping(WALL, START)
    const to = START + 60_000
    expect([jumping(WALL + 1, START, to), jumping(WALL + 9, START + 5_000, to)]).toEqual([
      true,
      false,
    ])
    const jump = { from: START, to, since: WALL + 1, tookMs: null }
    expect(clock.view(WALL + 9)).toMatchObject({ jump, pauseAt: to })
    expect(jumping(WALL + 101, to)).toBe(true)
    expect(clock.view(WALL + 101).jump).toEqual({ ...jump, tookMs: 100 })
  })

  it('is no reason to stand; a machine that slept is', () => {
    const h = isoTime(START)
    const still = { h, simAnchor: h, wallAnchor: WALL, speed: 0, slept: 61_000, term: 0 }
    clock.onHorizon(still, WALL)
    expect(clock.view(WALL)).toMatchObject({ status: 'paused', slept: 61_000 })
  })
})

describe('the achieved speed', () => {
  beforeEach(() => {
    horizon(WALL, 30)
  })

  it("is the slowest shard's, over the last five seconds", () => {
    for (let t = 0; t <= 10_000; t += 100) {
      progress(0, WALL + t, 30 * t)
      // The second shard runs at 30 at first and at 12 in the last five seconds.
      progress(1, WALL + t, t <= 5_000 ? 30 * t : 150_000 + 12 * (t - 5_000))
    }
    expect(clock.view(WALL + 10_000).achieved).toBe(12)
  })

  it('is 0 when nothing is reported any more, and while paused', () => {
    progress(0, WALL, 0)
    progress(0, WALL + 1_000, 30_000)
    expect(clock.view(WALL + 1_000).achieved).toBe(30)
    expect(clock.view(WALL + 7_000).achieved).toBe(0)
    horizon(WALL + 1_000, 0)
    expect(clock.view(WALL + 1_000).achieved).toBe(0)
  })
})
