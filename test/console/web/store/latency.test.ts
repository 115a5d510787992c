// From send to pixel: what is measured of each delta, and how it is summed up.
import { describe, expect, it } from 'vitest'
import { BAR_ENDS, Latency } from '../../../../console/web/store/latency.ts'

describe('latency', () => {
  it('splits the way of the oldest event into its stages, up to the frame that drew it', () => {
    const latency = new Latency()
    expect(latency.summary()).toBeNull()
    latency.applied({ sent: 1_000, told: 1_180, forwarded: 1_200 })
    expect(latency.summary(), 'applied is not drawn').toBeNull()
    latency.drawn(1_260)
    latency.drawn(9_999)
    expect(latency.summary()).toMatchObject({
      n: 1,
      stages: {
        fold: { p50: 180, p95: 180, max: 180 },
        forward: { max: 20 },
        draw: { max: 60 },
        total: { max: 260 },
      },
    })
  })

  it('takes quantiles over the newest samples, and counts each in one bar', () => {
    const latency = new Latency()
    for (let i = 1; i <= 1_100; i++) {
      latency.applied({ sent: 0, told: 0, forwarded: 0 })
      latency.drawn(i <= 500 ? 60_000 : i - 500)
    }
    const { n, stages, bars } = latency.summary()!
    expect(n).toBe(600)
    expect(stages.total).toEqual({ p50: 300, p95: 570, max: 600 })
    expect(bars.slice(0, 6)).toEqual([100, 100, 100, 100, 100, 100])
    expect(bars.reduce((sum, count) => sum + count, 0)).toBe(600)
    expect(bars).toHaveLength(BAR_ENDS.length + 1)
  })

  it('leaves out what says nothing: no times, or events sent ahead of their time', () => {
    const latency = new Latency()
    latency.applied(null)
    latency.applied({ sent: 5_000, told: 1_000, forwarded: 1_001 })
    latency.drawn(1_010)
    expect(latency.summary()).toBeNull()
  })

  it('never makes a negative stage out of two clocks', () => {
    const latency = new Latency()
    latency.applied({ sent: 1_000, told: 999, forwarded: 1_002 })
    latency.drawn(1_001)
    expect(latency.summary()!.stages).toMatchObject({ fold: { max: 0 }, draw: { max: 0 } })
  })

  it('forgets another run', () => {
    const latency = new Latency()
    latency.applied({ sent: 0, told: 1, forwarded: 2 })
    latency.drawn(3)
    latency.applied({ sent: 0, told: 1, forwarded: 2 })
    latency.reset()
    latency.drawn(4)
    expect(latency.summary()).toBeNull()
  })
})
