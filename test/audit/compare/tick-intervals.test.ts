// What an interval between two ticks must hold: so many events, these bytes, and no tick left out.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { TickIntervals } from '../../../audit/compare/tick-intervals.ts'
import { PlaceList } from '../../../audit/place.ts'

const TICK = 10
const NONE = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }

function open() {
  const places = new PlaceList('city.lamp', 3)
  const intervals = new TickIntervals({ start: 0, end: 35, tickMs: TICK }, places)
  let chain = Buffer.alloc(32)
  let count = 0
  return {
    places: places.places,
    intervals,
    /** So many events that the producer counted, `lost` of them never arrive; then the tick that follows. */
    interval(time: number, events: string[], lost = 0, injected = NONE) {
      const hash = createHash('sha256').update(chain)
      for (const [i, event] of events.entries()) {
        hash.update(`${event}\n`)
        if (i >= lost) intervals.event(Buffer.from(event))
      }
      chain = hash.digest()
      count += events.length
      intervals.tick({ time, count, injected, chain: chain.toString('hex') }, BigInt(time))
    },
  }
}

const kinds = (run: ReturnType<typeof open>) => run.places.map(({ kind, time }) => [kind, time])

describe('tick intervals', () => {
  it('find nothing in a run that is whole, its short last interval included', () => {
    const run = open()
    for (const time of [0, 10, 20, 30, 35]) run.interval(time, ['a', 'b'])
    run.intervals.end(35)
    expect(run.places).toEqual([])
    expect(run.intervals).toMatchObject({ ticks: 5, chainsBroken: 0, lastTick: 35, missing: 0 })
    expect(run.intervals.said).toEqual({ produced: 10, injected: NONE })
  })

  it('name the one interval that a lost event is missing from, by count and chain', () => {
    const run = open()
    run.interval(0, ['a'])
    run.interval(10, ['b', 'c'], 1)
    run.interval(20, ['d'])
    expect(kinds(run)).toEqual([
      ['count', 10],
      ['chain', 10],
    ])
    expect(run.places[0]).toMatchObject({
      ...{ topic: 'city.lamp', partition: 3, offset: 10n },
      detail: expect.stringMatching(/^1 events, expected 2, between the ticks .*0\.000Z and /),
    })
    expect(run.intervals).toMatchObject({ chainsBroken: 1, missing: 1 })
  })

  it('excuse what was dropped on purpose, which breaks the chain all the same', () => {
    const run = open()
    run.interval(0, ['a', 'b'], 1, { ...NONE, drop: 1 })
    expect(run.places).toEqual([])
    expect(run.intervals).toMatchObject({ chainsBroken: 1, missing: 1 })
  })

  it('name every tick that did not come, before the next one and at the end', () => {
    const run = open()
    run.interval(0, [])
    run.interval(20, [])
    run.intervals.end(35)
    expect(kinds(run)).toEqual([
      ['tick-missing', 10],
      ['tick-missing', 30],
      ['tick-missing', 35],
    ])
    expect(run.places.map((p) => p.offset)).toEqual([20n, null, null])
  })
})
