// A log's subscriptions: it closes those too that are opened while it closes, and waits for every connection.
import { expect, it } from 'vitest'
import { Subscriptions } from '../../../../infra/kafka/consume/subscriptions.ts'
import { turns } from '../../recorder.ts'

function open(closing: () => void = () => {}) {
  const done = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  return {
    done: done.promise,
    gone: gone.promise,
    reasons: () => ['no fetch for 30 s'],
    leave: gone.resolve,
    async close() {
      closing()
      done.resolve()
    },
  }
}

it('closes all of them and those that are opened meanwhile, and then waits until they are gone', async () => {
  const subscriptions = new Subscriptions()
  const second = open()
  const first = open(() => subscriptions.add(second))
  subscriptions.add(first)
  let isClosed = false
  const closing = subscriptions.close().then(() => {
    isClosed = true
  })
  await turns(2)
  first.leave()
  await turns(2)
  expect([subscriptions.reasons(), isClosed]).toEqual([[], false])
  second.leave()
  await closing
})

it('does not speak of one that is over', async () => {
  const subscriptions = new Subscriptions()
  const subscription = open()
  subscriptions.add(subscription)
  expect(subscriptions.reasons()).toEqual(['no fetch for 30 s'])
  await subscription.close()
  await turns(1)
  expect(subscriptions.reasons()).toEqual([])
})
