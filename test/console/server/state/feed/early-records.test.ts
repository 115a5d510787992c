// What waits for its run's descriptor: released in order, forgotten with an earlier run, and never without bound.
import { describe, expect, it } from 'vitest'
import { EarlyRecords } from '../../../../../console/server/state/feed/early-records.ts'
import type { ShownRun } from '../../../../../console/server/state/run.ts'

function filled(early: EarlyRecords, ...records: [epoch: number, name: string, bytes?: number][]) {
  const seen: string[] = []
  for (const [epoch, name, bytes = 1] of records) {
    early.add({ epoch, bytes, take: () => seen.push(name) })
  }
  return (epoch: number) => {
    for (const take of early.release(epoch)) take({} as ShownRun)
    return seen.splice(0)
  }
}

describe('early records', () => {
  it('are released in order with their run, once; those of a lower one never', () => {
    const release = filled(new EarlyRecords(), [2, 'a'], [1, 'b'], [2, 'c'], [3, 'd'])
    expect(release(2)).toEqual(['a', 'c'])
    expect(release(2)).toEqual([])
    expect(release(1)).toEqual([])
    expect(release(3)).toEqual(['d'])
  })

  it('are bounded in number and in bytes: the oldest give way', () => {
    const release = filled(new EarlyRecords(3, 10), [1, 'a'], [1, 'b'], [1, 'c'], [1, 'd'])
    expect(release(1)).toEqual(['b', 'c', 'd'])
    const releaseBytes = filled(new EarlyRecords(3, 10), [1, 'a', 6], [1, 'b', 4], [1, 'c', 5])
    expect(releaseBytes(1)).toEqual(['b', 'c'])
  })
})
