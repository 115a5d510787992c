// Two recordings beside each other: numbers of the same time only, cameras that agree, states that stand out alike.
import { describe, expect, it } from 'vitest'
import type { KpiReading, ReplayBeside, RunView } from '../../../../../console/messages.ts'
import { lang } from '../../../../../console/web/i18n/i18n.ts'
import {
  alignedDays,
  alignedWindows,
  comparedCell,
} from '../../../../../console/web/ui/beside/aligned.ts'
import { lockMaps, spotOfBounds } from '../../../../../console/web/ui/beside/locked-maps.ts'
import { notesOf } from '../../../../../console/web/ui/beside/notes.ts'
import { countAlike } from '../../../../../console/web/ui/beside/same-emphasis.ts'

const START = Date.parse('2025-06-11T07:00:00.000Z')
const MINUTE_MS = 60_000
const iso = (minute: number) => new Date(START + minute * MINUTE_MS).toISOString()

function reading(minute: number, value: number | null, minutes = 1): KpiReading {
  const window = { kind: 'window', start: iso(minute), end: iso(minute + minutes) }
  return { kpi: 'a.b', window, scopes: { c: { value } } } as unknown as KpiReading
}

describe('aligned readings', () => {
  it('are of the newest window that both have', () => {
    const a = [reading(0, 1), reading(1, 2), reading(2, 3)]
    const pair = alignedWindows(a, [reading(0, 4), reading(1, 5)])!
    expect([pair.a.window.start, pair.b.window.start]).toEqual([iso(1), iso(1)])
    expect(comparedCell(pair, 'c')).toEqual({ a: 2, b: 5, difference: -3 })
  })

  it('are none where windows have other lengths, or one has none', () => {
    expect(alignedWindows([reading(0, 1)], [reading(0, 1, 5)])).toBeNull()
    expect(alignedWindows([reading(0, 1)], [])).toBeNull()
  })

  it('of a day wait until both are as of the same end', () => {
    const [early, late] = [reading(0, 1, 4), reading(0, 2, 5)]
    expect(alignedDays(late, early)).toBeNull()
    expect(alignedDays(late, reading(0, 3, 5))).not.toBeNull()
    expect(alignedDays(null, early)).toBeNull()
  })

  it('say no difference where one has no value', () => {
    const pair = alignedWindows([reading(0, null)], [reading(0, 5)])!
    expect(comparedCell(pair, 'c')).toEqual({ a: null, b: 5, difference: null })
    expect(comparedCell(pair, 'elsewhere').difference).toBeNull()
  })
})

type Spot = { lon: number; lat: number; zoom: number }

/** A map of 400 × 300 px that remembers where it was sent. */
class FakeMap {
  sent: Spot[] = []
  bounds: () => number[]
  #listeners: ((project: never) => void)[] = []

  constructor(spot: Spot) {
    let at = spot
    this.bounds = () => boundsOf(at)
    this.moveTo = (next) => {
      at = next
      for (const listener of this.#listeners) listener(undefined as never)
    }
  }

  moveTo: (spot: Spot) => void

  showView = (spot: Spot) => {
    this.sent.push(spot)
    this.moveTo(spot)
  }

  watchView = (listener: (project: never) => void) => {
    this.#listeners.push(listener)
    listener(undefined as never)
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1)
  }
}

const WIDTH = 400
const y = (lat: number) =>
  0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)
const latOf = (at: number) => (Math.atan(Math.sinh((0.5 - at) * 2 * Math.PI)) * 180) / Math.PI

function boundsOf({ lon, lat, zoom }: Spot): number[] {
  const world = 512 * 2 ** zoom
  const half = (WIDTH / 2 / world) * 360
  const high = 150 / world
  return [lon - half, latOf(y(lat) + high), lon + half, latOf(y(lat) - high)]
}

describe('locked maps', () => {
  const first = { lon: 113.3, lat: 23.1, zoom: 9 }
  const framed = (map: FakeMap) => ({ map, width: () => WIDTH })

  it('finds where a map looks by what it has in view', () => {
    const { lon, lat, zoom } = spotOfBounds(boundsOf(first), WIDTH)
    expect(lon).toBeCloseTo(113.3, 9)
    expect(lat).toBeCloseTo(23.1, 9)
    expect(zoom).toBeCloseTo(9, 9)
  })

  it('lets either follow the other, once for each move, until it is undone', () => {
    const [a, b] = [new FakeMap(first), new FakeMap({ ...first, zoom: 12 })]
    const unlock = lockMaps(framed(a), framed(b))
    expect(b.sent.at(-1)!.zoom).toBeCloseTo(9, 6)
    const [sentA, sentB] = [a.sent.length, b.sent.length]
    a.moveTo({ lon: 113.5, lat: 23, zoom: 11 })
    expect([a.sent.length - sentA, b.sent.length - sentB]).toEqual([0, 1])
    b.moveTo({ lon: 113.1, lat: 23.2, zoom: 10 })
    expect(a.sent.at(-1)!.lon).toBeCloseTo(113.1, 6)
    expect(b.sent.length - sentB).toBe(1)
    unlock()
    a.moveTo(first)
    expect(b.sent.length - sentB).toBe(1)
  })
})

describe('what stands out', () => {
  it('does so on both maps or on none, by domain and tone, whatever the order of the domains', () => {
    const counted = (domains: string[], counts: number[][]) => ({
      catalogue: { domains },
      toneCounts: (domain: number) => counts[domain],
    })
    const a = counted(
      ['x', 'y'],
      [
        [5, 0],
        [1, 1],
      ],
    )
    const b = counted(
      ['y', 'x'],
      [
        [0, 9],
        [2, 7],
      ],
    )
    countAlike(a, b)
    expect([a.toneCounts(0), a.toneCounts(1)]).toEqual([
      [5, 7],
      [1, 9],
    ])
    expect([b.toneCounts(0), b.toneCounts(1)]).toEqual([
      [1, 9],
      [5, 7],
    ])
    const alone = counted(['z'], [[3, 3]])
    countAlike(alone, counted(['x'], [[9, 9]]))
    expect(alone.toneCounts(0)).toEqual([3, 3])
  })
})

describe('notes', () => {
  const run = { scenario: 's', seed: 1, scale: 1, catalogue: 'c', windowMs: MINUTE_MS } as RunView
  const beside: ReplayBeside = {
    sides: [
      { name: 'a', from: START, to: START + 10 * MINUTE_MS },
      { name: 'b', from: START + 5 * MINUTE_MS, to: START + 20 * MINUTE_MS },
    ],
    differences: null,
    problem: null,
  }
  const whole = { ...beside, sides: [beside.sides[0], beside.sides[0]] } as ReplayBeside

  it('are none where the two are alike', () => {
    expect(notesOf(run, run, whole, whole.sides[0])).toEqual([])
  })

  it('say which time the clock covers, what is not alike, and what is not compared', () => {
    lang.value = 'en'
    const other = { ...run, scale: 0.5, catalogue: 'd', windowMs: 2 * MINUTE_MS }
    const span = { from: START + 5 * MINUTE_MS, to: START + 10 * MINUTE_MS }
    const notes = notesOf(run, other, beside, span).join('\n')
    expect(notes).toContain('15:05:00–15:10:00 (A 15:00:00–15:10:00, B 15:05:00–15:20:00)')
    expect(notes).toContain('Different scales (A 100.0%, B 50.0%)')
    expect(notes).toContain('their numbers are not compared')
    lang.value = 'zh'
  })
})
