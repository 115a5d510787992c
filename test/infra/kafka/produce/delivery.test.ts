// How often and how long a request is tried again, and that each batch has exactly one end.
import { expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import { Delivery, type LaneBatch } from '../../../../infra/kafka/produce/delivery.ts'
import { LaneQueue } from '../../../../infra/kafka/produce/lane-queue.ts'
import { records, turns } from '../../recorder.ts'

/** A broker that gives the answers in turn, then refuses for ever; times are those of its requests. */
function open(answers: (bigint | Error)[][]) {
  const clock = virtualClock(0)
  const times: number[] = []
  const ends: string[] = []
  const delivery = new Delivery(
    {
      clock,
      deliveryTimeoutMs: 5000,
      isRetriable: (error) => error.message !== 'fatal',
      isOfOnePart: () => false,
      async send() {
        times.push(clock.now())
        const answer = answers.shift()
        if (!answer) throw new Error('no broker')
        return answer
      },
    },
    {
      acknowledged: ({ partition }, base) => ends.push(`${partition}: ${base}`),
      lost: ({ partition }, error) => ends.push(`${partition}: ${error.message}`),
    },
  )
  const pass = async (ms: number) => {
    for (let i = 0; i < ms; i += 100) {
      await turns(2)
      clock.advance(100)
    }
    await turns(2)
  }
  return { delivery, times, ends, pass }
}

function batch(partition: number): LaneBatch {
  const lane = new LaneQueue('t', partition, { maxRecords: 500, maxBytes: 1000 })
  return { topic: 't', partition, records: records('x', 1), lane }
}

it('rests twice as long from try to try, a second at most, until the delivery time-out', async () => {
  const { delivery, times, ends, pass } = open([])
  const delivered = delivery.deliver([batch(0)])
  await pass(4000)
  expect(delivery.failure?.message).toBe('no broker')
  expect(ends).toEqual([])
  await pass(4000)
  await delivered
  expect(times).toEqual([0, 100, 300, 700, 1500, 2500, 3500, 4500, 5500])
  expect([ends, delivery.failure]).toEqual([['0: no broker'], null])
})

it('ends each part of a request by itself: written, refused for good, tried again', async () => {
  const { delivery, times, ends, pass } = open([
    [7n, new Error('fatal'), new Error('not the leader')],
    [9n],
  ])
  const delivered = delivery.deliver([batch(0), batch(1), batch(2)])
  await turns(2)
  expect([ends, delivery.failure?.message]).toEqual([['0: 7', '1: fatal'], 'not the leader'])
  await pass(100)
  await delivered
  expect([ends.at(-1), times, delivery.failure]).toEqual(['2: 9', [0, 100], null])
})
