// Kept final windows.
import { describe, expect, it } from 'vitest'
import { History, KEPT_WINDOWS } from '../../../../console/server/state/history.ts'
import { reading } from '../small-city.ts'

describe('the history', () => {
  it('keeps the newest 1,500 windows of a KPI', () => {
    const history = new History()
    for (let k = 0; k < KEPT_WINDOWS + 25; k++) history.put(reading(1, k, k))
    const points = history.points('lamp.coverage', '990000', 10_000)
    expect(points.length).toBe(1_500)
    expect([points[0].value, points.at(-1)!.value]).toEqual([25, KEPT_WINDOWS + 24])
  })

  it('gives back what it was given', () => {
    const history = new History()
    const given = [
      reading(1, 0, 0.25),
      reading(1, 1, null),
      reading(1, 2, 0.75, { truth: 'differs' }),
    ]
    for (const one of given) history.put(one)
    expect(history.readings('lamp.coverage')).toEqual(given)
    expect(history.readings('lamp.coverage', 2)).toEqual(given.slice(1))
  })

  it('takes a repeated window once and an older one at its place', () => {
    const history = new History()
    for (const k of [0, 2, 1, 2, 0]) history.put(reading(1, k, k))
    expect(history.points('lamp.coverage', '990000').map((p) => p.value)).toEqual([0, 1, 2])
  })

  it('keeps the order when it is full: an older window finds its place, one older than all does not count', () => {
    const history = new History(4)
    for (const k of [0, 1, 2, 4, 6, 7]) history.put(reading(1, k, k)) // 2, 4, 6, 7 are kept
    for (const k of [5, 5, 1, 3]) history.put(reading(1, k, 10 * k)) // 1 and 3 are older than all by now
    expect(history.points('lamp.coverage', '990000').map((p) => p.value)).toEqual([4, 50, 6, 7])
    expect(history.readings('lamp.coverage', 2)).toEqual([reading(1, 6, 6), reading(1, 7, 7)])
  })
})
