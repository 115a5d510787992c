// The columns the map draws from: layout, dirty ranges, counts by state and scope, pulses.
import { describe, expect, it } from 'vitest'
import { OP_DELTA, OP_SNAPSHOT } from '../../../../../console/messages.ts'
import {
  DYNAMIC_STRIDE,
  EntityStore,
  FIXED_STRIDE,
  NEVER,
} from '../../../../../console/web/store/assets/entities.ts'
import { mercatorX, mercatorY } from '../../../../../console/web/store/assets/mercator.ts'
import { TONES, type ToneName } from '../../../../../console/web/store/assets/tones.ts'

const TONES_BY_DOMAIN: ToneName[][] = [
  ['normal', 'critical'],
  ['muted', 'warning'],
]

/** Five assets: three of domain 0 (scopes 1, 1, 2), two of domain 1 (scopes 2, 0). */
function five() {
  return new EntityStore(
    {
      size: 5,
      lon: Float64Array.of(113, 113.1, 113.2, 113.3, 113.25),
      lat: Float64Array.of(23, 23.1, 23.2, 23.3, 23.25),
      domain: Uint8Array.of(0, 0, 0, 1, 1),
      scope: Uint8Array.of(1, 1, 2, 2, 0),
      domains: ['a', 'b'],
    },
    { lon: 113.25, lat: 23.25 },
    TONES_BY_DOMAIN,
    3,
  )
}

const snapshot = (state: number[], value: number[]) => ({
  op: OP_SNAPSHOT as typeof OP_SNAPSHOT,
  epoch: 1,
  seq: 0,
  simTime: 0,
  number: null,
  value: Uint16Array.from(value),
  state: Uint8Array.from(state),
})

const delta = (number: number[], state: number[], value: number[]) => ({
  ...snapshot(state, value),
  op: OP_DELTA as typeof OP_DELTA,
  number: Uint32Array.from(number),
})

const pulseOf = (store: EntityStore, i: number) => new Float32Array(store.dynamic)[2 * i + 1]
const toneByte = (store: EntityStore, i: number) =>
  new Uint8Array(store.dynamic)[DYNAMIC_STRIDE * i]

describe('entity columns', () => {
  it('places assets relative to the centre, with their scope', () => {
    const store = five()
    const floats = new Float32Array(store.fixed)
    const bytes = new Uint8Array(store.fixed)
    expect(floats[3 * 3]).toBeCloseTo(mercatorX(113.3) - mercatorX(113.25), 9)
    expect(floats[3 * 3 + 1]).toBeCloseTo(mercatorY(23.3) - mercatorY(23.25), 9)
    expect(floats[3 * 4]).toBe(0)
    expect([0, 1, 2, 3, 4].map((i) => bytes[FIXED_STRIDE * i + 8])).toEqual([1, 1, 2, 2, 0])
  })

  it('writes tone, value and state of a snapshot without a pulse', () => {
    const store = five()
    expect(store.apply(snapshot([1, 2, 0, 2, 255], [10, 65_535, 0, 7, 3]), 5, 0.3)).toBe(5)
    expect([...store.state]).toEqual([1, 2, 0, 2, 255])
    expect([0, 1, 2, 3, 4].map((i) => store.toneOf(i))).toEqual([
      'normal',
      'critical',
      'none',
      'warning',
      'offline',
    ])
    expect(toneByte(store, 1)).toBe(TONES.indexOf('critical'))
    expect([0, 1, 2, 3, 4].map((i) => store.valueOf(i))).toEqual([10, 65_535, 0, 7, 3])
    expect(pulseOf(store, 1)).toBe(NEVER)
  })

  it('pulses exactly the assets of a delta, spread over its time', () => {
    const store = five()
    store.apply(snapshot([1, 1, 1, 1, 1], [0, 0, 0, 0, 0]), 5, 0.3)
    expect(store.apply(delta([1, 3], [2, 2], [40, 50]), 7, 0.5)).toBe(2)
    for (const i of [1, 3]) {
      expect(pulseOf(store, i)).toBeGreaterThanOrEqual(7)
      expect(pulseOf(store, i)).toBeLessThan(7.5)
    }
    for (const i of [0, 2, 4]) expect(pulseOf(store, i)).toBe(NEVER)
    expect(store.counters).toEqual({ outlines: 0, snapshots: 1, deltas: 1, changes: 2, turned: 2 })
  })

  it('marks only what changed, per domain, until it was uploaded', () => {
    const store = five()
    store.apply(snapshot([1, 1, 1, 1, 1], [0, 0, 0, 0, 0]), 0, 0)
    for (const range of store.ranges) range.clean()
    store.apply(delta([2, 0], [2, 2], [1, 1]), 0, 0)
    const [a, b] = store.ranges
    expect([a.dirtyFrom, a.dirtyTo]).toEqual([0, 2])
    expect(b.dirtyTo < b.dirtyFrom).toBe(true)
    a.clean()
    expect(a.dirtyTo < a.dirtyFrom).toBe(true)
    store.markAll()
    expect([b.dirtyFrom, b.dirtyTo]).toEqual([3, 4])
  })

  it('counts assets by state, in one scope and in all', () => {
    const store = five()
    store.apply(snapshot([1, 2, 2, 2, 255], [0, 0, 0, 0, 0]), 0, 0)
    expect(store.count(0, 2)).toBe(2)
    expect(store.count(0, 2, 1)).toBe(1)
    expect(store.count(1, 255)).toBe(1)
    store.apply(delta([1], [1], [0]), 0, 0)
    expect(store.count(0, 2)).toBe(1)
    expect(store.count(0, 1, 1)).toBe(2)
    expect(store.toneCounts(0)[TONES.indexOf('critical')]).toBe(1)
    expect(store.toneCounts(1)[TONES.indexOf('offline')]).toBe(1)
  })

  it('refuses a snapshot of another size and an unknown asset', () => {
    const store = five()
    expect(() => store.apply(snapshot([1], [1]), 0, 0)).toThrow('snapshot: 1 assets, expected 5')
    expect(() => store.apply(delta([5], [1], [1]), 0, 0)).toThrow('asset 5, expected below 5')
  })

  it('finds the value that most assets stay below', () => {
    const store = five()
    store.apply(snapshot([1, 1, 1, 0, 0], [10, 20, 30, 9_999, 9_999]), 0, 0)
    expect(store.highValue(store.ranges[0])).toBe(30)
    expect(store.highValue(store.ranges[1])).toBe(1)
  })
})
