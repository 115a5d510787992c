// Counts by domain, scope and state.
import { describe, expect, it } from 'vitest'
import { StateCounts } from '../../../../../console/web/store/assets/state-counts.ts'

describe('state counts', () => {
  it('follow an asset from state to state, in its scope and everywhere', () => {
    const counts = new StateCounts(2, 3)
    counts.add(1, 1, 0)
    counts.add(1, 2, 0)
    counts.move(1, 2, 0, 255)
    expect([1, 2, 0].map((scope) => counts.count(1, 0, scope))).toEqual([1, 0, 1])
    expect([1, 2, 0].map((scope) => counts.count(1, 255, scope))).toEqual([0, 1, 1])
    expect(counts.count(0, 255, 0)).toBe(0)
  })
})
