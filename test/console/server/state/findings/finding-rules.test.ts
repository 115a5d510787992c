// When assets count as abnormal together: numbers at each edge.
import { describe, expect, it } from 'vitest'
import {
  isFinding,
  isStillFinding,
  takes,
  usualShare,
} from '../../../../../console/server/state/findings/finding-rules.ts'

describe('a finding', () => {
  it('takes 15 of a large group, half of a smaller one, and none of fewer than 8', () => {
    expect(takes(100, 0)).toBe(15)
    expect(takes(30, 0)).toBe(15)
    expect(takes(29, 0)).toBe(15)
    expect(takes(9, 0)).toBe(5)
    expect(takes(8, 0)).toBe(4)
    expect(takes(7, 0)).toBe(8)
    expect(isFinding({ count: 7, of: 7 }, 0)).toBe(false)
    expect(isFinding({ count: 4, of: 8 }, 0)).toBe(true)
    expect(isFinding({ count: 3, of: 8 }, 0)).toBe(false)
  })

  it('takes five times the usual share, which is never less than 1 in 100', () => {
    expect(takes(1000, 0.02)).toBe(100)
    expect(takes(1000, 0)).toBe(50)
    expect(isFinding({ count: 99, of: 1000 }, 0.02)).toBe(false)
    expect(isFinding({ count: 100, of: 1000 }, 0.02)).toBe(true)
    // Where a third is abnormal anyway, nothing stands out.
    expect(isFinding({ count: 100, of: 100 }, 0.34)).toBe(false)
  })

  it('stays until it is well below what it took', () => {
    expect(isStillFinding({ count: 9, of: 100 }, 0)).toBe(true)
    expect(isStillFinding({ count: 8, of: 100 }, 0)).toBe(false)
    expect(isStillFinding({ count: 0, of: 100 }, 0)).toBe(false)
    expect(isStillFinding({ count: 60, of: 1000 }, 0.02)).toBe(true)
    expect(isStillFinding({ count: 59, of: 1000 }, 0.02)).toBe(false)
  })
})

describe('the usual share', () => {
  const calm = { count: 1, of: 100 }
  it('is that of the rest, where a group is mostly abnormal', () => {
    const dark = { count: 96, of: 100 }
    expect(usualShare([dark, calm, calm, calm], { count: 99, of: 400 })).toBeCloseTo(0.01)
  })

  it('is that of all where half of all is abnormal: no group of it stands out', () => {
    const dark = { count: 90, of: 100 }
    expect(usualShare([dark, dark, calm], { count: 181, of: 300 })).toBeCloseTo(181 / 300)
  })

  it('is none where nothing has reported', () => {
    expect(usualShare([], { count: 0, of: 0 })).toBe(0)
  })
})
