// One topic-partition's queue: batches cut across appends, and each append answered with its own first offset.
import { expect, it } from 'vitest'
import { LaneQueue } from '../../../../infra/kafka/produce/lane-queue.ts'
import { records } from '../../recorder.ts'

const SIZE = 10

function open() {
  const queue = new LaneQueue('t', 3, { maxRecords: 4, maxBytes: 1000 })
  const answers: (bigint | string)[] = []
  const push = (count: number, since = 0) =>
    queue.push(
      {
        records: records(`${since}`, count),
        bytes: Array(count).fill(SIZE),
        since,
        resolve: (first) => answers.push(first),
        reject: (error) => answers.push(error.message),
      },
      count * SIZE,
    )
  return { queue, answers, push }
}

it('cuts batches across appends, and answers each append when its last record is written', () => {
  const { queue, answers, push } = open()
  push(3, 100)
  push(6, 200)
  expect([queue.records, queue.bytes, queue.isFull, queue.oldestSince]).toEqual([9, 90, true, 100])
  expect(queue.cut().records).toHaveLength(4)
  expect([queue.records, queue.isSending]).toEqual([5, true])
  expect(queue.acknowledge(4, 40n)).toHaveLength(1)
  expect([answers, queue.oldestSince, queue.isSending]).toEqual([[40n], 200, false])
  queue.cut()
  queue.acknowledge(4, 50n) // another producer's records lie between
  expect(answers).toEqual([40n])
  queue.cut()
  queue.acknowledge(1, 54n)
  expect(answers).toEqual([40n, 43n])
  expect(queue.oldestSince).toBeNull()
})

it('loses everything behind a lost batch, and takes new appends', () => {
  const { queue, answers, push } = open()
  push(5)
  push(1)
  queue.cut()
  expect(queue.lose(new Error('gone'))).toHaveLength(2)
  expect([answers, queue.records, queue.bytes, queue.isSending]).toEqual([
    ['gone', 'gone'],
    0,
    0,
    false,
  ])
  push(1)
  expect(queue.cut().records).toHaveLength(1)
})
