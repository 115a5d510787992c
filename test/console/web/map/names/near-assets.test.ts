// Names from near: what is wrong comes first, none lies on another or on what else is over the map.
import { describe, expect, it } from 'vitest'
import {
  type NearAsset,
  namedAssets,
  placeNames,
} from '../../../../../console/web/map/names/near-assets.ts'

const FRAME = { width: 400, height: 300 }
const SIZE = { width: 80, height: 16 }
const asset = (number: number, x: number, y: number, rank = 3): NearAsset => ({
  number,
  x,
  y,
  rank,
})
const numbers = (assets: { number: number }[]) => assets.map(({ number }) => number)

describe('names of assets', () => {
  it('belong to what is in view, what is wrong first, and are no more than are asked for at once', () => {
    const many = Array.from({ length: 40 }, (_, n) => asset(n, 10 * n, 10))
    const named = namedAssets([...many, asset(90, 50, 50, 0), asset(91, -1, 50, 0)], FRAME)
    expect(named.length).toBe(20)
    expect(numbers(named).slice(0, 3)).toEqual([90, 0, 1])
  })

  it('give way to one another and to what stands over the map', () => {
    const row = [asset(1, 100, 100, 0), asset(2, 120, 100), asset(3, 300, 100)]
    row.push(asset(4, 100, 200), asset(5, 390, 40))
    const legend = { x: 40, y: 200, width: 120, height: 80 }
    expect(numbers(placeNames(row, () => SIZE, FRAME, [legend]))).toEqual([1, 3])
  })

  it('are not drawn while nobody knows them', () => {
    const known = (number: number) => (number === 2 ? SIZE : null)
    const placed = placeNames([asset(1, 100, 100), asset(2, 200, 100)], known, FRAME, [])
    expect(placed).toEqual([{ number: 2, x: 160, y: 109 }])
  })
})
