// The achieved speed: of the last seconds, of one run, never of the run before.
import { describe, expect, it } from 'vitest'
import { Speedometer } from '../../../../producers/run/conductor/speedometer.ts'

/** Notes every 100 ms of wall time while the city goes so fast. */
function drive(
  speedometer: Speedometer,
  from: { wall: number; sim: number },
  speed: number,
  ms: number,
) {
  for (let t = 0; t <= ms; t += 100) speedometer.note(from.wall + t, from.sim + t * speed)
  return { wall: from.wall + ms, sim: from.sim + ms * speed }
}

describe('the speedometer', () => {
  it('knows nothing before two notes, and nothing of a shard that has not reported', () => {
    const speedometer = new Speedometer()
    speedometer.note(0, Number.NEGATIVE_INFINITY)
    expect(speedometer.speed).toBe(0)
    speedometer.note(100, 0)
    expect(speedometer.speed).toBe(0)
  })

  it('gives sim seconds per wall second', () => {
    const speedometer = new Speedometer()
    drive(speedometer, { wall: 1000, sim: 0 }, 30, 20_000)
    expect(speedometer.speed).toBeCloseTo(30)
  })

  it('forgets what was longer ago than five seconds', () => {
    const speedometer = new Speedometer()
    const there = drive(speedometer, { wall: 0, sim: 0 }, 30, 10_000)
    drive(speedometer, there, 10, 6_000)
    expect(speedometer.speed).toBeCloseTo(10)
    drive(speedometer, { wall: 16_000, sim: there.sim + 60_000 }, 0, 6_000)
    expect(speedometer.speed).toBe(0)
  })

  it('begins anew with another run', () => {
    const speedometer = new Speedometer()
    drive(speedometer, { wall: 0, sim: 1_000_000 }, 30, 10_000)
    drive(speedometer, { wall: 10_100, sim: 0 }, 60, 2_000)
    expect(speedometer.speed).toBeCloseTo(60)
  })
})
