// Steps that are taken again and again: not before the last has ended, not after an error, not after stop.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../infra/clock.ts'
import { PeriodicSteps } from '../../../processor/runtime/periodic-steps.ts'
import { turns } from '../../infra/recorder.ts'

function open() {
  const clock = virtualClock()
  const errors: unknown[] = []
  const steps = new PeriodicSteps(clock, (error) => errors.push(error))
  const pass = async (ms: number) => {
    clock.advance(ms)
    await turns(2)
  }
  return { steps, errors, pass }
}

it('waits for a step to end before the next pause begins', async () => {
  const { steps, pass } = open()
  let taken = 0
  let step = Promise.withResolvers<void>()
  steps.every('slow', 100, () => {
    taken++
    return step.promise
  })
  await pass(100)
  await pass(1000)
  expect(taken).toBe(1)
  step.resolve()
  await turns(2)
  step = Promise.withResolvers<void>()
  await pass(100)
  expect(taken).toBe(2)
})

it('reports an error and takes that step no more, while others go on', async () => {
  const { steps, errors, pass } = open()
  const error = new Error('no')
  let taken = 0
  steps.every('bad', 100, () => {
    throw error
  })
  steps.every('good', 100, () => void taken++)
  for (let i = 0; i < 3; i++) await pass(100)
  expect(errors).toEqual([error])
  expect(taken).toBe(3)
})

it('takes none after stop, not even where one is on its way', async () => {
  const { steps, pass } = open()
  let taken = 0
  const step = Promise.withResolvers<void>()
  steps.every('slow', 100, () => {
    taken++
    return step.promise
  })
  await pass(100)
  steps.stop()
  step.resolve()
  await turns(2)
  await pass(1000)
  expect(taken).toBe(1)
})
