// Checkpoints are packed one by one, in their order, and not after one that could not be packed.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { Packing } from '../../../../processor/runtime/tasks/packing.ts'
import { turns } from '../../../infra/recorder.ts'

function open() {
  const clock = virtualClock()
  const errors: unknown[] = []
  const packing = new Packing(clock, (error) => errors.push(error), 10)
  return { clock, errors, packing }
}

it('packs what comes together one after the other, with a pause in between', async () => {
  const { clock, packing } = open()
  const packed: string[] = []
  for (const name of ['a', 'b', 'c']) packing.add(() => packed.push(name))
  expect(packed).toEqual([])
  await turns(1)
  expect(packed).toEqual(['a'])
  clock.advance(9)
  expect(packed).toEqual(['a'])
  clock.advance(1)
  expect(packed).toEqual(['a', 'b'])
  clock.advance(10)
  expect(packed).toEqual(['a', 'b', 'c'])
  packing.add(() => packed.push('d'))
  await turns(1)
  expect(packed.at(-1)).toBe('d')
})

it('tells its owner of an error, and packs nothing after it', async () => {
  const { clock, errors, packing } = open()
  const error = new Error('too large')
  packing.add(() => {
    throw error
  })
  packing.add(() => expect.fail('packed after an error'))
  await turns(1)
  clock.advance(1000)
  expect(errors).toEqual([error])
})
