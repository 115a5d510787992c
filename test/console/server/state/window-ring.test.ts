// Rows in time order, whatever the order they come in; the oldest gives way.
import { expect, it } from 'vitest'
import { WindowRing } from '../../../../console/server/state/window-ring.ts'

it('finds each time its row, in order, and none for what is older than all that is kept', () => {
  const ring = new WindowRing(2, 3, 1)
  const put = (time: number, value: number) => {
    const row = ring.rowAt(time)
    row?.set([value, time])
    return row !== null
  }
  expect([5, 3, 4].map((time) => put(time, 10 * time))).toEqual([true, true, true])
  expect(put(4, 41)).toBe(true)
  expect(ring.newest(9).map((row) => [...row])).toEqual([
    [30, 3],
    [41, 4],
    [50, 5],
  ])
  expect(put(2, 20)).toBe(false)
  expect(put(6, 60)).toBe(true)
  expect(ring.newest(2).map(([value]) => value)).toEqual([50, 60])
  expect(ring.newest(9).length).toBe(3)
})
