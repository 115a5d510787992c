// The machine's clock and the one of tests: a task runs once, a cancelled one never.
import { expect, it } from 'vitest'
import { realClock, turnsOneByOne, virtualClock } from '../../infra/clock.ts'

it('runs a task once, and a cancelled one never, on the machine’s clock', async () => {
  const ran: string[] = []
  realClock.schedule(5, () => ran.push('kept'))
  const cancel = realClock.schedule(1, () => ran.push('cancelled'))
  cancel()
  await new Promise<void>((resolve) => realClock.schedule(30, resolve))
  expect(ran).toEqual(['kept'])
})

it('does the same on a clock that moves when asked to', () => {
  const clock = virtualClock()
  const ran: string[] = []
  clock.schedule(5, () => ran.push('kept'))
  clock.schedule(1, () => ran.push('cancelled'))()
  clock.advance(4)
  expect(ran).toEqual([])
  clock.advance(100)
  clock.advance(100)
  expect(ran).toEqual(['kept'])
})

it('lets one of those that wait for a turn go on, and everything else have its own before the next', async () => {
  const ran: string[] = []
  const clock = turnsOneByOne(realClock)
  const others = async () => {
    for (let i = 1; i <= 3; i++) {
      await realClock.turn()
      ran.push(`others ${i}`)
    }
  }
  const waiting = ['a', 'b', 'c'].map((name) => clock.turn().then(() => ran.push(name)))
  await Promise.all([...waiting, others()])
  expect(ran).toEqual(['others 1', 'a', 'others 2', 'b', 'others 3', 'c'])
})
