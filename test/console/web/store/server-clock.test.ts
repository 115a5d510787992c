// The server's clock from the times in its messages, whatever the local clock says.
import { describe, expect, it } from 'vitest'
import { ServerClock } from '../../../../console/web/store/server-clock.ts'

function setUp() {
  const local = { now: 0 }
  const clock = new ServerClock(() => local.now)
  const sample = (serverTime: number, receivedAt: number) => {
    local.now = receivedAt
    clock.sample(serverTime)
  }
  return { clock, sample }
}

describe('server clock', () => {
  it('trusts the least delayed message', () => {
    const { clock, sample } = setUp()
    expect(clock.offset()).toBe(0)
    sample(10_000, 9_700)
    sample(11_000, 10_950)
    sample(12_000, 11_750)
    expect([clock.offset(), clock.now()]).toEqual([300, 12_050])
  })

  it('forgets old samples, so that a corrected clock is followed', () => {
    const { clock, sample } = setUp()
    sample(10_000, 0)
    for (let i = 0; i < 12; i++) sample(1_000, 1_000)
    expect(clock.offset()).toBe(0)
  })
})
