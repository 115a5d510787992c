// The achieved speed: of the last seconds, of one run, never of the run before.
import { describe, expect, it } from 'vitest'
import { Speedometer } from '../../../../producers/run/conductor/speedometer.ts'

/** Notes every 100 ms of wall time while the city goes so fast. */
function drive(meter: Speedometer, from: { wall: number; sim: number }, speed: number, ms: number) {
  for (let t = 0; t <= ms; t += 100) meter.note(from.wall + t, from.sim + t * speed)
  return { wall: from.wall + ms, sim: from.sim + ms * speed }
}

describe('the speedometer', () => {
  it('knows nothing before two notes, and nothing of a shard that has not reported', () => {
    const meter = new Speedometer()
    meter.note(0, Number.NEGATIVE_INFINITY)
    expect(meter.speed).toBe(0)
    meter.note(100, 0)
    expect(meter.speed).toBe(0)
  })

  it('tells sim seconds per wall second', () => {
    const meter = new Speedometer()
    drive(meter, { wall: 1000, sim: 0 }, 30, 20_000)
    expect(meter.speed).toBeCloseTo(30)
  })

  it('forgets what was longer ago than five seconds', () => {
    const meter = new Speedometer()
    const there = drive(meter, { wall: 0, sim: 0 }, 30, 10_000)
    drive(meter, there, 10, 6_000)
    expect(meter.speed).toBeCloseTo(10)
    drive(meter, { wall: 16_000, sim: there.sim + 60_000 }, 0, 6_000)
    expect(meter.speed).toBe(0)
  })

  it('begins anew with another run', () => {
    const meter = new Speedometer()
    drive(meter, { wall: 0, sim: 1_000_000 }, 30, 10_000)
    drive(meter, { wall: 10_100, sim: 0 }, 60, 2_000)
    expect(meter.speed).toBeCloseTo(60)
  })
})
