// A group's lag, looked at once a second.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import type { GroupLag } from '../../../infra/event-log/event-log.ts'
import { LagWatch } from '../../../load/pipeline/lag-watch.ts'

const lagOf = (topic: string, lag: number): GroupLag => ({
  ...{ topic, partition: 0, committed: 0n, latest: BigInt(lag) },
})

describe('a lag watch', () => {
  it('sums what is ours, and tells a backlog that grows', async () => {
    const clock = virtualClock()
    let looks = 0
    const watch = new LagWatch({
      log: { lag: async () => [lagOf('load.a', 100 * looks++), lagOf('other', 9_999)] },
      clock,
      group: 'g',
      isOurs: (topic) => topic.startsWith('load.'),
    })
    for (let i = 0; i < 20; i++) {
      clock.advance(1000)
      await clock.turn()
    }
    expect(watch.now).toBeGreaterThan(1500)
    const { max, end, trend } = watch.figures(0, 20_000)!
    expect(max).toBe(end)
    expect(trend!.slope).toBeCloseTo(100, 6)
    await watch.close()
  })

  it('goes on where the brokers did not answer', async () => {
    const clock = virtualClock()
    let looks = 0
    const watch = new LagWatch({
      ...{ clock, group: 'g', isOurs: () => true },
      log: {
        async lag() {
          if (looks++ === 0) throw new Error('not now')
          return [lagOf('load.a', 5)]
        },
      },
    })
    for (let i = 0; i < 3; i++) {
      clock.advance(1000)
      await clock.turn()
    }
    expect([watch.failures, watch.now]).toEqual([1, 5])
    await watch.close()
  })
})
