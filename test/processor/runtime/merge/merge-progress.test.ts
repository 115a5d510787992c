// When a merge has read what there was at its beginning, and who waits for how far it is.
import { describe, expect, it } from 'vitest'
import { MergeProgress } from '../../../../processor/runtime/merge/merge-progress.ts'

const range = (earliest: bigint, latest: bigint) => ({ partition: 0, earliest, latest })

/** Names of the waiters that may go on, as they do. */
function waiting(progress: MergeProgress, ...offsets: bigint[]) {
  const gone: bigint[] = []
  for (const offset of offsets) progress.mergedUpTo(offset).then(() => gone.push(offset))
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return gone
  }
}

describe('the progress of a merge', () => {
  it('ends the rebuild once, when partials and truths of the beginning have both been read', () => {
    const progress = new MergeProgress()
    progress.begin(range(0n, 10n), range(4n, 6n))
    progress.read('partial', 12n, 12n)
    expect([progress.isRebuilding, progress.endsRebuild()]).toEqual([true, false])
    progress.read('truth', 6n, 9n)
    expect([progress.endsRebuild(), progress.endsRebuild()]).toEqual([true, false])
    expect(progress.isRebuilding).toBe(false)
  })

  it('tells what there was at the beginning from what came since, until it has been read', () => {
    const progress = new MergeProgress()
    progress.begin(range(0n, 10n), range(4n, 6n))
    expect([progress.isOld('partial', 9n), progress.isOld('partial', 10n)]).toEqual([true, false])
    progress.read('partial', 10n, 12n)
    progress.read('truth', 6n, 6n)
    progress.endsRebuild()
    expect(progress.isOld('partial', 9n)).toBe(false)
  })

  it('needs nothing read of empty topics, nor truths that retention has taken', () => {
    const progress = new MergeProgress()
    progress.begin(range(3n, 3n), range(0n, 0n))
    expect(progress.endsRebuild()).toBe(true)
    progress.begin(range(3n, 3n), range(0n, 5n))
    expect(progress.endsRebuild()).toBe(false)
    progress.truthsBegin(5n)
    expect(progress.endsRebuild()).toBe(true)
  })

  it('is caught up by partials, whatever is left of the truths', () => {
    const progress = new MergeProgress()
    progress.begin(range(0n, 10n), range(0n, 10n))
    progress.read('truth', 10n, 10n)
    expect(progress.isCaughtUp).toBe(false)
    progress.read('partial', 10n, 10n)
    expect(progress.isCaughtUp).toBe(true)
  })

  it('lets a waiter go when its partials are merged, and all of them when the merge is another’s', async () => {
    const progress = new MergeProgress()
    progress.begin(range(0n, 0n), range(0n, 0n))
    progress.own(true)
    const gone = waiting(progress, 5n, 9n)
    progress.read('partial', 5n, 9n)
    expect(await gone()).toEqual([])
    progress.wake()
    expect(await gone()).toEqual([5n])
    progress.own(false)
    expect(await gone()).toEqual([5n, 9n])
  })
})
