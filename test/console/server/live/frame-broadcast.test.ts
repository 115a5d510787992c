// When deltas go out: with the frames that they forward, however late timers are.
import { describe, expect, it } from 'vitest'
import { FrameBroadcast } from '../../../../console/server/live/frame-broadcast.ts'
import type { LiveClients } from '../../../../console/server/live/live-clients.ts'
import type { LiveEncoder } from '../../../../console/server/live/live-encoder.ts'
import { type Clock, virtualClock } from '../../../../infra/clock.ts'

/** A broadcast to one page, on a clock whose timers are a millisecond late, as a machine's are. */
function opened() {
  const clock = virtualClock()
  const late: Clock = { ...clock, schedule: (ms, task) => clock.schedule(ms + 1, task) }
  const sent: { at: number; assets: number[] }[] = []
  const page = {
    onDelta: (numbers: Uint32Array) => sent.push({ at: clock.now(), assets: [...numbers] }),
  }
  const clients = { size: 1, [Symbol.iterator]: () => [page].values() } as unknown as LiveClients
  const encoder = { changed() {} } as unknown as LiveEncoder
  const broadcast = new FrameBroadcast(clients, encoder, late)
  broadcast.reset(100)
  return { broadcast, clock, sent }
}

describe('deltas to all pages', () => {
  it('never fall behind frames that come ten times a second', () => {
    const { broadcast, clock, sent } = opened()
    for (let k = 0; k < 300; k++) {
      broadcast.onFrame([k % 100], null)
      clock.advance(100)
    }
    const lags = sent.map(({ at }, k) => at - 100 * k)
    expect(sent).toHaveLength(300)
    expect(Math.max(...lags)).toBeLessThan(10)
  })

  it('hold all frames of tasks that publish one after the other', () => {
    const { broadcast, clock, sent } = opened()
    for (let second = 0; second < 5; second++) {
      for (const asset of [1, 2, 3, 4, 5]) {
        broadcast.onFrame([asset], null)
        clock.advance(4)
      }
      clock.advance(80)
    }
    expect(sent.map(({ assets }) => assets)).toEqual(new Array(5).fill([1, 2, 3, 4, 5]))
  })

  it('go out although frames never cease, at the pace of pages', () => {
    const { broadcast, clock, sent } = opened()
    for (let k = 0; k < 250; k++) {
      broadcast.onFrame([k % 100], null)
      clock.advance(4)
    }
    expect(sent.length).toBeGreaterThanOrEqual(8)
    expect(sent.length).toBeLessThanOrEqual(13)
  })
})
