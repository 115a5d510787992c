// The pace of a machine, by a clock that says how long each sim minute took.
import { describe, expect, it } from 'vitest'
import { speed, speedFinding } from '../../../commands/doctor/speed.ts'
import { virtualClock } from '../../../infra/clock.ts'

describe('the speed', () => {
  it('is sim time over wall time, the first minute left out', async () => {
    const clock = virtualClock()
    let asked = 0
    // Set-up and census take 2 s, every later minute 1 s: 60 sim seconds a wall second.
    const slow = { ...clock, now: () => (asked++ === 0 ? 0 : asked * 1000) }
    const finding = await speed(slow, { scale: '0.01', partitions: '4' }).run()
    expect(finding.found).toBe(
      '60 sim seconds per wall second at scale 0.01: the demo keeps up with speeds up to about 40',
    )
    expect(finding.state).toBe('fine')
  })

  it('is wrong below what the scenario asks for, and says what would do', () => {
    const asked = { speed: 30, scale: 1 }
    expect(speedFinding(45, asked).state).toBe('fine')
    expect(speedFinding(44, asked)).toMatchObject({
      state: 'wrong',
      todo: 'the default scenario asks for 30: use --speed 29 or --scale 1',
    })
    expect(speedFinding(10, asked).todo).toContain('use --speed 6 or --scale 0.2')
    expect(speedFinding(0.4, asked).todo).toContain('--speed 1')
  })
})
