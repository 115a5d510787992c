// Which window is complete by what, once, and which are forgotten.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../infra/time.ts'
import { WaitingWindows } from '../../../processor/merge/waiting-windows.ts'
import type { Partial } from '../../../producers/contract/records.ts'
import { MINUTE, START } from '../lamp.ts'

const partialOf = (partition: number, k: number) => {
  const start = START + k * MINUTE
  return { partition, start: isoTime(start), end: isoTime(start + MINUTE) } as Partial
}
const pack = () => new Float64Array(0)

describe('windows that wait', () => {
  it('are complete once, by the last partition, whatever is written again', () => {
    const windows = new WaitingWindows(2, false, pack)
    expect(windows.add('partials', partialOf(0, 0))).toBeNull()
    expect(windows.add('partials', partialOf(0, 0))).toBeNull()
    const window = windows.add('partials', partialOf(1, 0))!
    expect([window.start, window.end, window.partials.size]).toEqual([START, START + MINUTE, 2])
    expect(windows.add('partials', partialOf(1, 0))).toBeNull()
    expect(windows.size).toBe(0)
  })

  it('wait for the truths of a run that has some', () => {
    const windows = new WaitingWindows(1, true, pack)
    expect(windows.add('partials', partialOf(0, 0))).toBeNull()
    expect(windows.size).toBe(1)
    expect(windows.add('truths', partialOf(0, 0))).not.toBeNull()
  })

  it('are forgotten beyond 256, the oldest first, and are then merged no more', () => {
    const windows = new WaitingWindows(2, false, pack)
    for (let k = 0; k < 300; k++) windows.add('partials', partialOf(0, k))
    expect(windows.size).toBe(256)
    expect(windows.add('partials', partialOf(1, 43))).toBeNull()
    expect(windows.add('partials', partialOf(1, 44))).not.toBeNull()
  })
})
