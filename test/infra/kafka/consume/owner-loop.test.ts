// The loop that owns a group member's state: one event after the other, and the end at the first error.
import { expect, it } from 'vitest'
import { OwnerLoop } from '../../../../infra/kafka/consume/group/owner-loop.ts'

it('runs one event after the other, whenever they came', async () => {
  const loop = new OwnerLoop(() => {})
  const seen: string[] = []
  const first = Promise.withResolvers<void>()
  const both = [
    loop.run(async () => {
      await first.promise
      seen.push('first')
    }),
    loop.run(async () => {
      seen.push('second')
    }),
  ]
  first.resolve()
  await Promise.all(both)
  expect(seen).toEqual(['first', 'second'])
})

it('ends with the first error: it is reported once, and nothing runs any more', async () => {
  const errors: string[] = []
  const loop = new OwnerLoop((error) => errors.push(error.message))
  let ran = false
  const failing = loop.run(async () => {
    throw new Error('no restore')
  })
  const behind = loop.run(async () => {
    ran = true
  })
  await expect(failing).rejects.toThrow('no restore')
  await behind
  loop.fail(new Error('later'))
  expect([errors, ran, loop.hasFailed]).toEqual([['no restore'], false, true])
})
