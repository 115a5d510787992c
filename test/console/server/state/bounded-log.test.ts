// What is remembered of alerts.
import { describe, expect, it } from 'vitest'
import { createBoundedLog } from '../../../../console/server/state/bounded-log.ts'

describe('happenings', () => {
  it('forget the oldest closed one first, and an open one only when all are open', () => {
    const kept = createBoundedLog<string>((text) => text === 'closed', 3)
    kept.put('a', 'open')
    kept.put('b', 'closed')
    kept.put('c', 'open')
    kept.put('d', 'open')
    expect(kept.size()).toBe(3)
    expect(kept.newestFirst()).toEqual(['open', 'open', 'open'])
    kept.put('e', 'closed')
    expect(kept.newestFirst()).toEqual(['open', 'open', 'open'])
    kept.put('f', 'new')
    expect(kept.newestFirst()).toEqual(['new', 'open', 'open'])
  })

  it('keep one entry per id, in its newest form', () => {
    const kept = createBoundedLog<string>(() => false, 3)
    kept.put('a', 'open')
    kept.put('a', 'closed')
    expect(kept.newestFirst()).toEqual(['closed'])
  })
})
