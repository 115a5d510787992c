// Of an answer that refuses one topic-partition it is known what was written of the others.
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { installGuards } from '../../../../infra/kafka/connection/guards.ts'
import type { ProducePart } from '../../../../infra/kafka/produce/lane-queue.ts'
import { outcomesIn } from '../../../../infra/kafka/produce/produces.ts'
import { records } from '../../recorder.ts'

const NOT_LEADER = 6
const TOO_LARGE = 10

it('reports part for part what became of it, in every version that brokers speak', async () => {
  installGuards()
  const require = createRequire(import.meta.url)
  const parts: ProducePart[] = [0, 1, 2, 3].map((partition) => ({
    topic: partition < 3 ? 'a' : 'b',
    partition,
    records: records('x', 1),
  }))
  const answer = {
    topics: [
      {
        topicName: 'a',
        partitions: [
          { partition: 0, errorCode: 0, baseOffset: '41' },
          { partition: 1, errorCode: NOT_LEADER, baseOffset: '-1' },
          { partition: 2, errorCode: TOO_LARGE, baseOffset: '-1' },
        ],
      },
    ],
  }
  for (const version of [3, 4, 5, 6, 7]) {
    const response = require(`kafkajs/src/protocol/requests/produce/v${version}/response`)
    const thrown = await response.parse(answer).catch((error: unknown) => error)
    const wrapped = new Error('retries', { cause: thrown as Error })
    const outcomes = outcomesIn(wrapped, parts)!
    expect(outcomes[0]).toBe(41n)
    expect(outcomes[1]).toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION', retriable: true })
    expect(outcomes[2]).toMatchObject({ type: 'MESSAGE_TOO_LARGE', retriable: false })
    expect(outcomes[3]).toBe(thrown)
  }
  expect(outcomesIn(new Error('nobody answered'), parts)).toBeNull()
})
