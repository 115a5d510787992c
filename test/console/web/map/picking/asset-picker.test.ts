// Which asset is meant by a point: the nearest visible one on the map, an abnormal one a little sooner.
import { describe, expect, it } from 'vitest'
import { OP_SNAPSHOT } from '../../../../../console/messages.ts'
import { AssetPicker } from '../../../../../console/web/map/picking/asset-picker.ts'
import { EntityStore } from '../../../../../console/web/store/assets/entities.ts'

/** Four assets in a row, a thousandth of a degree apart; the last one is city-wide. */
function fourInARow(states: number[]): AssetPicker {
  const lon = Float64Array.of(113, 113.001, 113.002, 113.003)
  const entities = new EntityStore(
    {
      ...{ size: 4, lon, lat: new Float64Array(4).fill(23), domains: ['a', 'b'] },
      ...{ domain: Uint8Array.of(0, 0, 1, 1), scope: Uint8Array.of(1, 1, 1, 0) },
    },
    { lon: 113, lat: 23 },
    [['normal', 'critical'], ['normal']],
    2,
  )
  const state = Uint8Array.from(states)
  const snapshot = { op: OP_SNAPSHOT, epoch: 1, seq: 0, simTime: 0, number: null } as const
  entities.apply({ ...snapshot, state, value: new Uint16Array(4) }, 0, 0)
  return new AssetPicker(entities)
}

const at = (lng: number, zoom = 14, touch = false) => ({ lng, lat: 23, zoom, scale: 1, touch })
const ALL = [true, true]

describe('asset picker', () => {
  it('finds the nearest visible asset within its drawn size', () => {
    const picker = fourInARow([1, 1, 1, 1])
    expect(picker.nearest(at(113.0011), ALL)).toBe(1)
    expect(picker.nearest(at(113.0021), [true, false])).toBe(-1)
    expect(picker.nearest(at(113.5), ALL)).toBe(-1)
    expect(picker.nearest(at(113.003, 17), ALL)).toBe(-1)
  })

  it('takes what a finger only nearly hits', () => {
    const picker = fourInARow([1, 1, 1, 1])
    const beside = 112.9995
    expect(picker.nearest(at(beside), ALL)).toBe(-1)
    expect(picker.nearest(at(beside, 14, true), ALL)).toBe(0)
  })

  it('takes an abnormal asset that is a little farther away', () => {
    expect(fourInARow([1, 2, 1, 1]).nearest(at(113.0004, 13), ALL)).toBe(1)
    expect(fourInARow([1, 1, 1, 1]).nearest(at(113.0004, 13), ALL)).toBe(0)
  })

  it('takes from afar only what stands out: the abnormal', () => {
    const picker = fourInARow([1, 2, 1, 1])
    expect(picker.mark(at(113.001, 9), ALL)).toBe(1)
    expect(picker.mark(at(113.001, 9), [false, true])).toBe(-1)
    expect(fourInARow([1, 1, 1, 1]).mark(at(113.001, 9), ALL)).toBe(-1)
  })
})
