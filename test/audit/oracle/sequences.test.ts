// Which sequence numbers of an asset were seen, in whatever order they come.
import { describe, expect, it } from 'vitest'
import { SeenNumbers } from '../../../audit/oracle/sequences.ts'

describe('seen numbers', () => {
  it('tell a number that was there before, in whatever order they come', () => {
    const seen = new SeenNumbers()
    const order = [1, 2, 5, 3, 9, 8, 4, 7]
    expect(order.map((n) => seen.add(n))).toEqual(order.map(() => true))
    expect(order.map((n) => seen.add(n))).toEqual(order.map(() => false))
    expect(seen.missing()).toEqual([[6, 6]])
    expect(seen.add(6)).toBe(true)
    expect(seen.missing()).toEqual([])
  })

  it('name what is missing below the highest, and stay small over a huge gap', () => {
    const seen = new SeenNumbers()
    seen.add(3)
    seen.add(1e15)
    expect(seen.missing()).toEqual([
      [1, 2],
      [4, 1e15 - 1],
    ])
    expect(seen.add(17)).toBe(true)
    expect(seen.add(17)).toBe(false)
  })
})
