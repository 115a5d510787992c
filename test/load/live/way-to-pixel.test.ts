// The way of an event, put together from three sources and split into stages.
import { describe, expect, it } from 'vitest'
import { spreadOf } from '../../../load/live/frame-ages.ts'
import { between, stageOf, WAY, waysOf } from '../../../load/live/way-to-pixel.ts'

const page = { sent: 100, told: 180, forwarded: 200, received: 202, applied: 210, drawn: 240 }
const server = { sent: 100, appended: 103, counted: 120, told: 180, read: 181 }

describe('the way to the pixel', () => {
  it('joins what the demo and the page noted of one delta, stage by stage, and loses no millisecond', () => {
    const ways = waysOf([page], [{ ...server, sent: 99 }, server, { ...server, read: 190 }])
    const stages = WAY.map((point) => stageOf(ways, point)[0])
    expect(stages).toEqual([3, 17, 60, 1, 19, 2, 8, 30])
    expect(between(ways, 'sent', 'drawn')).toEqual([stages.reduce((a, b) => a + b, 0)])
    expect(between(ways, 'appended', 'forwarded')).toEqual([97])
  })

  it('of a city that it did not start knows what the socket says, and invents nothing', () => {
    const ways = waysOf([page], [])
    expect(stageOf(ways, 'appended')).toEqual([])
    expect(stageOf(ways, 'told')).toEqual([80])
    expect(stageOf(ways, 'forwarded')).toEqual([20])
    expect(between(ways, 'appended', 'drawn')).toEqual([])
  })

  it('leaves out events sent ahead of their time, and makes no negative stage of two clocks', () => {
    expect(waysOf([{ ...page, sent: 201 }], [])).toEqual([])
    expect(stageOf(waysOf([{ ...page, received: 199.7 }], []), 'received')).toEqual([0])
  })

  it('sums up by nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect(spreadOf(values)).toEqual({ n: 200, p50: 100, p99: 198, max: 200 })
    expect(spreadOf([])).toEqual({ n: 0, p50: 0, p99: 0, max: 0 })
  })
})
