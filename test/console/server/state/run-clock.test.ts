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

  it('says which horizon changed the speed', () => {
    expect([horizon(WALL, 30), horizon(WALL, 30), horizon(WALL, 0)]).toEqual([true, false, true])
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
