// Which asset is meant by a point: the nearest visible one on the map, an abnormal one a little sooner.
import { describe, expect, it } from 'vitest'
import { OP_SNAPSHOT } from '../../../../console/messages.ts'
import { AssetPicker } from '../../../../console/web/map/asset-picker.ts'
import { EntityStore } from '../../../../console/web/store/assets/entities.ts'

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

const at = (lng: number) => ({ lng, lat: 23 })
const ALL = [true, true]

describe('asset picker', () => {
  it('finds the nearest visible asset within a few pixels', () => {
    const picker = fourInARow([1, 1, 1, 1])
    expect(picker.nearest(at(113.0011), 14, ALL)).toBe(1)
    expect(picker.nearest(at(113.0021), 14, [true, false])).toBe(-1)
    expect(picker.nearest(at(113.5), 14, ALL)).toBe(-1)
    expect(picker.nearest(at(113.003), 17, ALL)).toBe(-1)
  })

  it('takes an abnormal asset that is a little farther away', () => {
    expect(fourInARow([1, 2, 1, 1]).nearest(at(113.0004), 12, ALL)).toBe(1)
    expect(fourInARow([1, 1, 1, 1]).nearest(at(113.0004), 12, ALL)).toBe(0)
  })
})
