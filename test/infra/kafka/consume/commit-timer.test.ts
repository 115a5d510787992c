// When positions are committed: not at every batch, and not only while batches come.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { CommitTimer } from '../../../../infra/kafka/consume/group/commit-timer.ts'

function open() {
  const clock = virtualClock(1_750_000_000_000)
  let commits = 0
  const timer = new CommitTimer(clock, () => commits++)
  return { clock, timer, commits: () => commits }
}

it('is due two seconds after the last commit', () => {
  const { clock, timer } = open()
  expect(timer.isDue).toBe(true)
  timer.restart()
  clock.advance(1999)
  expect(timer.isDue).toBe(false)
  clock.advance(1)
  expect(timer.isDue).toBe(true)
})

it('commits once more where the flow has stopped, however often that was asked for', () => {
  const { clock, timer, commits } = open()
  timer.schedule()
  timer.schedule()
  clock.advance(10_000)
  expect(commits()).toBe(1)
})

it('commits nothing on its own after a commit or the end', () => {
  const { clock, timer, commits } = open()
  timer.schedule()
  timer.restart()
  clock.advance(10_000)
  expect(commits()).toBe(0)
  timer.schedule()
  timer.cancel()
  clock.advance(10_000)
  expect(commits()).toBe(0)
})
