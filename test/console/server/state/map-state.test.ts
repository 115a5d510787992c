// The shared picture of all assets.
import { beforeEach, describe, expect, it } from 'vitest'
import { createMapState, type MapState } from '../../../../console/server/state/map-state.ts'
import { frame } from '../small-city.ts'

let map: MapState

beforeEach(() => {
  map = createMapState(10)
})

describe('the map state', () => {
  it('forwards every asset of a delta, because each had an event', () => {
    map.take('lamp|0', frame(1, 1, [[3, 2, 7]]))
    expect(map.take('lamp|0', frame(1, 2, [[3, 2, 7]]))).toEqual([3])
  })

  it('forwards of a keyframe only what differs', () => {
    map.take('lamp|0', frame(1, 1, [[3, 2, 7]]))
    const cells: [number, number, number][] = [
      [3, 2, 7],
      [4, 1, 0],
    ]
    expect(map.take('lamp|0', { ...frame(1, 2, cells), keyframe: true })).toEqual([4])
    expect([...map.state.subarray(3, 5)]).toEqual([2, 1])
  })

  it('ignores older frames of the same task only', () => {
    map.take('lamp|0', frame(1, 5, [[3, 2, 7]]))
    expect(map.take('lamp|0', frame(1, 4, [[3, 9, 9]]))).toEqual([])
    expect(map.take('well|0', frame(1, 4, [[8, 1, 1]]))).toEqual([8])
    expect([map.state[3], map.value[3]]).toEqual([2, 7])
  })

  it('leaves out numbers that the catalogue does not have', () => {
    expect(map.take('lamp|0', frame(1, 1, [[10, 1, 1]]))).toEqual([])
  })
})
