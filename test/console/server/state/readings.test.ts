// Which of two readings is shown.
import { beforeEach, describe, expect, it } from 'vitest'
import { createReadings, type LatestReadings } from '../../../../console/server/state/readings.ts'
import type { KpiReading } from '../../../../processor/contract/types.ts'
import { reading } from '../small-city.ts'

let readings: LatestReadings
const put = (r: KpiReading) => readings.put(r, JSON.stringify(r))
const shown = () => readings.latest().map((e) => e.reading)
const open = (k: number, value: number) => reading(1, k, value, { final: false, truth: 'pending' })

beforeEach(() => {
  readings = createReadings()
})

describe('the latest reading', () => {
  it('is the provisional of the open window, beside the last final', () => {
    put(reading(1, 0, 0.1))
    put(open(1, 0.2))
    expect(shown()).toEqual([open(1, 0.2)])
    expect(readings.finals().map((e) => e.reading)).toEqual([reading(1, 0, 0.1)])
  })

  it('is never a provisional of a window that is final, nor an older window', () => {
    put(reading(1, 1, 0.5))
    put(open(1, 0.4))
    put(open(0, 0.3))
    put(reading(1, 0, 0.2))
    expect(shown()).toEqual([reading(1, 1, 0.5)])
  })

  it('is never one of an older watermark, which another merge may publish', () => {
    const at = (k: number, watermark: string) => ({ ...open(k, 0.1), watermark })
    put(at(1, '2025-06-18T08:32:30.000Z'))
    put(at(1, '2025-06-18T08:32:10.000Z'))
    put(at(2, '2025-06-18T08:32:20.000Z'))
    expect(shown()).toEqual([at(1, '2025-06-18T08:32:30.000Z')])
    put(at(2, '2025-06-18T08:32:30.000Z'))
    expect(shown()).toEqual([at(2, '2025-06-18T08:32:30.000Z')])
  })

  it('keeps windows and days apart', () => {
    const day = { ...reading(1, 0, 0.9).window, kind: 'day' as const }
    put(reading(1, 0, 0.1))
    put(reading(1, 0, 0.9, { window: day }))
    expect(shown().map((r) => r.window.kind)).toEqual(['day', 'window'])
  })
})

describe('changes', () => {
  it('are handed out once, a final before the provisional that follows it', () => {
    put(reading(1, 0, 0.1))
    put(open(1, 0.2))
    expect(readings.changedSince(-1).map((e) => e.reading.final)).toEqual([true, false])
    const { version } = readings
    const seen = version()
    expect(readings.changedSince(seen)).toEqual([])
    put(open(1, 0.3))
    expect(readings.changedSince(seen).map((e) => e.reading)).toEqual([open(1, 0.3)])
  })

  it('are none when a restarted writer repeats itself', () => {
    put(reading(1, 0, 0.1))
    put(open(1, 0.2))
    const seen = readings.version()
    put(reading(1, 0, 0.1))
    put(open(1, 0.2))
    expect(readings.changedSince(seen)).toEqual([])
  })
})
