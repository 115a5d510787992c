// A list is worked through a few at a time, each item once, and no further item is begun after a failure.
import { describe, expect, it } from 'vitest'
import { inParallel } from '../../infra/in-parallel.ts'
import { turns } from './recorder.ts'

describe('inParallel', () => {
  it('works on every item once, never on more than the limit at a time', async () => {
    let now = 0
    let most = 0
    const done: number[] = []
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++now)
      await turns(item % 2)
      now--
      done.push(item)
    })
    expect(most).toBe(3)
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('is done at once with nothing to do', async () => {
    await inParallel([], 3, () => Promise.reject(new Error('called')))
  })

  it('rejects with the first failure and begins nothing more', async () => {
    const begun: number[] = []
    const work = async (item: number) => {
      begun.push(item)
      await turns(1)
      if (item === 2) throw new Error('two')
    }
    await expect(inParallel([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('two')
    await turns()
    expect(begun.length).toBeLessThan(5)
  })
})
