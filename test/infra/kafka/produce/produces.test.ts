// Requests carry batches as they were encoded; of an answer that refuses one topic-partition it is known what was written of
// the others.
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { installGuards } from '../../../../infra/kafka/connection/guards.ts'
import type { ProducePart } from '../../../../infra/kafka/produce/lane-queue.ts'
import { messageOf, outcomesIn } from '../../../../infra/kafka/produce/produces.ts'
import { encodeBatch } from '../../../../infra/record-batch/encode-batch.ts'
import { readAll } from '../../record-batch/read-all.ts'
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

describe('produce requests', () => {
  installGuards()
  const require = createRequire(import.meta.url)
  const requestOf = (version: number, request: object) =>
    require(`kafkajs/src/protocol/requests/produce/v${version}/request`)(request)
  const batched = async () => {
    const batch = async (topic: string) =>
      messageOf(0, await encodeBatch(records(topic, 3), 'none'))
    return [
      { topic: 'city.a', partitions: [{ partition: 0, messages: [await batch('a')] }] },
      {
        topic: '城市',
        partitions: [
          { partition: 2, messages: [await batch('b')] },
          { partition: 70_000, messages: [await batch('c')] },
        ],
      },
    ]
  }

  it.each([3, 4, 5, 6, 7])('carry the batches in their place: version %i', async (version) => {
    const topicData = await batched()
    const request = requestOf(version, { acks: -1, timeout: 30_000, topicData })
    expect(request.apiVersion).toBe(version)
    const { buffer } = await request.encode()
    const Decoder = require('kafkajs/src/protocol/decoder')
    const decoder = new Decoder(buffer)
    expect([decoder.readString(), decoder.readInt16(), decoder.readInt32()]).toEqual([
      ...[null, -1, 30_000],
    ])
    const read = decoder.readArray((at: typeof decoder) => ({
      topic: at.readString(),
      partitions: at.readArray(() => [at.readInt32(), at.readBytes()]),
    }))
    expect(decoder.canReadInt32(), 'nothing behind it').toBe(false)
    expect(read).toEqual(
      topicData.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, messages: [{ batch }] }) => [partition, batch]),
      })),
    )
    const found = await readAll(read[1].partitions[1][1], 0n)
    expect(found.records.map((r) => String(r.value))).toEqual(
      records('c', 3).map((r) => String(r.value)),
    )
  })

  it('of another producer in this process stay kafkajs’', async () => {
    const messages = [{ value: 'plain', partition: 0 }]
    const topicData = [{ topic: 'a', partitions: [{ partition: 0, messages }] }]
    const { buffer } = await requestOf(7, { acks: 1, timeout: 1000, topicData }).encode()
    expect(String(buffer)).toContain('plain')
  })

  it.each([0, 1, 2])(
    'of a broker from before there were batches are refused: version %i',
    async (version) => {
      const topicData = await batched()
      expect(() => requestOf(version, { acks: -1, timeout: 1000, topicData })).toThrow(
        `a broker whose produce requests end at version ${version}, expected Kafka 0.11 or newer`,
      )
    },
  )
})
