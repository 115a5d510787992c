// When the page asks how the twins stand: not while nothing can have changed.
import { describe, expect, it } from 'vitest'
import type { TwinView } from '../../../../../console/messages.ts'
import { UsualReadings } from '../../../../../console/web/store/kpi/usual.ts'

const WINDOW_MS = 60_000
const START = Date.parse('2025-06-18T08:30:00.000Z')
const twinAt = (ms: number): TwinView => ({
  twin: 'usual',
  watermark: new Date(START + ms).toISOString(),
  kpis: [],
})
const need = (now: number, sim: number, acted: boolean) => ({
  ...{ now, horizon: START + sim, windowMs: WINDOW_MS, acted },
})

describe('reads of the twins', () => {
  it('are rare while nobody has acted, and made at once when somebody has', () => {
    const usual = new UsualReadings()
    const asked = [0, 5, 10, 25, 30, 35].filter((s) =>
      usual.isDue(need(1000 * s, 30_000 * s, false)),
    )
    expect(asked).toEqual([0, 30])
    expect(usual.isDue(need(36_000, 1_000_000, true))).toBe(true)
    expect(usual.isDue(need(41_000, 1_000_000, true)), 'it has still to begin').toBe(true)
  })

  it('follow a twin window by window, and rest while the city stands and the twin has caught up', () => {
    const usual = new UsualReadings()
    expect(usual.isDue(need(0, 600_000, true))).toBe(true)
    usual.put([twinAt(300_000)])
    expect(usual.isDue(need(5_000, 600_000, true)), 'it is behind').toBe(true)
    usual.put([twinAt(595_000)])
    expect(usual.isDue(need(10_000, 600_000, true))).toBe(false)
    expect(usual.isDue(need(15_000, 659_999, true))).toBe(false)
    expect(usual.isDue(need(20_000, 660_000, true))).toBe(true)
    usual.reset()
    expect(usual.isDue(need(21_000, 0, false)), 'another run').toBe(true)
  })
})
