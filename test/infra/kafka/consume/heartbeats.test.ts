// Heartbeats during a handler call, and the fence that a coordinator's answer raises.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { rebalancing } from '../../../../infra/kafka/connection/guards.ts'
import { Fence } from '../../../../infra/kafka/consume/group/fence.ts'
import { keepAlive } from '../../../../infra/kafka/consume/group/heartbeats.ts'
import { turns } from '../../recorder.ts'

function open(answer: (nth: number) => Promise<void>) {
  const clock = virtualClock(0)
  const fence = new Fence()
  let sent = 0
  const end = keepAlive(clock, fence, () => answer(sent++))
  const seconds = async (count: number) => {
    for (let i = 0; i < count; i++) {
      clock.advance(1000)
      await turns(2)
    }
  }
  return { fence, end, seconds, sent: () => sent }
}

it('go out every second until they are ended', async () => {
  const { fence, end, seconds, sent } = open(async () => {})
  await seconds(3)
  expect([sent(), fence.isUp]).toEqual([3, false])
  end()
  await seconds(3)
  expect(sent()).toBe(3)
})

it('go on when the generation is over, for a member that drains keeps its session', async () => {
  const { fence, seconds, sent } = open(async (nth) => {
    if (nth === 0) throw new Error('connection closed')
    if (nth === 1) throw rebalancing('the group rebalances')
  })
  await seconds(1)
  expect(fence.isUp).toBe(false)
  await seconds(2)
  expect(sent()).toBe(3)
  expect(() => fence.check()).toThrow('the group rebalances')
})

it('fence off what was fetched before, with the first error, until the next generation begins', () => {
  const fence = new Fence()
  fence.check()
  fence.consider(rebalancing('first'))
  fence.consider(rebalancing('second'))
  expect(() => fence.check()).toThrow('first')
  fence.lower()
  fence.check()
})
